using System.CommandLine;
using System.Text.Json.Nodes;
using Provost.Cli.Output;
using Provost.Cli.Session;

namespace Provost.Cli.Envelopes;

/// <summary><c>provost envelope</c>: what may vary without another approval, and what did.</summary>
internal static class EnvelopeCommand
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    public static Command Create() => new(
        "envelope", "Envelopes: named parts of a release that may vary within bounds, without another approval.")
    {
        List(), One(),
    };

    /// <summary>Waits until a release that asks for an envelope has its warrant, or does not get it.</summary>
    /// <param name="at">Address of the release.</param>
    /// <param name="standing">As submitting it answered.</param>
    public static async Task<JsonNode> SettleAsync(
        ControlClient client, string at, string? environment, JsonNode standing, CancellationToken cancellationToken)
    {
        while ((string?)standing["standing"] is "waiting" or "testing")
        {
            await Task.Delay(Pace, TimeProvider.System, cancellationToken);
            standing = await client.GetAsync(
                Verb.Query($"{at}/variant", ("environment", environment)), cancellationToken);
        }

        return standing;
    }

    /// <summary>How a release stands to its envelope, for people.</summary>
    public static void Show(JsonNode standing)
    {
        foreach (var change in standing["changes"] as JsonArray ?? [])
            Print.Line($"  {change?["part"]}: {change?["before"]} -> {change?["after"]} ({change?["bound"]})");

        var parent = $"the envelope of {standing["parent"]} (warrant {standing["envelope"]})";
        Print.Line((string?)standing["standing"] switch
        {
            "issued" => $"Within {parent}: warrant {standing["warrant"]}, on test {standing["test"]}.",
            "waiting" or "testing" => $"Within {parent}: the server tests it.",
            "failed" => $"Within the bounds of {parent}, but its test falls short:",
            "closed" => $"Not admitted by {parent}, which is closed:",
            _ => $"Outside {parent}:",
        });
        foreach (var why in standing["why"] as JsonArray ?? [])
            Print.Line($"  {why}");
    }

    private static Command List()
    {
        var system = new Option<string>("--system") { Description = "Of this system." };
        var environment = new Option<string>("--environment", "-e") { Description = "Of this environment." };
        var standing = new Option<string>("--standing") { Description = "open, closed or over." };
        var page = new PageOptions();
        return Verb.Create(
            "list", "Every envelope that persons approved, newest first.",
            [system, environment, standing, page.Limit, page.After],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query(
                    "/api/envelopes",
                    [
                        ("system", parse.GetValue(system)), ("environment", parse.GetValue(environment)),
                        ("standing", parse.GetValue(standing)), .. page.Of(parse),
                    ]),
                cancellationToken),
            answer => Print.Table(
                answer, "No envelope was approved.", ("Warrant", "warrant"), ("System", "system"),
                ("Environment", "environment"), ("Release", "version"), ("Standing", "standing"),
                ("Today", "usedToday"), ("A day", "perDay"), ("Ends", "endsAt"), ("Variants", "variants")));
    }

    private static Command One()
    {
        var warrant = new Argument<string>("warrant") { Description = "The id of the warrant that it stands in." };
        var page = new PageOptions();
        return Verb.Create(
            "show", "One envelope: its bounds, its use today, its variants with their evidence.",
            [warrant, page.Limit, page.After],
            async (parse, client, cancellationToken) =>
            {
                var at = $"/api/envelopes/{Uri.EscapeDataString(parse.GetValue(warrant)!)}";
                var envelope = await client.GetAsync(at, cancellationToken);
                var variants = await client.GetAsync(
                    Verb.Query($"{at}/variants", page.Of(parse)), cancellationToken);
                return new JsonObject
                {
                    ["envelope"] = envelope.DeepClone(),
                    ["items"] = variants["items"]!.DeepClone(),
                    ["next"] = variants["next"]?.DeepClone(),
                };
            },
            Show);

        static void Show(JsonNode answer)
        {
            var envelope = answer["envelope"]!;
            Print.Line($"{envelope["system"]} {envelope["version"]} in {envelope["environment"]}: "
                + $"{envelope["standing"]}, {envelope["usedToday"]} of {envelope["perDay"]} used today, "
                + $"ends {envelope["endsAt"]} UTC.");
            foreach (var why in envelope["closed"] as JsonArray ?? [])
                Print.Line($"  closed: {why}");

            foreach (var part in envelope["parts"] as JsonArray ?? [])
                Print.Line($"  may vary: {part?["part"]} ({part?["bound"]})");

            foreach (var minimum in envelope["minimum"] as JsonObject ?? [])
                Print.Line($"  asks: {minimum.Key} at least {minimum.Value}");

            Print.Table(
                answer, "No variant was issued.", ("Variant", "version"), ("Standing", "standing"), ("By", "by.name"),
                ("Issued", "issuedAt"), ("Ends", "endsAt"), ("Of its day", "number"), ("Test", "test"),
                ("Warrant", "warrant"));
        }
    }
}
