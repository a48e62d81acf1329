using System.CommandLine;
using Provost.Cli.Output;
using Provost.Ledger.Verification;

namespace Provost.Cli.Ledger;

/// <summary><c>provost ledger trust</c>: takes a log's later keys over, offline, on the root key's word.</summary>
internal static class TrustCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("ledger") { Description = "The ledger folder." };
        var trust = new Option<string>("--trust")
        {
            Description = "The pinned keys so far.",
            DefaultValueFactory = _ => "trust.json",
        };
        var output = new Option<string>("--out")
        {
            Description = "The new file; never written over.",
            Required = true,
        };
        var command = new Command("trust", "Write a trust file with the log's newer keys, which the root key signed.")
        {
            folder, trust, output,
        };
        command.SetAction(parse =>
        {
            Renew(parse.GetValue(folder)!, parse.GetValue(trust)!, parse.GetValue(output)!);
            return 0;
        });
        return command;
    }

    private static void Renew(string folder, string trustFile, string output)
    {
        if (File.Exists(output))
            throw new CommandFault($"{output} exists. A trust file is never written over; name another with --out.", 2);

        var trust = VerifyCommand.ReadTrust(trustFile);
        TrustFile renewed;
        try
        {
            renewed = TrustRenewal.Read(folder, trust);
        }
        catch (FormatException wrong)
        {
            throw new CommandFault($"Nothing was written. {wrong.Message}");
        }

        var report = LedgerDirectoryVerifier.Verify(folder, renewed, CheckpointMemory.Recall(trust));
        if (report.FirstFault is { } fault)
            throw new CommandFault($"Nothing was written: the log fails with its newer keys. {fault.Message}");

        File.WriteAllBytes(output, renewed.ToBytes());
        Print.Line(renewed.LogTerms.Count == 0
            ? $"The log has had one key only; wrote the same keys to {output}."
            : $"Wrote {output} with {renewed.LogTerms.Count} keys; the root key of {trustFile} signed each. Compare, "
                + "then put it in the place of the old one.");
    }
}
