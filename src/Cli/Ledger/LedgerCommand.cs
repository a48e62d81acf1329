using System.CommandLine;
using System.Text.Json.Nodes;
using Provost.Cli.Decisions;
using Provost.Cli.Output;
using Provost.Cli.Session;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Statements;
using Provost.Ledger.Verification;

namespace Provost.Cli.Ledger;

/// <summary><c>provost ledger</c>: the log's key, exports, and verification that needs no server.</summary>
internal static class LedgerCommand
{
    public static Command Create() => new("ledger", "The log: its key, exports, verification.")
    {
        Key(), Export(), Verify(),
    };

    private static Command Key() => Verb.Create(
        "key", "The log's verifier key (vkey); pin it outside the server.", [],
        (_, client, cancellationToken) => client.GetAsync("/api/ledger/key", cancellationToken),
        answer => Print.Line((string)answer["vkey"]!));

    private static Command Export()
    {
        var filter = new DecisionFilterOptions();
        var output = new Option<string>("--out") { Description = "The bundle to write.", Required = true };
        var command = new Command("export", "Export decisions with proofs, for anyone to verify.") { output };
        foreach (var option in filter.All)
            command.Add(option);
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ControlClient.Open();
            var path = Path.GetFullPath(parse.GetValue(output)!);
            var temporary = path + ".part";
            await using (var file = File.Create(temporary))
            {
                await client.DownloadAsync(
                    Verb.Query("/api/ledger/export", filter.Of(parse)), file, cancellationToken);
            }

            File.Move(temporary, path, overwrite: true);
            Print.Line($"Wrote {path}. Check it: provost ledger verify {path} --trust trust.json");
            return 0;
        });
        return command;
    }

    private static Command Verify()
    {
        var subject = new Argument<string>("what") { Description = "An exported bundle, or a ledger folder." };
        var trust = new Option<string>("--trust")
        {
            Description = "The pinned keys (trust.json, kept outside the server).",
            DefaultValueFactory = _ => "trust.json",
        };
        var since = new Option<string>("--since")
        {
            Description = "A checkpoint you saw before: it must be continued.",
        };
        var json = JsonOption.Create();
        var command = new Command("verify", "Verify a bundle or a ledger folder, offline.")
        {
            subject, trust, since, json,
        };
        command.SetAction(parse =>
        {
            var report = Run(
                parse.GetValue(subject)!, parse.GetValue(trust)!, parse.GetValue(since));
            Say(report, parse.GetValue(json));
            return report.Ok ? 0 : 1;
        });
        return command;
    }

    private static VerificationReport Run(string subject, string trustFile, string? since)
    {
        if (!File.Exists(trustFile))
            throw new CommandFault($"{trustFile} does not exist. Name the pinned keys with --trust.", 2);

        var trust = TrustFile.Parse(File.ReadAllBytes(trustFile));
        var previous = since is null ? null : Seen(since);
        if (Directory.Exists(subject))
            return LedgerDirectoryVerifier.Verify(subject, trust, previous);

        if (!File.Exists(subject))
            throw new CommandFault($"{subject} is neither a bundle nor a ledger folder.", 2);

        using var zip = File.OpenRead(subject);
        return BundleVerifier.Verify(zip, trust, previous);
    }

    private static Checkpoint Seen(string file) =>
        SignedNote.TryParse(File.ReadAllBytes(file), out var note, out _)
        && Checkpoint.TryParse(note.Text, out var checkpoint, out _)
            ? checkpoint
            : throw new CommandFault($"{file} is no checkpoint.", 2);

    private static void Say(VerificationReport report, bool json)
    {
        if (json)
        {
            Print.Line(new JsonObject
            {
                ["ok"] = report.Ok,
                ["entries"] = report.EntriesChecked,
                ["fault"] = report.FirstFault is { } first
                    ? new JsonObject
                    {
                        ["index"] = first.Index,
                        ["stream"] = first.Stream,
                        ["seq"] = first.Seq,
                        ["kind"] = first.Kind.ToString(),
                        ["message"] = first.Message,
                    }
                    : null,
                ["checked"] = new JsonArray([.. report.Checked.Select(c => (JsonNode)c)]),
                ["notChecked"] = new JsonArray([.. report.NotChecked.Select(c => (JsonNode)c)]),
            }.ToJsonString());
            return;
        }

        if (report.FirstFault is { } fault)
        {
            Print.Line($"BROKEN. First wrong entry: {fault.Index} (stream {fault.Stream}, seq {fault.Seq})");
            Print.Line($"  {fault.Kind}: {fault.Message}");
        }
        else
        {
            Print.Line($"PROVED. {report.EntriesChecked} entries.");
        }

        foreach (var line in report.Checked)
            Print.Line($"  checked: {line}");
        foreach (var line in report.NotChecked)
            Print.Line($"  NOT checked: {line}");
    }
}
