using System.CommandLine;
using System.Text.Json.Nodes;
using Provost.Cli.Output;

namespace Provost.Cli.Systems;

/// <summary><c>provost graph</c>: what something connects to, and what breaks with it.</summary>
internal static class GraphCommand
{
    public static Command Create()
    {
        var node = new Argument<string>("name")
        {
            Description = "A system, model, data set or tool; as kind:name where a name is not clear.",
        };
        var breaks = new Option<bool>("--breaks") { Description = "What breaks when it goes, any steps away." };
        var kind = new Option<string>("--kind")
        {
            Description = "Only this kind: system, model, adapter, data, tool, prompt or evaluation.",
        };
        var text = new Option<string>("--name") { Description = "Only names with this part." };
        var page = new PageOptions();
        return Verb.Create(
            "graph", "What something connects to; with --breaks what goes with it.",
            [node, breaks, kind, text, page.Limit, page.After],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query(
                    "/api/graph",
                    [
                        ("node", parse.GetValue(node)), ("breaks", parse.GetValue(breaks) ? "true" : null),
                        ("kind", parse.GetValue(kind)), ("q", parse.GetValue(text)), .. page.Of(parse),
                    ]),
                cancellationToken),
            Show);
    }

    private static void Show(JsonNode answer)
    {
        var breaks = (bool)answer["breaks"]!;
        Print.Line($"{answer["kind"]} {answer["name"]}: {(breaks ? "breaks with it" : "connects to")}");
        Print.Table(
            answer, breaks ? "Nothing depends on it." : "Nothing is declared.", ("Steps", "depth"), ("Kind", "kind"),
            ("Name", "name"), ("How", "how"), ("Via", "via"), ("Tier", "tier"), ("Business owner", "business.name"),
            ("Technical owner", "technical.name"));
    }
}
