using FsCheck;
using FsCheck.Fluent;
using Provost.Ledger.Checkpoints;

namespace Provost.Ledger.Verification;

public sealed class LedgerDirectoryVerifierTests : IDisposable
{
    private readonly SampleLog _log = new(600);

    public void Dispose() => _log.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(1000)]
    public void Accepts_a_whole_log(int size)
    {
        using var log = new SampleLog(size);
        var report = LedgerDirectoryVerifier.Verify(log.Folder, log.Trust, previous: null);

        Assert.True(report.Ok, report.FirstFault?.Message);
        Assert.Equal(size, report.EntriesChecked);
        Assert.Equal(log.Checkpoint, report.Checkpoint);
    }

    [Fact]
    public void Accepts_an_empty_log()
    {
        using var log = new SampleLog(0);

        Assert.True(LedgerDirectoryVerifier.Verify(log.Folder, log.Trust, previous: null).Ok);
    }

    [Fact]
    public void Leaves_alone_what_is_written_behind_the_checkpoint()
    {
        var note = _log.CheckpointNote;
        for (var i = 0; i < 300; i++)
            _log.Add("gov", "node-0");

        _log.Commit();
        File.WriteAllBytes(Path.Combine(_log.Folder, "checkpoint"), note);

        Assert.Equal((true, 600L), (Verify().Ok, Verify().EntriesChecked));
    }

    [Fact]
    public void Names_the_entry_of_any_changed_byte_in_a_bundle()
    {
        var leaves = _log.Reader.ReadLeaves(0, 600).Select(l => l.Length + 2).ToArray();
        var flips = from bundle in Gen.Choose(0, 2)
                    from at in Gen.Choose(0, 100_000)
                    from bit in Gen.Choose(0, 7)
                    select (bundle, at, bit);
        Prop.ForAll(Arb.From(flips), f =>
        {
            var path = Path.Combine(_log.Folder, "tile/entries", f.bundle < 2 ? $"00{f.bundle}" : "002.p/88");
            var at = f.at % (int)new FileInfo(path).Length;
            var expected = f.bundle * 256;
            for (var rest = at; rest >= leaves[expected]; expected++)
                rest -= leaves[expected];

            Flip(path, at, f.bit);
            var fault = Verify().FirstFault;
            Flip(path, at, f.bit);
            Assert.Equal((FaultKind.Entry, (long?)expected), (fault?.Kind, fault?.Index));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
    }

    [Fact]
    public void Finds_any_changed_byte_in_a_hash_tile()
    {
        var tiles = Directory.GetFiles(Path.Combine(_log.Folder, "tile/0"), "*", SearchOption.AllDirectories)
            .Concat(Directory.GetFiles(Path.Combine(_log.Folder, "tile/1"), "*", SearchOption.AllDirectories))
            .ToArray();
        var flips = from tile in Gen.Elements(tiles) from at in Gen.Choose(0, 100_000) select (tile, at);
        Prop.ForAll(Arb.From(flips), f =>
        {
            var at = f.at % (int)new FileInfo(f.tile).Length;
            Flip(f.tile, at, 3);
            var fault = Verify().FirstFault;
            Flip(f.tile, at, 3);
            return fault is { Kind: FaultKind.Tile };
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));
    }

    [Fact]
    public void Finds_any_changed_byte_in_the_checkpoint()
    {
        var path = Path.Combine(_log.Folder, "checkpoint");
        for (var at = 0; at < _log.CheckpointNote.Length; at++)
        {
            Flip(path, at, bit: 0);
            // a changed key name or id is a key that nobody pinned
            Assert.Contains(
                Verify().FirstFault!.Kind, new[] { FaultKind.Checkpoint, FaultKind.UnknownKey, FaultKind.OtherLog });
            Flip(path, at, bit: 0);
        }
    }

    /// <summary>Whoever rewrites an entry rewrites its tiles too: then only its successor still tells.</summary>
    [Fact]
    public void Finds_the_entry_by_its_successor_when_the_tiles_were_rewritten_too()
    {
        Flip(Path.Combine(_log.Folder, "tile/entries/000"), at: 20, bit: 0);
        var entry = _log.Reader.ReadLeaf(0);
        var tile = Path.Combine(_log.Folder, "tile/0/000");
        var hashes = File.ReadAllBytes(tile);
        Tree.MerkleHash.Leaf(entry.Span).CopyTo(hashes, 0);
        File.WriteAllBytes(tile, hashes);

        Assert.Equal(0, Verify().FirstFault!.Index);
    }

    [Fact]
    public void Finds_a_missing_bundle_and_a_missing_checkpoint()
    {
        File.Delete(Path.Combine(_log.Folder, "tile/entries/001"));
        Assert.Equal((FaultKind.Entry, 256L), (Verify().FirstFault!.Kind, Verify().FirstFault!.Index));
        File.Delete(Path.Combine(_log.Folder, "checkpoint"));
        Assert.Equal(FaultKind.Checkpoint, Verify().FirstFault!.Kind);
    }

    [Fact]
    public void Finds_a_rollback_and_a_rewrite_below_what_was_seen_before()
    {
        var (old, now) = (_log.Checkpoint, _log.CheckpointNote);
        _log.Add("gov", "node-0");
        _log.Commit();
        Assert.Contains(Verify(old).Checked, s => s.Contains("continues the checkpoint remembered at size 600"));
        Assert.Equal(FaultKind.Consistency, Verify(old with { Root = new byte[32] }).FirstFault!.Kind);

        var newer = _log.Checkpoint;
        File.WriteAllBytes(Path.Combine(_log.Folder, "checkpoint"), now);
        Assert.Equal(FaultKind.Consistency, Verify(newer).FirstFault!.Kind);
        Assert.Equal(FaultKind.OtherLog, Verify(newer with { Origin = "other" }).FirstFault!.Kind);
    }

    [Fact]
    public void Refuses_another_genesis()
    {
        var trust = _log.Trust with { Genesis = new string('a', 64) };

        Assert.Equal(
            FaultKind.Genesis, LedgerDirectoryVerifier.Verify(_log.Folder, trust, previous: null).FirstFault!.Kind);
    }

    [Fact]
    public void Finds_a_gap_in_a_stream() => Finds(FaultKind.StreamGap, log => log.Add("gov", "node-0", seq: 2));

    [Fact]
    public void Finds_a_repeated_number_in_a_stream() =>
        Finds(FaultKind.Chain, log => log.Add("gov", "node-0", seq: 0));

    [Fact]
    public void Finds_a_stream_that_does_not_begin_at_0() =>
        Finds(FaultKind.StreamGap, log => log.Add("sys:new", "node-0", seq: 1, prev: new string('0', 64)));

    [Fact]
    public void Finds_a_gap_in_the_records_of_a_node() =>
        Finds(FaultKind.NodeGap, log => log.Add("gov", "node-0", nodeSeq: 301));

    [Fact]
    public void Finds_a_wrong_predecessor() =>
        Finds(FaultKind.Chain, log => log.Add("gov", "node-0", prev: new string('0', 64)));

    [Theory]
    [InlineData("""{"node":"n","nodeSeq":0,"prev":"","record":{"node":"n","nodeSeq":0},"seq":0,"stream":"s","v":2}""")]
    [InlineData("""{"node":"n","nodeSeq":0,"prev":"","record":{"node":"m","nodeSeq":0},"seq":0,"stream":"s","v":1}""")]
    [InlineData("""{"node":"n","nodeSeq":0,"prev":"","record":{"node":"n","nodeSeq":1},"seq":0,"stream":"s","v":1}""")]
    [InlineData("""{"node":"n","nodeSeq":0,"prev":"","record":1,"seq":0,"stream":"s","v":1}""")]
    [InlineData("""{"node":"n","nodeSeq":0,"prev":"","record":{},"seq":0,"stream":"s","v":1}""")]
    [InlineData("""{"node":"n","nodeSeq":0,"prev":"","record":{"node":"n","nodeSeq":0},"seq":0,"stream":"s"}""")]
    [InlineData("""{"node":"n","nodeSeq":0,"prev":"", "record":{"node":"n","nodeSeq":0},"seq":0,"stream":"s","v":1}""")]
    [InlineData("[]")]
    public void Finds_an_entry_that_is_no_leaf(string leaf) =>
        Finds(FaultKind.Form, log => log.AddRaw(System.Text.Encoding.UTF8.GetBytes(leaf)));

    private void Finds(FaultKind kind, Action<SampleLog> add)
    {
        add(_log);
        _log.Commit();
        var fault = Verify().FirstFault;

        Assert.Equal((kind, 600L), (fault!.Kind, fault.Index));
    }

    private VerificationReport Verify(Checkpoint? previous = null) =>
        LedgerDirectoryVerifier.Verify(_log.Folder, _log.Trust, previous);

    private static void Flip(string path, int at, int bit)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[at] ^= (byte)(1 << bit);
        File.WriteAllBytes(path, bytes);
    }
}
