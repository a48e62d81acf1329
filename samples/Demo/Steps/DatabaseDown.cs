using System.Diagnostics;
using System.Text.Json.Nodes;
using Provost.Stage;

namespace Provost.Demo.Steps;

/// <summary>Step 8: the database is stopped under load; serving and recording go on, nothing is missing.</summary>
internal static class DatabaseDown
{
    public static async Task PlayAsync(Cast cast, StepReport report, CancellationToken cancellationToken)
    {
        report.Chapter("8. The database is stopped under load");
        var manifest = cast.Repositories.CheckOut("refund-assistant");
        var prompt = Repositories.Prompt(manifest);
        var caller = new ChatCaller(cast.Server.Gateway, cast.ChatKey, prompt);
        var decisions = new List<string>();
        await report.CheckAsync("every call is served while PostgreSQL is stopped and started again", async () =>
        {
            var clock = Stopwatch.StartNew();
            var stops = 0;
            while (clock.Elapsed < TimeSpan.FromSeconds(6))
            {
                if (clock.Elapsed > TimeSpan.FromSeconds(1 + stops) && stops < 3)
                {
                    stops += StopPostgres(cast) ? 1 : 0;
                }

                var answer = await caller.AskAsync("How long does it take?");
                NotSeenException.Unless(answer.Status == 200, $"{answer.Status} {answer.Error}");
                decisions.Add(answer.Header("Provost-Decision"));
                await Task.Delay(TimeSpan.FromMilliseconds(25), cast.Time, cancellationToken); // below the key's cap
            }

            NotSeenException.Unless(stops > 0, "PostgreSQL was not found to be stopped.");
        });
        await report.CheckAsync("the index catches up: every decision served is found", async () =>
            await Wait.UntilAsync(cast, TimeSpan.FromSeconds(30), async () =>
            {
                var last = await cast.Staff.Leo.RunAsync("why", decisions[^1], "--json");
                var first = await cast.Staff.Leo.RunAsync("why", decisions[0], "--json");
                var middle = await cast.Staff.Leo.RunAsync("why", decisions[decisions.Count / 2], "--json");
                return last.ExitCode + first.ExitCode + middle.ExitCode == 0 ? new JsonObject() : null;
            }, cancellationToken));
        await report.CheckAsync("served equals recorded, by count", async () =>
        {
            var listed = (await cast.Staff.Leo.RunAsync(
                "decisions", "--system", "refund-assistant", "--limit", "1000", "--json")).Ok();
            var found = listed.Json["items"]!.AsArray().Select(d => (string)d!["id"]!).ToHashSet();
            var missing = decisions.Where(d => !found.Contains(d)).ToList();
            NotSeenException.Unless(
                missing.Count == 0, $"{missing.Count} of {decisions.Count} are missing: {string.Join(' ', missing)}");
        });
    }

    /// <summary>Tells the private cluster's postmaster to stop at once; its pid stands in its own file.</summary>
    private static bool StopPostgres(Cast cast)
    {
        var file = Directory
            .EnumerateFiles(cast.Server.Data, "postmaster.pid", new EnumerationOptions
            {
                RecurseSubdirectories = true,
                IgnoreInaccessible = true,
            })
            .Concat(Directory.Exists("/var/lib/provost")
                ? Directory.EnumerateFiles("/var/lib/provost", "postmaster.pid", SearchOption.AllDirectories)
                : [])
            .FirstOrDefault();
        if (file is null)
        {
            return false;
        }

        using var kill = Process.Start("kill", ["-INT", File.ReadLines(file).First()]);
        kill.WaitForExit();
        return kill.ExitCode == 0;
    }
}
