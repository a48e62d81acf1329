using System.Diagnostics;
using Provost.Bench.Indexing;
using Provost.Control.Governance;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Sequencing;
using Provost.Ledger.Statements;
using Provost.Ledger.Tree;

namespace Provost.Bench.Recovery;

/// <summary>
/// What a start takes on a log of many entries before anything is served: finding where the log stands, with the saved
/// cursor and without one (then every entry is folded again), and reading the governance out of it.
/// </summary>
internal static class RecoveryCost
{
    private const string Origin = "bench.example/log";

    /// <summary>Writes such a log below a folder, measures, prints, and takes it away again.</summary>
    public static int Run(string folder, int entries)
    {
        var data = Path.Combine(folder, $"provost-recovery-{Guid.CreateVersion7():n}");
        var ledger = Path.Combine(data, "ledger");
        try
        {
            Say("log written", entries, () => SyntheticLog.Write(ledger, entries));
            using var key = Ed25519PrivateKey.Generate();
            var signer = CheckpointSigner.Create(Path.Combine(data, "signer"), Origin, key);
            void Open()
            {
                using var sequencer = new Sequencer(
                    new SequencerOptions
                    {
                        LedgerDirectory = ledger,
                        PayloadDirectory = Path.Combine(data, "payloads"),
                    },
                    [], signer, TimeProvider.System);
                if (sequencer.Health.Size != entries)
                    throw new InvalidOperationException($"{sequencer.Health.Size} of {entries} entries were found.");
            }

            Say("found without a cursor", entries, Open);
            Say("found with the cursor", entries, Open);
            var spool = Directory.CreateDirectory(Path.Combine(data, "spool")).FullName;
            Say("governance read", entries, () =>
            {
                if (SpoolJournal.Read(new TileLogReader(ledger), entries, spool, 0).Any())
                    throw new InvalidOperationException("A log of decisions holds governance.");
            });
            return 0;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static void Say(string what, int entries, Action run)
    {
        var begun = Stopwatch.GetTimestamp();
        run();
        var took = Stopwatch.GetElapsedTime(begun);
        Console.WriteLine($"{what,-24} {took.TotalSeconds,8:F2} s {entries / took.TotalSeconds,14:N0} entries/s");
    }
}
