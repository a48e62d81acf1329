using System.CommandLine;
using System.Text.Json.Nodes;
using Provost.Cli.Output;

namespace Provost.Cli.Systems;

/// <summary><c>provost record</c>: all that was declared of a system, from the system alone.</summary>
internal static class RecordCommand
{
    public static Command Create()
    {
        var system = new Argument<string>("system") { Description = "The system." };
        var environment = Verb.Environment();
        var version = new Option<string>("--release")
        {
            Description = "This version; without it the release that serves.",
        };
        return Verb.Create(
            "record", "What was declared of a system: terms, runbook, release and files.",
            [system, environment, version],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query(
                    $"/api/systems/{Uri.EscapeDataString(parse.GetValue(system)!)}/record",
                    ("environment", parse.GetValue(environment)), ("version", parse.GetValue(version))),
                cancellationToken),
            Show);
    }

    private static void Show(JsonNode answer)
    {
        Print.Line($"{answer["system"]} in {answer["environment"]}, terms {answer["terms"]}");
        Print.Answer(answer["document"] ?? new JsonObject(), json: true, _ => { });
        Print.Line($"Runbook: {Print.Member(answer, "runbook")}");
        if (answer["release"] is not JsonObject release)
        {
            Print.Line("No release was put forward.");
            return;
        }

        Print.Line($"Release {release["version"]}, {release["digest"]}: {release["state"]}");
        Print.Answer(release["document"] ?? new JsonObject(), json: true, _ => { });
        foreach (var file in release["files"] as JsonArray ?? [])
        {
            Print.Line($"--- {file?["path"]}, {file?["digest"]}");
            Print.Line((string?)file?["text"] ?? "(no text)");
        }

        if (release["files"] is null)
            Print.Line("Its files are for its owners, its author, approvers, reviewers, compliance and auditors.");
    }
}
