using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Provost.Cli.Output;

namespace Provost.Cli.Guardrails;

/// <summary><c>provost guardrails coverage</c>: which calls each guardrail looked at, and where it did not.</summary>
internal static class CoverageCommand
{
    public static Command Create()
    {
        var system = new Argument<string>("system") { Description = "The system's name." };
        var environment = Verb.Environment();
        var since = new Option<string>("--since") { Description = "From this instant on (UTC; default a day ago)." };
        var until = new Option<string>("--until") { Description = "Before this instant (UTC; default now)." };
        var guardrail = new Option<string>("--guardrail") { Description = "Gaps of this guardrail only." };
        var findings = new Option<bool>("--findings") { Description = "Only gaps that somebody has to answer for." };
        var limit = new Option<int>("--limit")
        {
            Description = "Gaps a page (default 100).",
            DefaultValueFactory = _ => 100,
        };
        var after = new Option<string>("--after") { Description = "The cursor that the page before ended with." };
        return Verb.Create(
            "coverage", "Was the guardrail on? The share of calls each one looked at, gaps to the second.",
            [system, environment, since, until, guardrail, findings, limit, after],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query(
                    "/api/guardrails/coverage", ("system", parse.GetValue(system)),
                    ("environment", parse.GetValue(environment)), ("since", parse.GetValue(since)),
                    ("until", parse.GetValue(until)), ("guardrail", parse.GetValue(guardrail)),
                    ("findings", parse.GetValue(findings) ? "true" : null), ("limit", $"{parse.GetValue(limit)}"),
                    ("after", parse.GetValue(after))),
                cancellationToken),
            Write);
    }

    private static void Write(JsonNode answer)
    {
        Print.Line($"{answer["system"]} in {answer["environment"]}, {answer["from"]} to {answer["to"]} UTC: "
            + $"{answer["calls"]} calls compared with a release.");
        var shares = new JsonArray([.. (answer["guardrails"] as JsonArray ?? []).Select(Row)]);
        Print.Table(
            new JsonObject { ["items"] = shares }, "No guardrail was owed.", ("Release", "version"),
            ("Guardrail", "name"), ("Calls", "calls"), ("Looked", "looked"), ("Share", "share"),
            ("Nothing to look at", "skipped"), ("Failed", "failed"), ("Missing", "missing"));
        foreach (var finding in answer["findings"] as JsonArray ?? [])
            Print.Line($"FINDING: {finding?["message"]}");
        Print.Table(
            new JsonObject { ["items"] = answer["gaps"]!.DeepClone(), ["next"] = answer["next"]?.DeepClone() },
            "No gap.", ("From", "from"), ("To", "to"), ("Direction", "direction"), ("Guardrail", "guardrail"),
            ("Calls", "calls"), ("Did", "mode"), ("Why", "why"), ("One of them", "decision"));
        if ((bool?)answer["areGapsWhole"] == false)
            Print.Line("The window has more gaps than one answer reads: ask for a shorter one.");
        if ((long?)answer["committed"] - (long?)answer["indexed"] is > 0 and var behind)
            Print.Line($"The newest {behind} entries of the log are not counted yet.");
    }

    private static JsonNode Row(JsonNode? share)
    {
        var row = (JsonObject)share!.DeepClone();
        row["name"] = $"{share["direction"]}:{share["guardrail"]}";
        row["share"] = share["share"] is { } part
            ? ((double)part).ToString("0.## %", CultureInfo.InvariantCulture)
            : null;
        row["skipped"] = Reasons(share["skipped"]);
        row["failed"] = Reasons(share["failed"]);
        return row;
    }

    private static string Reasons(JsonNode? counts) => counts is JsonObject { Count: > 0 } some
        ? string.Join(", ", some.Select(reason => $"{reason.Value} {reason.Key}"))
        : "0";
}
