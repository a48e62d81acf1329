using System.Text;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Proofs;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

public sealed class ReceiptVerifierTests : IDisposable
{
    private readonly SampleLog _log = new(300);

    public void Dispose() => _log.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(153)]
    [InlineData(299)]
    public void Proves_the_entry_inside_it_and_says_what_it_does_not_prove(int index)
    {
        var report = Verify(_log.Receipt(index).ToBytes());

        Assert.True(report.Ok, report.FirstFault?.Message);
        Assert.Equal((1, _log.Checkpoint), (report.EntriesChecked, report.Checkpoint));
        Assert.Contains(report.Checked, s => s.StartsWith($"Entry {index} ("));
        Assert.Contains(report.NotChecked, s => s.StartsWith("Any other entry"));
    }

    [Fact]
    public void Proves_an_entry_that_travelled_apart()
    {
        var bare = (_log.Receipt(7) with { Extra = null }).ToBytes();

        Assert.True(Verify(bare, _log.Reader.ReadLeaf(7).ToArray()).Ok);
        Assert.Equal(FaultKind.Entry, Verify(bare, _log.Reader.ReadLeaf(8).ToArray()).FirstFault!.Kind);
        Assert.Equal(FaultKind.Entry, Verify(bare).FirstFault!.Kind);
        Assert.Equal(
            FaultKind.Entry,
            Verify(_log.Receipt(7).ToBytes(), _log.Reader.ReadLeaf(8).ToArray()).FirstFault!.Kind);
    }

    [Fact]
    public void Finds_any_changed_byte()
    {
        var receipt = _log.Receipt(153).ToBytes();
        for (var at = 0; at < receipt.Length; at++)
        {
            receipt[at] ^= 1;
            Assert.False(Verify(receipt).Ok, $"byte {at}");
            receipt[at] ^= 1;
        }
    }

    [Fact]
    public void Finds_where_it_was_cut()
    {
        var receipt = _log.Receipt(153).ToBytes();
        for (var length = 0; length < receipt.Length; length++)
            Assert.False(Verify(receipt[..length]).Ok, $"{length} bytes");
    }

    [Fact]
    public void Each_wrong_thing_has_its_own_verdict()
    {
        using var other = new SampleLog(300);
        var receipt = _log.Receipt(153);
        var text = Encoding.UTF8.GetString(receipt.ToBytes());

        Assert.Equal(FaultKind.Version, Kind(text.Replace("tlog-proof@v1", "tlog-proof@v2")));
        Assert.Equal(FaultKind.Form, Kind("no receipt at all"));
        Assert.Equal(FaultKind.Truncated, Kind(text[..text.IndexOf("\n\n", StringComparison.Ordinal)]));
        Assert.Equal(FaultKind.Entry, Kind(text.Replace("index 153", "index 154")));
        Assert.Equal(FaultKind.Form, Kind(text.Replace("index 153", "index 0153")));
        Assert.Equal(FaultKind.Entry, Verify((receipt with { Hashes = [.. receipt.Hashes.Reverse()] }).ToBytes())
            .FirstFault!.Kind);
        Assert.Equal(FaultKind.UnknownKey, Verify(other.Receipt(153).ToBytes()).FirstFault!.Kind);
        Assert.Equal(FaultKind.TooLarge, Verify(new byte[ReceiptVerifier.MaxBytes + 1]).FirstFault!.Kind);
        var elsewhere = ReceiptVerifier.Verify(
            receipt.ToBytes(), entry: null, _log.Trust with { Origin = "ledger.example/other" }, previous: null);
        Assert.Equal(FaultKind.OtherLog, elsewhere.FirstFault!.Kind);
    }

    [Fact]
    public void Finds_a_fork_at_the_size_remembered()
    {
        var receipt = _log.Receipt(153).ToBytes();
        var forked = _log.Checkpoint with { Root = new byte[32] };

        Assert.Equal(FaultKind.Consistency, Verify(receipt, previous: forked).FirstFault!.Kind);
        Assert.Contains(
            Verify(receipt, previous: _log.Checkpoint).Checked, s => s.Contains("the one remembered, at size 300"));
        Assert.Contains(
            Verify(receipt, previous: _log.Checkpoint with { Size = 10 }).NotChecked, s => s.Contains("at size 10"));
    }

    [Fact]
    public void Asks_for_the_quorum_of_witnesses()
    {
        using var witness = new Witness("witness.example/one");
        var receipt = _log.Receipt(153);
        var cosigned = receipt with { CheckpointNote = witness.Cosign(receipt.CheckpointNote) };
        var policy = new WitnessPolicy([witness.Key], 1);

        Assert.True(ReceiptVerifier.Verify(cosigned.ToBytes(), null, _log.Trust, previous: null, policy).Ok);
        var bare = ReceiptVerifier.Verify(receipt.ToBytes(), null, _log.Trust, previous: null, policy);
        Assert.Equal(FaultKind.Witness, bare.FirstFault!.Kind);
    }

    private FaultKind Kind(string receipt) => Verify(Encoding.UTF8.GetBytes(receipt)).FirstFault!.Kind;

    private VerificationReport Verify(byte[] receipt, byte[]? entry = null, Checkpoint? previous = null) =>
        ReceiptVerifier.Verify(receipt, entry, _log.Trust, previous);
}
