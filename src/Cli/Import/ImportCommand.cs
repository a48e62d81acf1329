using System.CommandLine;
using System.Text.Json.Nodes;
using Provost.Cli.Output;

namespace Provost.Cli.Import;

/// <summary><c>provost import</c>: from a spreadsheet to registered drafts, all or none.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "The inventory, as CSV with a first line of columns." };
        var dry = new Option<bool>("--dry-run") { Description = "Check everything, register nothing." };
        var manifests = new Option<string>("--manifests")
        {
            Description = "Write each system's manifest into this folder, for its own repository.",
        };
        return Verb.Create(
            "import", "Register the systems of an inventory as drafts; one fault and nothing is registered.",
            [file, dry, manifests],
            async (parse, client, cancellationToken) =>
            {
                var path = parse.GetValue(file)!;
                if (!File.Exists(path))
                    throw new CommandFault($"There is no file {path}.", 2);

                // before anything is registered: afterwards it would be too late to refuse
                var manifestsIn = parse.GetValue(manifests);
                if (manifestsIn is not null)
                    Directory.CreateDirectory(manifestsIn);

                var answer = await client.PostAsync(
                    "/api/import",
                    new JsonObject
                    {
                        ["file"] = Path.GetFileName(path),
                        ["csv"] = await File.ReadAllTextAsync(path, cancellationToken),
                        ["dryRun"] = parse.GetValue(dry),
                    },
                    cancellationToken);
                if (manifestsIn is not null)
                    Write(answer, manifestsIn);

                return answer;
            },
            answer =>
            {
                Print.Table(
                    new JsonObject { ["items"] = answer["systems"]!.DeepClone() }, "No system.", ("Line", "line"),
                    ("System", "name"), ("Tier", "tier"), ("State", "state"));
                Print.Line((bool)answer["applied"]!
                    ? $"{answer["added"]} registered as drafts, {answer["known"]} known already. Owners take their "
                        + "office with: provost handover accept SYSTEM"
                    : $"Nothing was registered: {answer["added"]} would be, {answer["known"]} are known already.");
            });
    }

    /// <summary>A file that is there is not written over.</summary>
    private static void Write(JsonNode answer, string folder)
    {
        foreach (var system in answer["systems"]!.AsArray())
        {
            var path = Path.Combine(folder, $"{system!["name"]}.yaml");
            if (File.Exists(path))
                Print.Line($"{path} is there already; it was left as it is.");
            else
                File.WriteAllText(path, (string)system["manifest"]!);
        }
    }
}
