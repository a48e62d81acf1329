using System.Text.Json.Nodes;
using Provost.Cli.Output;

namespace Provost.Cli.Systems;

/// <summary>A system's status in words: who approved it, how it does against that, who is on the hook.</summary>
internal static class StatusText
{
    public static void Write(JsonNode answer)
    {
        foreach (var page in answer["environments"] as JsonArray ?? [])
        {
            var system = page!["summary"]!;
            Print.Line($"{system["name"]} in {system["environment"]}: {system["state"]}, {system["kind"]}, tier "
                + $"{system["tier"]}, unit {system["unit"]}");
            Print.Line($"  {page["purpose"]} For {page["population"]}.");
            Approved(page);
            Table(
                "Orders", page["orders"], "none in force", ("Order", "kind"), ("By", "by"), ("Since", "since"),
                ("Incident", "incident"));
            Table(
                "Against what was approved", page["performance"], "nothing is watched", ("Signal", "signal"),
                ("Feature", "feature"), ("Now", "value"), ("Approved", "approved"), ("Limit", "limit"),
                ("Verdict", "verdict"));
            Table("On the hook", page["onTheHook"], "nobody", ("Person", "person.name"), ("As", "role"));
            Table(
                "Releases", page["releases"], "none", ("Version", "version"), ("State", "state"), ("Model", "model"),
                ("Author", "author.name"), ("Submitted", "submittedAt"), ("Missing", "missing"),
                ("Digest", "digest"));
            Table(
                "Owners over time", page["ownerHistory"], "none", ("From", "from"),
                ("Business", "owners.business.name"), ("Technical", "owners.technical.name"),
                ("Deputy", "owners.deputy.name"), ("By", "by.name"));
            if (page["handOff"] is JsonObject steps)
                Print.Line("Hand to hand: " + string.Join(", ", steps.Select(s => $"{s.Key} {s.Value ?? "-"}")));
        }
    }

    private static void Approved(JsonNode page)
    {
        if (page["approved"] is { } approved)
        {
            var by = (approved["approvals"] as JsonArray ?? []).Select(a => Print.Member(a, "by.name")).Distinct();
            Print.Line($"  Approved by {string.Join(" and ", by)}: release "
                + $"{Print.Member(approved, "release.version")}, warrant {approved["warrant"]} until "
                + approved["until"]
                + ((bool?)approved["late"] == true ? ", late" : ""));
            foreach (var condition in approved["conditions"] as JsonArray ?? [])
                Print.Line($"    on condition: {condition!["text"]}");
        }
        else if (Print.Member(page, "summary.state") == "ungoverned")
        {
            Print.Line("  UNGOVERNED: nobody approved it; its calls pass under an adoption (provost adopt list).");
        }
        else
        {
            Print.Line("  Nobody approved it: every call is refused.");
        }

        if (page["exception"] is { } exception)
            Print.Line($"  EXCEPTION {exception["scope"]} until {exception["until"]}: {exception["reason"]}");

        foreach (var change in page["review"] as JsonArray ?? [])
            Print.Line($"  To be reviewed: {change}");
    }

    private static void Table(
        string heading, JsonNode? items, string none, params (string Title, string Path)[] columns)
    {
        if (items is not JsonArray { Count: > 0 })
        {
            Print.Line($"{heading}: {none}.");
            return;
        }

        Print.Line($"{heading}:");
        Print.Table(new JsonObject { ["items"] = items.DeepClone() }, none, columns);
    }
}
