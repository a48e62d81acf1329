using Provost.Ledger.Payloads;
using Provost.Ledger.Records;

namespace Provost.Ledger.Sequencing;

/// <summary>
/// Power cuts inside a round, seeded: the payload files are short, or some of the new tiles are there and others not;
/// signer, checkpoint, cursor and spools are as they were.
/// </summary>
public sealed class SequencerCrashTests
{
    [Fact]
    public void Has_every_record_exactly_once_wherever_a_round_was_cut()
    {
        for (var seed = 0; seed < 8; seed++)
        {
            using var stage = new SequencerStage();
            var random = new Random(seed);
            var counts = new Dictionary<string, int> { ["control"] = 0, ["gw"] = 0 };
            for (var round = 0; round < 4; round++)
            {
                foreach (var node in counts.Keys.ToList())
                    counts[node] += AppendSome(stage, node, counts[node], random);

                stage.CloseSpools();
                CutARound(stage, random);
            }

            stage.RunOnce();
            Check(stage, counts, seed);
        }
    }

    private static int AppendSome(SequencerStage stage, string node, int already, Random random)
    {
        var count = random.Next(1, 200);
        var next = already;
        stage.Append(node, count, draft =>
        {
            new DecisionRecord { Node = node, Decision = SequencerStage.NewId(), System = "s" + (next % 3) }
                .WriteIntent(draft, SequencerStage.NewId());
            if (next % 2 == 0)
                draft.AddPart((byte)PayloadField.Input, BitConverter.GetBytes(next));

            next++;
        });
        return count;
    }

    private static void CutARound(SequencerStage stage, Random random)
    {
        stage.Open().Dispose(); // what an opening cleans up is clean before the next cut
        var before = Files(stage.Root).ToDictionary(f => f, File.ReadAllBytes);
        stage.RunOnce();
        if (random.Next(5) == 0)
            return;

        // tiles are written once the payloads are synced, the signer signs once the tiles are
        var isInPayloads = random.Next(2) == 0;
        foreach (var file in Files(stage.Root).Where(f => !before.ContainsKey(f)))
        {
            if (file.StartsWith(stage.Payloads, StringComparison.Ordinal))
                Shorten(file, isInPayloads ? 0 : int.MaxValue, random);
            else if (isInPayloads || !file.Contains("/tile/", StringComparison.Ordinal) || random.Next(2) == 0)
                File.Delete(file);
        }

        foreach (var (file, bytes) in before)
        {
            if (file.StartsWith(stage.Payloads, StringComparison.Ordinal))
                Shorten(file, isInPayloads ? bytes.Length : int.MaxValue, random);
            else
                Restore(file, bytes);
        }
    }

    /// <summary>A file keeps what was synced before the round, and more or less of what came after.</summary>
    private static void Shorten(string file, int atLeast, Random random)
    {
        if (!File.Exists(file))
            return; // held nothing sound

        using var stream = File.Open(file, FileMode.Open);
        stream.SetLength(random.NextInt64(Math.Min(atLeast, stream.Length), stream.Length + 1));
    }

    private static void Restore(string file, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, bytes);
    }

    private static List<string> Files(string root) =>
        [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith("lock"))];

    private static void Check(SequencerStage stage, Dictionary<string, int> counts, int seed)
    {
        var report = stage.Verify();
        Assert.True(report.Ok, $"seed {seed}: {report.FirstFault?.Message}");
        Assert.Equal(counts.Values.Sum(), report.EntriesChecked);
        var store = new PayloadStore(stage.Payloads);
        foreach (var (node, count) in counts)
        {
            for (var i = 0; i < count; i++)
            {
                var expected = i % 2 == 0 ? BitConverter.GetBytes(i) : null;
                Assert.True(
                    Equals(expected, store.Find(node, i, PayloadField.Input)), $"seed {seed}: payload {i} of {node}");
            }
        }
    }

    private static bool Equals(byte[]? left, byte[]? right) =>
        left is null ? right is null : right is not null && left.AsSpan().SequenceEqual(right);
}
