using System.CommandLine;
using System.Globalization;
using Provost.Cli.Decisions;
using Provost.Cli.Output;
using Provost.Cli.Session;

namespace Provost.Cli.Ledger;

/// <summary><c>provost ledger</c>: the log's key, exports, receipts, and verification that needs no server.</summary>
internal static class LedgerCommand
{
    public static Command Create() => new(
        "ledger", "The log: its key, exports, receipts, verification, what its root key decides.")
    {
        Key(), Export(), Receipt(), Reconciliation(), VerifyCommand.Create(), TrustCommand.Create(),
        RotateKeyCommand.Create(), ResetCommand.Create(), Anchors(),
    };

    private static Command Key() => Verb.Create(
        "key", "The log's verifier key (vkey); pin it outside the server.", [],
        (_, client, cancellationToken) => client.GetAsync("/api/ledger/key", cancellationToken),
        answer => Print.Line((string)answer["vkey"]!));

    private static Command Reconciliation()
    {
        var system = new Option<string>("--system") { Description = "Of this system." };
        return Verb.Create(
            "reconciliation", "Calls answered against outcomes in the log, node by node.", [system],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query("/api/ledger/reconciliation", ("system", parse.GetValue(system))), cancellationToken),
            answer => Print.Table(
                answer, "No call has been answered since the start.", ("Node", "node"), ("System", "system"),
                ("Environment", "environment"), ("Answered", "answered"), ("With record", "matched"),
                ("Missing", "missing"), ("Compared (UTC)", "at")));
    }

    private static Command Anchors() => Verb.Create(
        "anchors", "Where checkpoints are kept outside, and since when one takes none.", [],
        (_, client, cancellationToken) => client.GetAsync("/api/ledger/anchors", cancellationToken),
        answer => Print.Table(
            answer, "No anchor is set: name one under anchors in the platform's settings.",
            ("Anchor", "name"), ("Kind", "kind"), ("Entries", "size"), ("Taken (UTC)", "at"), ("Failing", "failure"),
            ("Since (UTC)", "since")));

    private static Command Export()
    {
        var filter = new DecisionFilterOptions();
        var output = new Option<string>("--out") { Description = "The bundle to write.", Required = true };
        var trust = new Option<string>("--trust")
        {
            Description = "The pinned keys: the bundle then proves that the log continues what verify remembers of it.",
            DefaultValueFactory = _ => "trust.json",
        };
        var command = new Command("export", "Export decisions with proofs, for anyone to verify.")
        {
            output, trust,
        };
        foreach (var option in filter.All)
            command.Add(option);
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ControlClient.Open();
            var path = Path.GetFullPath(parse.GetValue(output)!);
            var remembered = Remembered(parse.GetValue(trust)!);
            var address = Verb.Query("/api/ledger/export", [.. filter.Of(parse), ("provenFrom", remembered)]);
            await SaveAsync(client, address, path, cancellationToken);
            return 0;
        });
        return command;
    }

    private static Command Receipt()
    {
        var decision = new Argument<Guid>("decision") { Description = "The id in the Provost-Decision header." };
        var output = new Option<string>("--out")
        {
            Description = "The receipt to write (default: the decision's id and .tlog-proof, here).",
        };
        var command = new Command("receipt", "One decision with its proof in one small file, for anyone to verify.")
        {
            decision, output,
        };
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ControlClient.Open();
            var id = parse.GetValue(decision);
            var path = Path.GetFullPath(parse.GetValue(output) ?? $"{id}.tlog-proof");
            await SaveAsync(client, $"/api/decisions/{id}/receipt", path, cancellationToken);
            return 0;
        });
        return command;
    }

    /// <summary>The size of the checkpoint that a verification on this machine remembers of the log of a trust file:
    /// the bundle is to prove that the log continues it. Null without trust file or memory.</summary>
    private static string? Remembered(string trustFile) => File.Exists(trustFile)
        ? CheckpointMemory.Recall(VerifyCommand.ReadTrust(trustFile))?.Size.ToString(CultureInfo.InvariantCulture)
        : null;

    /// <summary>Under another name until it is whole: what was broken off is not to be taken for evidence.</summary>
    private static async Task SaveAsync(
        ControlClient client, string address, string path, CancellationToken cancellationToken)
    {
        var temporary = path + ".part";
        try
        {
            await using (var file = File.Create(temporary))
                await client.DownloadAsync(address, file, cancellationToken);

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }

        Print.Line($"Wrote {path}. Check it: provost ledger verify {path} --trust trust.json");
    }
}
