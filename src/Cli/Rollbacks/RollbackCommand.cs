using System.CommandLine;
using System.Text.Json.Nodes;
using Provost.Cli.Output;
using Provost.Cli.Session;

namespace Provost.Cli.Rollbacks;

/// <summary><c>provost rollback</c>: restores the last warranted release, or tries that before it is needed. With
/// <c>--rehearse</c> exit code 0: what is restored answered; 1: it did not.</summary>
internal static class RollbackCommand
{
    private static readonly Argument<string> System = new("system") { Description = "The system's name." };

    public static Command Create()
    {
        var environment = Verb.Environment();
        var reason = new Option<string>("--reason") { Description = "Why; it is recorded." };
        var release = new Option<string>("--release") { Description = "The digest to restore." };
        var rehearse = new Option<bool>("--rehearse")
        {
            Description = "Move no traffic: restore it in a lane of the server's own, call it there, record it.",
        };
        var leaving = new Option<string>("--leaving")
        {
            Description = "With --rehearse: the version that the rollback leaves (default the newest).",
        };
        var list = new Option<bool>("--list") { Description = "List rehearsals instead, newest first." };
        var json = JsonOption.Create();
        var page = new PageOptions();
        var command = new Command("rollback", "Restore the last warranted release, or rehearse that.")
        {
            System, environment, reason, release, rehearse, leaving, list, json, page.Limit, page.After,
        };
        command.SetAction(async (parse, cancellationToken) =>
        {
            var (name, where) = (parse.GetValue(System)!, parse.GetValue(environment));
            RefuseMix(parse.GetValue(rehearse), parse.GetValue(leaving), parse.GetValue(release));
            using var client = ControlClient.Open();
            if (parse.GetValue(list))
            {
                var query = Verb.Query(
                    "/api/rollback-rehearsals", [("system", name), ("environment", where), .. page.Of(parse)]);
                return Print.Answer(
                    await client.GetAsync(query, cancellationToken), parse.GetValue(json), WriteList);
            }

            var at = $"/api/systems/{Uri.EscapeDataString(name)}";
            if (!parse.GetValue(rehearse))
            {
                var order = new JsonObject
                {
                    ["environment"] = where,
                    ["kind"] = "rollback",
                    ["reason"] = parse.GetValue(reason) ?? "",
                    ["release"] = parse.GetValue(release),
                };
                return Print.Answer(
                    await client.PostAsync($"{at}/orders", order, cancellationToken), parse.GetValue(json),
                    Print.Points);
            }

            var done = await client.PostAsync(
                $"{at}/rollback-rehearsals",
                new JsonObject { ["environment"] = where, ["leaving"] = parse.GetValue(leaving) }, cancellationToken);
            Print.Answer(done, parse.GetValue(json), Write);
            return (string?)done["standing"] == "passed" ? 0 : 1;
        });
        return command;
    }

    /// <summary>Who forgot --rehearse must not move traffic.</summary>
    private static void RefuseMix(bool rehearse, string? leaving, string? release)
    {
        if (rehearse && release is not null)
        {
            throw new CommandFault(
                "--release is for a real rollback; --leaving names the version that a rehearsed one leaves.", 2);
        }

        if (!rehearse && leaving is not null)
        {
            throw new CommandFault(
                "--leaving is for a rehearsal. Add --rehearse, or leave it out to roll back for real.", 2);
        }
    }

    private static void WriteList(JsonNode answer) => Print.Table(
        answer, "No rollback was rehearsed.", ("Rehearsal", "id"), ("Restores", "restores"), ("Version", "version"),
        ("Standing", "standing"), ("Begun", "begunAt"), ("Restored in ms", "restoredMs"),
        ("Counts until", "countsUntil"), ("By", "by.name"), ("Why", "why"));

    private static void Write(JsonNode done)
    {
        var what = (string?)done["restores"] == "fallback"
            ? $"the fallback of {done["system"]}@{done["version"]}"
            : $"{done["system"]}@{done["version"]}";
        foreach (var call in done["calls"] as JsonArray ?? [])
            Print.Line($"  call {call?["decision"] ?? "-"}: {call?["outcome"] ?? "-"}, status {call?["status"]}");

        var counts = done["countsUntil"] is { } until ? $" It counts until {until} UTC." : "";
        Print.Line((string?)done["standing"] == "passed"
            ? $"Rehearsal {done["id"]}: {what} was restored in {done["restoredMs"]} ms; no traffic was moved.{counts}"
            : $"Rehearsal {done["id"]}: {what} was NOT restored: {done["why"]}");
    }
}
