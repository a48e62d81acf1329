using System.CommandLine;
using System.Text.Json.Nodes;
using Provost.Cli.Output;

namespace Provost.Cli.Retention;

/// <summary><c>provost retention</c>: what ends when.</summary>
internal static class RetentionCommand
{
    public static Command Create() => new("retention", "Terms of contents: what ends when, and by which rule.")
    {
        Plan(), Run(), Runs(), Schedule(),
    };

    private static Command Plan()
    {
        var asOf = new Option<string>("--as-of") { Description = "As if it were then (RFC 3339)." };
        var system = new Option<string>("--system") { Description = "Of this system." };
        var standing = new Option<string>("--standing") { Description = "kept, due, held or ended." };
        return Verb.Create(
            "plan", "What ends when, without ending anything.", [asOf, system, standing],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query(
                    "/api/retention/plan", ("asOf", parse.GetValue(asOf)), ("system", parse.GetValue(system)),
                    ("standing", parse.GetValue(standing))),
                cancellationToken),
            answer =>
            {
                Print.Line($"Schedule edition {answer["edition"]}, as of {answer["asOf"]}.");
                Print.Table(
                    new JsonObject { ["items"] = answer["rows"]?.DeepClone() }, "No content is kept.",
                    ("Over on", "due"), ("System", "group.system"), ("Class", "group.class"),
                    ("Month", "group.month"), ("Keys", "keys"), ("Standing", "standing"), ("Rule", "rule"),
                    ("Hold", "hold"));
            });
    }

    private static Command Run() => Verb.Create(
        "run", "End every term that is over and not held; the server does so each hour.", [],
        (_, client, cancellationToken) => client.PostAsync("/api/retention/runs", null, cancellationToken),
        answer => Print.Line((answer["items"] as JsonArray)?.Count is > 0 and var runs
            ? $"Ended: see entry {answer["items"]![runs - 1]!["id"]}."
            : "No term is over."));

    private static Command Schedule() => Verb.Create(
        "schedule", "The terms by class, and the least terms that laws set, each with its source.", [],
        (_, client, cancellationToken) => client.GetAsync("/api/retention/schedule", cancellationToken),
        answer =>
        {
            Print.Line($"Edition {answer["edition"]}; what nothing names stays {answer["default"]}.");
            Print.Table(
                new JsonObject { ["items"] = answer["classes"]?.DeepClone() }, "No class is named.",
                ("Class", "class"), ("Stays", "keep"), ("Source", "source"));
            Print.Table(
                new JsonObject { ["items"] = answer["atLeast"]?.DeepClone() }, "No law is named.",
                ("Place", "jurisdiction"), ("Class", "class"), ("Tier", "tier"), ("At least", "keep"),
                ("Source", "source"));
        });

    private static Command Runs()
    {
        var page = new PageOptions();
        return Verb.Create(
            "runs", "What has ended, newest first, when and by which rule.", [page.Limit, page.After],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query("/api/retention/runs", page.Of(parse)), cancellationToken),
            answer => Print.Table(
                answer, "No term has ended yet.", ("When", "at"), ("By", "by"), ("Schedule", "says.edition"),
                ("Entry", "id")));
    }
}
