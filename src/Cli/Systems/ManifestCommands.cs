using System.CommandLine;
using System.Text.Json.Nodes;
using Provost.Cli.Envelopes;
using Provost.Cli.Output;
using Provost.Cli.Session;
using Provost.Gateway.Manifests;

namespace Provost.Cli.Systems;

/// <summary><c>plan</c>, <c>apply</c>, <c>submit</c>: from a manifest to a release that waits for approval.</summary>
internal static class ManifestCommands
{
    public static Command Plan()
    {
        var file = File();
        var offline = new Option<bool>("--offline")
        {
            Description = "Ask no server: check the manifest and its files, print the digests.",
        };
        var json = JsonOption.Create();
        var command = new Command("plan", "Show what an apply would change, and who must approve.")
        {
            file, offline, json,
        };
        command.SetAction(async (parse, cancellationToken) =>
        {
            var path = parse.GetValue(file)!;
            if (parse.GetValue(offline))
                return Print.Answer(ManifestUpload.PlanOffline(path), parse.GetValue(json), ShowOffline);

            using var client = ControlClient.Open();
            var answer = await client.PostAsync(
                "/api/plan", await ManifestUpload.SendAsync(path, client, cancellationToken), cancellationToken);
            return Print.Answer(answer, parse.GetValue(json), Show);
        });
        return command;
    }

    /// <summary><c>schema</c>: what editors complete manifests by.</summary>
    public static Command Schema()
    {
        var command = new Command("schema", "Print the JSON Schema of manifests, for editors.");
        command.SetAction(_ =>
        {
            using var output = Console.OpenStandardOutput();
            output.Write(ManifestJsonSchema.ToBytes());
        });
        return command;
    }

    public static Command Apply()
    {
        var file = File();
        return Verb.Create(
            "apply", "Register the system and its releases as the manifest says.", [file],
            async (parse, client, cancellationToken) => await client.PostAsync(
                "/api/apply", await ManifestUpload.SendAsync(parse.GetValue(file)!, client, cancellationToken),
                cancellationToken),
            answer =>
            {
                Show(answer);
                Print.Line("Applied. Next: provost submit SYSTEM@VERSION");
            });
    }

    public static Command Submit()
    {
        var release = new Argument<string>("release") { Description = "system@version" };
        var environment = Verb.Environment();
        return Verb.Create(
            "submit", "Submit a release for approval; you become its author and cannot approve it.",
            [release, environment],
            async (parse, client, cancellationToken) =>
            {
                var (system, version) = Verb.Release(parse.GetValue(release)!);
                var at = $"/api/systems/{system}/releases/{version}";
                var answer = await client.PostAsync(
                    $"{at}/submit",
                    new JsonObject { ["environment"] = parse.GetValue(environment) },
                    cancellationToken);
                if (answer["variant"] is { } asks)
                {
                    answer["variant"] = (await EnvelopeCommand.SettleAsync(
                        client, at, parse.GetValue(environment), asks, cancellationToken)).DeepClone();
                }

                return answer;
            },
            answer =>
            {
                if (answer["variant"] is { } variant)
                {
                    EnvelopeCommand.Show(variant);
                    if (variant["warrant"] is not null)
                        return;
                }

                Print.Line($"Submitted {answer["digest"]}. It waits for:");
                foreach (var missing in answer["missing"] as JsonArray ?? [])
                    Print.Line($"  {missing}");
            });
    }

    private static Argument<string> File() => new("manifest")
    {
        Description = "The manifest (default provost.yaml).",
        DefaultValueFactory = _ => "provost.yaml",
    };

    private static void ShowOffline(JsonNode answer)
    {
        if (answer["terms"] is { } terms)
            Print.Line($"Terms {terms}");
        foreach (var release in answer["releases"] as JsonArray ?? [])
            Print.Line($"Release {release?["version"]} {release?["digest"]}");
        Print.Line("Not asked: the tier, who must approve, what changes. provost plan without --offline does.");
    }

    private static void Show(JsonNode answer)
    {
        Print.Line($"{answer["system"]}: tier {answer["tier"]}");
        foreach (var reason in answer["reasons"] as JsonArray ?? [])
            Print.Line($"  {reason}");
        if (answer["approvers"] is JsonArray { Count: > 0 } approvers)
            Print.Line($"Must approve: {string.Join("; ", approvers.Select(a => a?.ToString()))}");
        Print.Differences(answer["changes"]);
        foreach (var release in answer["releases"] as JsonArray ?? [])
        {
            var isNew = (bool?)release?["isNew"] == true ? "new" : "known";
            Print.Line($"Release {release?["version"]} {release?["digest"]} ({isNew})");
            Print.Differences(release?["difference"]);
            foreach (var missing in release?["missing"] as JsonArray ?? [])
                Print.Line($"  before anybody approves it: {missing}");
        }
    }
}
