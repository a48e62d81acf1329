using System.Text.Json.Nodes;

namespace Provost.Demo.Steps;

/// <summary>Step 1: an unregistered caller is refused, and listed with somebody who looks into it.</summary>
internal static class Shadow
{
    public static async Task PlayAsync(Cast cast, StepReport report, CancellationToken cancellationToken)
    {
        report.Chapter("1. Somebody calls whom nobody registered");
        await report.CheckAsync("the call is refused with provost.unknown_key", async () =>
        {
            var answer = await new ChatCaller(cast.Server.Gateway, "sk-somebody", "You help.").AskAsync("Hello?");
            NotSeenException.Unless(
                answer.Status == 401 && answer.RefusedWith("provost.unknown_key"), $"{answer.Status} {answer.Error}");
        });
        await report.CheckAsync("it is listed as shadow, with a named triager", async () =>
        {
            var found = await Wait.UntilAsync(cast, TimeSpan.FromSeconds(30), async () =>
            {
                var list = (await cast.Staff.Leo.RunAsync("found", "--json")).Ok().Json["items"]!.AsArray();
                return list.Count > 0 ? list[0] : null;
            }, cancellationToken);
            NotSeenException.Unless((string?)found["model"] == ChatCaller.Model, found.ToJsonString());
            NotSeenException.Unless(((string?)found["triager"] ?? "").Contains("Mia"), found.ToJsonString());
        });
    }
}

/// <summary>Asks again until there is an answer; the product's own deadlines are shorter than these.</summary>
internal static class Wait
{
    public static async Task<JsonNode> UntilAsync(
        Cast cast, TimeSpan within, Func<Task<JsonNode?>> ask, CancellationToken cancellationToken)
    {
        var end = cast.Time.GetUtcNow() + within;
        while (true)
        {
            if (await ask() is { } seen)
            {
                return seen;
            }

            NotSeenException.Unless(cast.Time.GetUtcNow() < end, $"Not seen within {within.TotalSeconds:0} s.");
            await Task.Delay(TimeSpan.FromMilliseconds(200), cast.Time, cancellationToken);
        }
    }
}
