using System.IO.Compression;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Export;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

public sealed class BundleVerifierTests : IDisposable
{
    private readonly SampleLog _log = new(300);

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Accepts_a_whole_stream_and_says_what_it_did_not_check()
    {
        var report = Verify(await _log.ExportAsync(_log.Whole("sys:refunds")));

        Assert.True(report.Ok, report.FirstFault?.Message);
        Assert.Equal(99, report.EntriesChecked);
        Assert.Equal(_log.Checkpoint, report.Checkpoint);
        Assert.Contains(report.Checked, s => s.Contains("sys:refunds 0 to 98 is here without a gap"));
        Assert.Contains(report.NotChecked, s => s.Contains("no earlier one was given"));
        Assert.Contains(report.NotChecked, s => s.StartsWith("When the entries were written"));
    }

    [Fact]
    public async Task Accepts_a_selection_without_believing_that_it_is_complete()
    {
        var report = Verify(await _log.ExportAsync(_log.Request([0, 7, 8, 150, 299])));

        Assert.True(report.Ok, report.FirstFault?.Message);
        Assert.Contains(report.NotChecked, s => s.Contains("a selection"));
    }

    [Fact]
    public async Task Accepts_an_empty_bundle_and_one_of_everything()
    {
        Assert.True(Verify(await _log.ExportAsync(_log.Request([]))).Ok);
        var all = Verify(await _log.ExportAsync(_log.Request(Enumerable.Range(0, 300).Select(i => (long)i))));
        Assert.Equal((true, 300L), (all.Ok, all.EntriesChecked));
    }

