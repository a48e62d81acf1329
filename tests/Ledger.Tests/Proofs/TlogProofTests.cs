using System.Text;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Statements;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Proofs;

public sealed class TlogProofTests : IDisposable
{
    private const string Origin = "ledger.example/acme";
    private readonly Ed25519PrivateKey _key = Ed25519PrivateKey.Generate();
    private readonly byte[][] _entries = NaiveTree.Entries(20);

    public void Dispose() => _key.Dispose();

    [Fact]
    public void Proves_an_entry_offline()
    {
        var signer = new NoteSigner(Origin, _key);
        Assert.True(TlogProof.TryParse(Receipt(signer, 7).ToBytes(), out var receipt, out var fault), fault);

        Assert.True(receipt.Proves(_entries[7], Origin, [signer.VerifierKey]));
        Assert.False(receipt.Proves(_entries[8], Origin, [signer.VerifierKey]));
        Assert.False(receipt.Proves(_entries[7], "other", [signer.VerifierKey]));
        Assert.False(receipt.Proves(_entries[7], Origin, []));
    }

    [Fact]
    public void Begins_with_its_format_and_ends_with_the_checkpoint()
    {
        var receipt = Receipt(new NoteSigner(Origin, _key), 7);
        var text = Encoding.UTF8.GetString(receipt.ToBytes());

        Assert.StartsWith("c2sp.org/tlog-proof@v1\nindex 7\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\n\n" + Encoding.UTF8.GetString(receipt.CheckpointNote), text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 7\n")]
    [InlineData("c2sp.org/tlog-proof@v2\nindex 7\n\nx")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 07\n\nx")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex -7\n\nx")]
    [InlineData("c2sp.org/tlog-proof@v1\n7\n\nx")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 7\nAAAA\n\nx")]
    public void Refuses_what_is_no_receipt(string text) =>
        Assert.False(TlogProof.TryParse(Encoding.UTF8.GetBytes(text), out _, out _));

    private TlogProof Receipt(NoteSigner signer, int index)
    {
        var checkpoint = new Checkpoint(Origin, _entries.Length, NaiveTree.Root(_entries));
        return new TlogProof(
            index, NaiveTree.Path(index, _entries), signer.Sign(checkpoint.ToText()).ToBytes());
    }
}
