using System.Text.Json.Nodes;
using Provost.Stage;

namespace Provost.Demo.Steps;

/// <summary>Step 6b: a slower release goes live; the last one that held its limit is restored.</summary>
internal static class WorseRelease
{
    public static async Task PlayAsync(Cast cast, StepReport report, CancellationToken cancellationToken)
    {
        report.Chapter("6b. A worse release goes live");
        var manifest = cast.Repositories.CheckOut(Drift.System);
        using var feed = new ScoringCaller(cast.Server.Gateway, cast.ScoringKey);
        await report.CheckAsync("release 1.1.0 is approved and serves", async () =>
        {
            await Drift.UsualAsync(feed, 300, 0);
            await Repositories.EditAsync(manifest, "provost.yaml", "version: 1.0.0", "version: 1.1.0");
            await Repositories.EditAsync(manifest, "provost.yaml", "version: \"1\"", "version: \"2\"");
            await cast.Staff.ReleaseAsync(manifest, "admissions@1.1.0");
            await Drift.RehearsedAsync(cast, "release", "1.0.0");
            var answer = await feed.ScoreAsync("A", "female");
            NotSeenException.Unless(answer.Version == "2", answer.Body);
        });
        await report.CheckAsync("it is too slow: release 1.0.0 is restored and the owner told", async () =>
        {
            await Wait.UntilAsync(cast, TimeSpan.FromSeconds(90), async () =>
            {
                await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Drift.UsualAsync(feed, 3, i * 3)));
                var answer = await feed.ScoreAsync("C", "male");
                return answer.Version == "1" ? new JsonObject() : null;
            }, cancellationToken);
            await cast.Pager.NextAsync(TimeSpan.FromSeconds(30), ["alert", "latency"], cancellationToken);
        });
        await report.CheckAsync("recovery is verified on the restored release, and said", async () =>
            await Wait.UntilAsync(cast, TimeSpan.FromSeconds(90), async () =>
            {
                await Drift.UsualAsync(feed, 100, 0);
                return await Drift.Newest.IncidentAsync(cast) is { } newest
                    && ((string)newest["summary"]!).Contains("latency")
                    && (string?)newest["state"] == "recovered"
                    ? newest
                    : null;
            }, cancellationToken));
    }
}