    /// <summary>Every byte of the file matters: of the entries, of the proofs, of the container around them.</summary>
    [Fact]
    public async Task Finds_any_changed_byte()
    {
        var bundle = await _log.ExportAsync(_log.Whole("sys:refunds") with { Since = 100 });
        var flips = from at in Gen.Choose(0, bundle.Length - 1) from bit in Gen.Choose(0, 7) select (at, bit);
        Prop.ForAll(Arb.From(flips), f => IsFound(bundle, f.at, f.bit))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(150));
    }

    [Fact]
    public async Task Finds_any_changed_byte_of_a_small_bundle()
    {
        using var log = new SampleLog(5);
        var bundle = await log.ExportAsync(log.Request([1, 2], new StreamRange("sys:loans", 0, 1)));
        Assert.True(BundleVerifier.Verify(new MemoryStream(bundle), log.Trust, previous: null).Ok);
        for (var at = 0; at < bundle.Length; at++)
        {
            bundle[at] ^= 1;
            Assert.False(
                BundleVerifier.Verify(new MemoryStream(bundle), log.Trust, previous: null).Ok, $"byte {at}");
            bundle[at] ^= 1;
        }
    }

    [Fact]
    public async Task Names_the_entry_that_was_changed()
    {
        var bundle = await _log.ExportAsync(_log.Whole("sys:refunds"));
        var at = Encoding.Latin1.GetString(bundle).IndexOf("{\"index\":153,", StringComparison.Ordinal);
        bundle[at + 60] ^= 1;
        var fault = Verify(bundle).FirstFault!;

        Assert.Equal((FaultKind.Entry, 153L), (fault.Kind, fault.Index));
        Assert.Contains("153", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Finds_an_entry_that_was_left_out_of_a_claimed_range()
    {
        var whole = _log.Whole("sys:refunds");
        var without = whole with { Indexes = [.. whole.Indexes.Where(i => i != 150)] };
        var fault = Verify(await _log.ExportAsync(without)).FirstFault!;

        Assert.Equal((FaultKind.StreamGap, "sys:refunds", 49L), (fault.Kind, fault.Stream!, fault.Seq!.Value));
    }

    [Fact]
    public async Task Finds_a_range_that_was_cut_at_its_end()
    {
        var whole = _log.Whole("sys:refunds");
        var cut = whole with { Indexes = [.. whole.Indexes.SkipLast(1)] };
        var fault = Verify(await _log.ExportAsync(cut)).FirstFault!;

        Assert.Equal((FaultKind.StreamGap, 98L), (fault.Kind, fault.Seq!.Value));
    }

    [Fact]
    public async Task Finds_a_line_taken_from_a_selection_and_one_put_in_place_of_another()
    {
        var bundle = await _log.ExportAsync(_log.Request([7, 8, 11, 13]));
        var others = await _log.ExportAsync(_log.Request([7, 8, 10, 13]));

        var less = Verify(BundleFiles.Edit(bundle, "entries.jsonl", l => [.. l.Where((_, i) => i != 2)])).FirstFault!;
        Assert.Equal((FaultKind.Manifest, "sys:loans"), (less.Kind, less.Stream));
        Assert.Contains("signed for 4 entries of sys:loans", less.Message);
        var entries = BundleFiles.Read(others, "entries.jsonl");
        var swapped = BundleFiles.With(bundle, ("entries.jsonl", entries), ("checkpoint", BundleFiles.Read(
            others, "checkpoint")), ("manifest.tlog-proof", BundleFiles.Read(others, "manifest.tlog-proof")));
        Assert.Equal(FaultKind.Manifest, Verify(swapped).FirstFault!.Kind);
    }

    [Fact]
    public async Task Finds_a_manifest_that_was_rewritten_after_the_export()
    {
        var whole = _log.Whole("sys:refunds");
        var bundle = await _log.ExportAsync(whole);
        var narrower = BundleDraft.Measure(
            whole with
            {
                Indexes = [.. whole.Indexes.SkipLast(1)],
                Requested = [new StreamRange("sys:refunds", 0, 97)],
            },
            _log.Reader, default);
        var cut = BundleFiles.Edit(bundle, "entries.jsonl", l => [.. l.SkipLast(1)]);
        cut = BundleFiles.Edit(cut, "decisions.csv", l => [.. l.SkipLast(1)]);

        var fault = Verify(BundleFiles.With(cut, ("manifest.json", narrower.Manifest))).FirstFault!;
        Assert.Equal(FaultKind.Manifest, fault.Kind);
        Assert.Contains("not the one that the log says was exported", fault.Message);
    }

    [Theory]
    [InlineData("decision.outcome", "decision.intent", "type")]
    [InlineData("sys:refunds", "sys:refundz", "stream")]
    [InlineData("153,", "154,", "index")]
    public async Task Names_the_cell_of_the_copy_that_was_edited(string from, string to, string column)
    {
        var bundle = await _log.ExportAsync(_log.Whole("sys:refunds"));
        var edited = BundleFiles.Edit(
            bundle, "decisions.csv", l => [.. l.Select(r => r.StartsWith("153,") ? r.Replace(from, to) : r)]);
        var fault = Verify(edited).FirstFault!;

        Assert.Equal((FaultKind.Copy, 153L, "sys:refunds"), (fault.Kind, fault.Index, fault.Stream));
        Assert.Contains($"\"{column}\" differs", fault.Message);
    }

    [Fact]
    public async Task Finds_rows_of_the_copy_that_were_left_out_put_in_or_renamed()
    {
        var bundle = await _log.ExportAsync(_log.Whole("sys:refunds"));

        Assert.Equal(FaultKind.Copy, Edited(l => [.. l.SkipLast(1)]));
        Assert.Equal(FaultKind.Copy, Edited(l => [.. l, l[^1]]));
        Assert.Equal(FaultKind.Copy, Edited(l => [l[0].Replace("seq", "number"), .. l.Skip(1)]));
        Assert.Equal(FaultKind.Copy, Edited(l => [l[0].Replace("node", "system"), .. l.Skip(1)]));
        Assert.Equal(FaultKind.Copy, Edited(_ => []));

        FaultKind Edited(Func<string[], string[]> change) =>
            Verify(BundleFiles.Edit(bundle, "decisions.csv", change)).FirstFault!.Kind;
    }

    [Fact]
    public async Task Each_wrong_bundle_has_its_own_verdict()
    {
        using var other = new SampleLog(300);
        var bundle = await _log.ExportAsync(_log.Whole("sys:refunds"));
        var fork = await other.ExportAsync(other.Whole("sys:refunds"));
        var forked = _log.SignAnything(other.Checkpoint.Size, other.Checkpoint.Root);

        Assert.Equal(FaultKind.Order, Kind(BundleFiles.Edit(bundle, "entries.jsonl", l => [.. l.Reverse()])));
        Assert.Equal(FaultKind.Order, Kind(BundleFiles.Edit(bundle, "entries.jsonl", l => [l[0], .. l])));
        Assert.Equal(FaultKind.UnknownKey, Kind(fork));
        Assert.Equal(FaultKind.Manifest, Kind(BundleFiles.With(fork, ("checkpoint", forked))));
        Assert.Equal(FaultKind.Version, Kind(BundleFiles.Edit(
            bundle, "manifest.json", l => [l[0].Replace("provost.bundle/2", "provost.bundle/9")])));
        Assert.Equal(FaultKind.Manifest, Kind(BundleFiles.Edit(bundle, "manifest.json", _ => ["{}"])));
        Assert.Equal(FaultKind.Manifest, Kind(BundleFiles.Edit(bundle, "manifest.json", _ => [""])));
        Assert.Equal(
            FaultKind.OtherLog,
            BundleVerifier.Verify(
                new MemoryStream(bundle), _log.Trust with { Origin = "ledger.example/other" }, previous: null)
                .FirstFault!.Kind);
        Assert.Equal(
            FaultKind.Consistency, Verify(bundle, _log.Checkpoint with { Root = new byte[32] }).FirstFault!.Kind);

        FaultKind Kind(byte[] zip) => Verify(zip).FirstFault!.Kind;
    }

    [Fact]
    public async Task Says_where_it_was_cut()
    {
        var bundle = await _log.ExportAsync(_log.Request([7, 8]));
        for (var length = 1; length < bundle.Length; length++)
        {
            var fault = Verify(bundle[..length]).FirstFault!;
            Assert.True(
                fault.Kind == FaultKind.Truncated || (length < 4 && fault.Kind == FaultKind.Container),
                $"{length} of {bundle.Length}: {fault.Kind} {fault.Message}");
        }
    }

    /// <summary>What other programs put into a zip: nothing of it is opened, so nothing of it can do harm.</summary>
    [Theory]
    [InlineData("entries.jsonl", CompressionLevel.SmallestSize)]
    [InlineData("../../etc/cron.d/evil", CompressionLevel.NoCompression)]
    [InlineData("/etc/passwd", CompressionLevel.NoCompression)]
    [InlineData("checkpoint", CompressionLevel.Optimal)]
    public void Refuses_zips_that_are_compressed_or_name_other_places(string name, CompressionLevel level)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        using (var content = zip.CreateEntry(name, level).Open())
        {
            for (var i = 0; i < 1000; i++)
                content.Write(new byte[10_000]);
        }

        Assert.Equal(FaultKind.Container, Verify(stream.ToArray()).FirstFault!.Kind);
    }

    [Fact]
    public async Task Refuses_more_files_than_a_bundle_has_without_counting_them()
    {
        var bundle = await _log.ExportAsync(_log.Request([7]));
        var one = BundleFiles.Local(bundle, "checkpoint");
        var many = Enumerable.Repeat(one, 10_000).SelectMany(b => b).ToArray();

        Assert.Equal(FaultKind.Container, Verify(many).FirstFault!.Kind);
    }

    [Fact]
    public async Task Shows_that_the_log_continues_the_checkpoint_remembered()
    {
        var remembered = _log.Checkpoint;
        _log.Add("gov", "node-0");
        _log.Commit();
        var proven = await _log.ExportAsync(_log.Request([300]) with { Since = 300 });
        var bare = await _log.ExportAsync(_log.Request([300]));

        Assert.Contains(Verify(proven, remembered).Checked, s => s.Contains("continues the checkpoint remembered"));
        Assert.Contains(Verify(bare, remembered).NotChecked, s => s.Contains("continues size 300"));
        Assert.Equal(
            FaultKind.Consistency,
            Verify(proven, remembered with { Root = new byte[32] }).FirstFault!.Kind);
    }

    [Fact]
    public async Task Refuses_another_root_at_the_size_remembered()
    {
        var bundle = await _log.ExportAsync(_log.Request([1]));
        var other = new Checkpoint(SampleLog.Origin, 301, new byte[32]);

        Assert.Equal(FaultKind.Consistency, Verify(bundle, other).FirstFault!.Kind);
        Assert.True(Verify(bundle, _log.Checkpoint).Ok);
        Assert.Contains(
            Verify(bundle, _log.Checkpoint with { Size = 302 }).NotChecked, s => s.Contains("ends at 301, before 302"));
    }

    [Fact]
    public async Task Believes_only_keys_of_the_trust_file()
    {
        using var stranger = Ed25519PrivateKey.Generate();
        var bundle = await _log.ExportAsync(_log.Request([1]));
        var foreign = _log.Trust with { Log = [new NoteVerifierKey(SampleLog.Origin, stranger.PublicKey)] };
        var empty = _log.Trust with { Log = [] };

        foreach (var trust in new[] { foreign, empty })
        {
            var fault = BundleVerifier.Verify(new MemoryStream(bundle), trust, previous: null).FirstFault!;
            Assert.Equal(FaultKind.UnknownKey, fault.Kind);
        }
    }

    [Fact]
    public async Task Refuses_a_log_that_begins_with_another_genesis()
    {
        var bundle = await _log.ExportAsync(_log.Request([0]));
        var trust = _log.Trust with { Genesis = new string('a', 64) };

        var fault = BundleVerifier.Verify(new MemoryStream(bundle), trust, previous: null).FirstFault!;
        Assert.Equal((FaultKind.Genesis, 0L), (fault.Kind, fault.Index));
    }

    [Fact]
    public async Task Finds_a_broken_chain_in_what_was_committed()
    {
        _log.Add("sys:loans", "node-0", prev: new string('0', 64));
        _log.Commit();
        var last = Enumerable.Range(0, 300).Last(i => SampleLog.StreamOf(i) == "sys:loans");
        var fault = Verify(await _log.ExportAsync(_log.Request([last, 300]))).FirstFault!;

        Assert.Equal((FaultKind.Chain, 300L, "sys:loans"), (fault.Kind, fault.Index, fault.Stream));
    }

    [Fact]
    public void Refuses_what_is_no_bundle()
    {
        Assert.Equal(FaultKind.Truncated, Verify([]).FirstFault!.Kind);
        Assert.Equal(FaultKind.Container, Verify("PK and so on"u8.ToArray()).FirstFault!.Kind);
    }

    private VerificationReport Verify(byte[] bundle, Checkpoint? previous = null) =>
        BundleVerifier.Verify(new MemoryStream(bundle), _log.Trust, previous);

    private bool IsFound(byte[] bundle, int at, int bit)
    {
        var changed = bundle.ToArray();
        changed[at] ^= (byte)(1 << bit);
        var found = Verify(changed).FirstFault;
        return found is not null && found.Message.Length > 0;
    }
}
