using System.CommandLine;
using System.Text.Json.Nodes;
using Provost.Cli.Output;

namespace Provost.Cli.Decisions;

/// <summary>What was decided, and why; who calls without being registered.</summary>
internal static class DecisionCommands
{
    public static Command Decisions()
    {
        var filter = new DecisionFilterOptions();
        var limit = new Option<int>("--limit")
        {
            Description = "Rows a page (default 50).",
            DefaultValueFactory = _ => 50,
        };
        var after = new Option<string>("--after") { Description = "The cursor that the page before ended with." };
        var by = new Option<string>("--by")
        {
            Description = "Count by group instead: outcome, release, model, code, system, environment, cohort:NAME.",
        };
        return Verb.Create(
            "decisions", "Which system decided what, for whom, in this window?", [.. filter.All, limit, after, by],
            (parse, client, cancellationToken) => client.GetAsync(
                parse.GetValue(by) is { } group
                    ? Verb.Query("/api/decisions/groups", [.. filter.Of(parse), ("by", group)])
                    : Verb.Query(
                        "/api/decisions",
                        [.. filter.Of(parse), ("limit", $"{parse.GetValue(limit)}"), ("after", parse.GetValue(after))]),
                cancellationToken),
            answer =>
            {
                if (answer["groups"] is JsonArray)
                    DecisionGroupTable.Write(answer);
                else
                    List(answer);
            });
    }

    private static void List(JsonNode answer) => Print.Table(
        answer, "No decision fits.", ("Time", "time"), ("System", "system"), ("Outcome", "outcome"),
        ("Code", "code"), ("Model", "modelRequested"), ("Decision", "id"));

    public static Command Why()
    {
        var decision = new Argument<string>("of")
        {
            Description = "A decision (the id in the Provost-Decision header); or a system, system@version, a digest, "
                + "a client key's id: who approved it.",
        };
        var explain = new Option<string>("--explain")
        {
            Description = "Explain the score, for this purpose (recorded; scores the features again where the release "
                + "allows it).",
        };
        return Verb.Create(
            "why", "Who approved it, under what constraints, what happened and why, who gets paged.",
            [decision, explain],
            (parse, client, cancellationToken) =>
            {
                var of = parse.GetValue(decision)!;
                if (!Guid.TryParse(of, out _))
                    return client.GetAsync(ApprovalText.Address(of), cancellationToken);

                var path = $"/api/decisions/{Uri.EscapeDataString(of)}";
                return parse.GetValue(explain) is { } purpose
                    ? client.PostAsync(
                        $"{path}/explanation", new JsonObject { ["purpose"] = purpose }, cancellationToken)
                    : client.GetAsync(path, cancellationToken);
            },
            answer =>
            {
                if (answer["items"] is JsonArray answers)
                    ApprovalText.Write(answers);
                else if (answer["story"] is null)
                    StoryText.Explanation(answer);
                else
                    StoryText.Write(answer);
            });
    }

    public static Command Found() => Verb.Create(
        "found", "What runs that nobody approved, and who triages it?", [],
        (_, client, cancellationToken) => client.GetAsync("/api/found", cancellationToken),
        answer => Print.Table(
            answer, "Nobody unregistered has called.", ("Source", "source"), ("Client", "userAgent"),
            ("Model", "model"), ("Calls", "count"), ("First", "firstSeen"), ("Last", "lastSeen"),
            ("Triager", "triager")));

    public static Command Signals()
    {
        var system = new Argument<string>("system") { Description = "The system's name." };
        return Verb.Create(
            "signals", "Every signal beside the threshold that was approved.", [system],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query("/api/signals", ("system", parse.GetValue(system))), cancellationToken),
            answer => Print.Table(
                answer, "No signal watches it.", ("Signal", "signal"), ("Feature", "feature"), ("Value", "value"),
                ("Approved", "approved"), ("Verdict", "verdict"), ("n", "rows"), ("Last sample", "lastSample")));
    }
}
