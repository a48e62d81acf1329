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
        var report = Verify(await _log.ExportAsync(SampleLog.Request([0, 7, 8, 150, 299])));

        Assert.True(report.Ok, report.FirstFault?.Message);
        Assert.Contains(report.NotChecked, s => s.Contains("a selection"));
    }

    [Fact]
    public async Task Accepts_an_empty_bundle_and_one_of_everything()
    {
        Assert.True(Verify(await _log.ExportAsync(SampleLog.Request([]))).Ok);
        var all = Verify(await _log.ExportAsync(SampleLog.Request(Enumerable.Range(0, 300).Select(i => (long)i))));
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
        var bundle = await log.ExportAsync(SampleLog.Request([1, 2], new StreamRange("sys:loans", 0, 1)));
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
    public async Task Shows_that_the_log_continues_the_checkpoint_remembered()
    {
        var remembered = _log.Checkpoint;
        _log.Add("gov", "node-0");
        _log.Commit();
        var proven = await _log.ExportAsync(SampleLog.Request([300]) with { Since = 300 });
        var bare = await _log.ExportAsync(SampleLog.Request([300]));

        Assert.Contains(Verify(proven, remembered).Checked, s => s.Contains("continues the checkpoint remembered"));
        Assert.Contains(Verify(bare, remembered).NotChecked, s => s.Contains("continues size 300"));
        Assert.Equal(
            FaultKind.Consistency,
            Verify(proven, remembered with { Root = new byte[32] }).FirstFault!.Kind);
    }

    [Fact]
    public async Task Refuses_another_root_at_the_size_remembered()
    {
        var bundle = await _log.ExportAsync(SampleLog.Request([1]));
        var other = new Checkpoint(SampleLog.Origin, 300, new byte[32]);

        Assert.Equal(FaultKind.Consistency, Verify(bundle, other).FirstFault!.Kind);
        Assert.True(Verify(bundle, _log.Checkpoint).Ok);
        Assert.Contains(
            Verify(bundle, _log.Checkpoint with { Size = 301 }).NotChecked, s => s.Contains("ends at 300, before 301"));
    }

    [Fact]
    public async Task Believes_only_keys_of_the_trust_file()
    {
        using var stranger = Ed25519PrivateKey.Generate();
        var bundle = await _log.ExportAsync(SampleLog.Request([1]));
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
        var bundle = await _log.ExportAsync(SampleLog.Request([0]));
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
        var fault = Verify(await _log.ExportAsync(SampleLog.Request([last, 300]))).FirstFault!;

        Assert.Equal((FaultKind.Chain, 300L, "sys:loans"), (fault.Kind, fault.Index, fault.Stream));
    }

    [Fact]
    public void Refuses_what_is_no_bundle()
    {
        Assert.Equal(FaultKind.Container, Verify([]).FirstFault!.Kind);
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
