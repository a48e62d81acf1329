using System.Text.Json.Nodes;

namespace Provost.Demo.Steps;

/// <summary>Step 6a: the feed of a scoring model shifts; the owner is paged, the fallback engages.</summary>
internal static class Drift
{
    public const string System = "admissions";

    /// <summary>Applications of 1973 by department: what the baseline was frozen on.</summary>
    private static readonly (string Department, int Share)[] Usual =
        [("A", 933), ("B", 585), ("C", 918), ("D", 792), ("E", 584), ("F", 714)];

    public static async Task PlayAsync(Cast cast, StepReport report, CancellationToken cancellationToken)
    {
        report.Chapter("6a. The feed of a scoring model drifts");
        var manifest = cast.Repositories.CheckOut(System);
        await report.CheckAsync("the admissions model is governed and scores as fitted", async () =>
        {
            await cast.Staff.ReleaseAsync(manifest, "admissions@1.0.0");
            await RehearsedAsync(cast, "fallback", "1.0.0"); // a first release has its fallback alone to go back to
            cast.ScoringKey = await cast.Staff.IssueKeyAsync(System);
            using var feed = new ScoringCaller(cast.Server.Gateway, cast.ScoringKey);
            var answer = await feed.ScoreAsync("A", "female");
            NotSeenException.Unless(answer.Output("decision") == "admit", answer.Body);
            await UsualAsync(feed, 200, 0);
        });
        await report.CheckAsync("why did it score so? One feature at a time, by the approved version", async () =>
        {
            using var feed = new ScoringCaller(cast.Server.Gateway, cast.ScoringKey);
            var scored = await feed.ScoreAsync("C", "male");
            await Wait.UntilAsync(cast, TimeSpan.FromSeconds(20), async () =>
            {
                var told = await cast.Staff.Leo.RunAsync("why", scored.Decision, "--explain", "Complaint 7", "--json");
                return told.ExitCode == 0 && told.Output.Contains("lowered the score by") ? told.Json : null;
            }, cancellationToken);
        });
        JsonNode page = new JsonObject();
        await report.CheckAsync("one department only: the technical owner is paged, the feature named", async () =>
        {
            using var feed = new ScoringCaller(cast.Server.Gateway, cast.ScoringKey);
            for (var i = 0; i < 400; i++)
            {
                await feed.ScoreAsync("F", i % 2 == 0 ? "female" : "male");
            }

            page = await cast.Pager.NextAsync(TimeSpan.FromSeconds(30), ["drift", "dept"], cancellationToken);
        });
        await report.CheckAsync("the approved fallback engages: refer to a person", async () =>
        {
            using var feed = new ScoringCaller(cast.Server.Gateway, cast.ScoringKey);
            await Wait.UntilAsync(cast, TimeSpan.FromSeconds(20), async () =>
            {
                var answer = await feed.ScoreAsync("F", "female");
                return answer.Outcome == "fallback" && answer.Output("decision") == "refer" ? new JsonObject() : null;
            }, cancellationToken);
        });
        await report.CheckAsync("she acknowledges; the incident says who, when and what was done", async () =>
        {
            var incident = (string)page["incident"]!;
            (await cast.Staff.Sam.RunAsync("ack", incident)).Ok();
            var shown = (await cast.Staff.Sam.RunAsync("incidents", "show", incident, "--json")).Ok().Output;
            NotSeenException.Unless(shown.Contains("acknowledged") && shown.Contains("fallback"), shown);
        });
        await report.CheckAsync("the feed is mended, recovery verified, the owner resumes by signature", async () =>
        {
            using var feed = new ScoringCaller(cast.Server.Gateway, cast.ScoringKey);
            await Wait.UntilAsync(cast, TimeSpan.FromSeconds(60), async () =>
            {
                await UsualAsync(feed, 100, 0);
                return await Newest.IncidentAsync(cast) is { } newest && (string?)newest["state"] == "recovered"
                    ? newest
                    : null;
            }, cancellationToken);
            (await cast.Staff.Sam.RunAsync("resume", System, "--reason", "The feed sends all departments again.")).Ok();
            (await cast.Staff.Sam.RunAsync("incidents", "close", (string)page["incident"]!)).Ok();
            var answer = await feed.ScoreAsync("A", "female");
            NotSeenException.Unless(answer.Outcome == "allowed", $"{answer.Outcome} {answer.Body}");
        });
    }

    /// <summary>The newest rehearsal of the way back restored this.</summary>
    public static async Task RehearsedAsync(Cast cast, string restores, string version)
    {
        var newest = (await cast.Staff.Sam.RunAsync("rollback", System, "--list", "--json")).Ok().Json["items"]![0]!;
        NotSeenException.Unless(
            (string?)newest["standing"] == "passed" && (string?)newest["restores"] == restores
                && (string?)newest["version"] == version,
            newest.ToJsonString());
    }

    /// <summary>The newest incident of the system as the CLI lists it.</summary>
    public static class Newest
    {
        public static async Task<JsonNode?> IncidentAsync(Cast cast) =>
            (await cast.Staff.Sam.RunAsync("incidents", "--system", System, "--json")).Ok().Json["items"]!.AsArray()
            .FirstOrDefault();
    }

    /// <summary>Applications in the usual mix, spread evenly (no random numbers: the run repeats itself).</summary>
    public static async Task UsualAsync(ScoringCaller feed, int count, int from)
    {
        var total = Usual.Sum(d => d.Share);
        for (var i = from; i < from + count; i++)
        {
            var at = (int)((i * 2654435761L) % total);
            var department = Usual.First(d => (at -= d.Share) < 0).Department;
            await feed.ScoreAsync(department, i % 3 == 0 ? "female" : "male");
        }
    }
}
