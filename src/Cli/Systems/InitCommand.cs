using System.CommandLine;
using System.Text;
using Provost.Cli.Output;
using Provost.Gateway.Manifests;

namespace Provost.Cli.Systems;

/// <summary>
/// <c>init</c>: a manifest to start from, in the repository of the system, complete and valid as it is written. Nothing
/// that is there already is changed but <c>.gitattributes</c>, which gains lines.
/// </summary>
internal static class InitCommand
{
    private const string ManifestName = "provost.yaml";
    private const string PromptName = "prompts/system.md";

    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "The system's name (a-z, 0-9 and -), for good." };
        var kind = new Option<string>("--kind")
        {
            Description = "llm or model (default llm).",
            DefaultValueFactory = _ => "llm",
        };
        kind.AcceptOnlyFromAmong("llm", "model");
        var unit = new Option<string>("--unit") { Description = "The unit that runs it.", Required = true };
        var business = new Option<string>("--business")
        {
            Description = "Mail address of the business owner: a live person.",
            Required = true,
        };
        var technical = new Option<string>("--technical")
        {
            Description = "Mail address of the technical owner, who is paged first.",
            Required = true,
        };
        var folder = new Option<string>("--folder")
        {
            Description = "Where the system's repository is (default: here).",
            DefaultValueFactory = _ => ".",
        };
        var command = new Command("init", "Write a manifest to start from.")
        {
            name, kind, unit, business, technical, folder,
        };
        command.SetAction(parse => Write(
            parse.GetValue(folder)!, parse.GetValue(kind)!, new Names(
                parse.GetValue(name)!, parse.GetValue(unit)!, parse.GetValue(business)!, parse.GetValue(technical)!)));
        return command;
    }

    private static void Write(string folder, string kind, Names names)
    {
        var files = new Dictionary<string, string>
        {
            [ManifestName] = System(names, kind) + (kind == "llm" ? LlmRelease(names) : ModelRelease(names)),
        };
        if (kind == "llm")
            files[PromptName] = "You answer questions about …\n";

        Check(files);
        foreach (var file in files.Keys)
        {
            if (File.Exists(Path.Combine(folder, file)))
                throw new CommandFault($"{file} is there already; nothing was written.");
        }

        foreach (var (file, text) in files)
        {
            var path = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
            Print.Line($"Wrote {file}");
        }

        KeepBytes(folder, kind);
        Print.Line("Next: fill in what it says in capitals, then provost plan.");
    }

    /// <summary>Git must not change line ends: they count in the digest.</summary>
    private static void KeepBytes(string folder, string kind)
    {
        var path = Path.Combine(folder, ".gitattributes");
        var known = File.Exists(path) ? File.ReadAllLines(path) : [];
        string[] wanted = kind == "llm"
            ? [$"{ManifestName} -text", $"{PromptName} -text"]
            : [$"{ManifestName} -text"];
        var lines = wanted.Except(known).ToList();
        if (lines.Count == 0)
            return;

        File.AppendAllLines(path, lines);
        Print.Line("Wrote .gitattributes: line ends stay as they are, since they count in the digest.");
    }

    /// <summary>A name that the manifest's reader refuses is refused here, with its words.</summary>
    private static void Check(Dictionary<string, string> files)
    {
        var set = ManifestParser.Parse(
            [new ManifestSource(ManifestName, Encoding.UTF8.GetBytes(files[ManifestName]))],
            path => files.TryGetValue(path, out var text) ? Encoding.UTF8.GetBytes(text) : null,
            ManifestOptions.OfThisBuild(_ => null));
        if (set.Errors.Count > 0)
        {
            throw new CommandFault(
                string.Join('\n', set.Errors.Select(e => $"{e.Path}: {e.Message} {e.Remedy}").Distinct()), 2);
        }
    }

    private static string System(Names names, string kind) => $$"""
        # What governs {{names.System}}. docs/manifest.md of Provost explains every key; provost schema prints the
        # JSON Schema for editors.
        apiVersion: provost/v1
        kind: System
        metadata: { name: {{names.System}}, unit: {{names.Unit}} }
        spec:
          kind: {{kind}}
          purpose: WHAT IT IS FOR, IN ONE SENTENCE
          environments: [production]
          owners: { business: {{names.Business}}, technical: {{names.Technical}} }
          intake:
            population: WHOM IT ANSWERS OR DECIDES ABOUT
            exposure: 0 USD             # money at stake in the worst case
            dataClasses: [internal]
            autonomy: {{(kind == "llm" ? "answers" : "recommends")}}           # answers, recommends, decides or acts
            annexIII: none              # area of Annex III of the EU AI Act
          runbook: [ { action: pause }, { action: rollback } ]
          retention: { class: decision, keep: 24mo, capture: redacted }
          failMode: closed

        """;

    private static string LlmRelease(Names names) => $$"""
        ---
        apiVersion: provost/v1
        kind: Release
        metadata: { system: {{names.System}}, version: 1.0.0 }
        spec:
          model: { provider: openai, name: MODEL-NAME, parameters: {} }
          prompt: { file: {{PromptName}}, bind: verify }
          guardrails:
            input: [ { id: secrets, action: block } ]
            output: [ { id: secrets, action: block }, { id: pii, action: redact } ]
          thresholds:
            latency: { over: 10s, rate: 0.05 }
          fallback: { answer: This is not available right now. }
          onBreach: [ { signal: latency, do: [ page, fallback ] } ]
          approval: { expires: 180d }

        """;

    private static string ModelRelease(Names names) => $$"""
        ---
        apiVersion: provost/v1
        kind: Release
        metadata: { system: {{names.System}}, version: 1.0.0 }
        spec:
          model:
            provider: scorer
            name: MODEL-NAME
            version: "1"                # what the scorer reports
            artifact: "sha256:{{new string('0', 64)}}"    # sha256sum of the model file
            data: VERSION-OF-THE-TRAINING-DATA
            code: REVISION-OF-THE-TRAINING-CODE
            features: [ { name: FEATURE, type: number } ]
            outputs: [ { name: decision, type: text } ]
          thresholds:
            latency: { over: 1s, rate: 0.05 }
          fallback: { outputs: { decision: refer } }
          onBreach: [ { signal: latency, do: [ page, fallback ] } ]
          approval: { expires: 180d }

        """;

    private sealed record Names(string System, string Unit, string Business, string Technical);
}
