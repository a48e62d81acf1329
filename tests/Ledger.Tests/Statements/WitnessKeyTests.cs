using System.Text;

namespace Provost.Ledger.Statements;

public sealed class WitnessKeyTests : IDisposable
{
    private readonly Ed25519PrivateKey _key = Ed25519PrivateKey.Generate();

    public void Dispose() => _key.Dispose();

    [Fact]
    public void Reads_its_own_text_form_and_no_other_type_of_key()
    {
        var key = new WitnessKey("witness.example.com/w1", _key.PublicKey);
        var log = new NoteVerifierKey("witness.example.com/w1", _key.PublicKey);

        Assert.Equal(key.ToString(), WitnessKey.Parse(key.ToString()).ToString());
        Assert.NotEqual(log.Id, key.Id);
        Assert.Throws<FormatException>(() => WitnessKey.Parse(log.ToString()));
        Assert.Throws<FormatException>(() => NoteVerifierKey.Parse(key.ToString()));
        Assert.Throws<FormatException>(() => WitnessKey.Parse(key.ToString().Replace("w1+", "w2+")));
        Assert.Throws<FormatException>(() => WitnessKey.Parse("w1"));
    }

    /// <summary>The message of the example of c2sp.org/tlog-cosignature.</summary>
    [Fact]
    public void Signs_the_message_of_the_specification()
    {
        const string text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

        Assert.Equal(
            "cosignature/v1\ntime 1679315147\n" + text,
            Encoding.UTF8.GetString(WitnessKey.Message(text, 1679315147)));
    }

    [Fact]
    public void Believes_a_cosignature_only_of_this_key_this_text_and_this_time()
    {
        var key = new WitnessKey("w", _key.PublicKey);
        var at = DateTimeOffset.FromUnixTimeSeconds(1679315147);
        byte[] signed = [0, 0, 0, 0, 0x64, 0x18, 0x50, 0xCB, .. _key.Sign(WitnessKey.Message("t\n", 1679315147))];

        Assert.Equal(at, key.SeenAt("t\n", signed));
        Assert.Null(key.SeenAt("u\n", signed));
        Assert.Null(key.SeenAt("t\n", signed.AsSpan(8)));
        Assert.Null(key.SeenAt("t\n", []));
        for (var i = 0; i < signed.Length; i++)
        {
            signed[i] ^= 0x80;
            Assert.Null(key.SeenAt("t\n", signed));
            signed[i] ^= 0x80;
        }
    }
}
