using System.Text;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

public sealed class TrustFileTests : IDisposable
{
    private readonly SampleLog _log = new(1);

    public void Dispose() => _log.Dispose();

    [Fact]
    public void Survives_writing_and_reading()
    {
        var trust = _log.Trust;
        var read = TrustFile.Parse(trust.ToBytes());

        Assert.Equal(trust.Log, read.Log);
        Assert.Equal(trust.Warrant, read.Warrant);
        Assert.Equal(trust.Snapshot, read.Snapshot);
        Assert.Equal(trust.Root, read.Root);
        Assert.Equal((trust.Org, trust.Origin, trust.Genesis), (read.Org, read.Origin, read.Genesis));
        Assert.Contains(trust.Log[0].ToString(), Encoding.UTF8.GetString(trust.ToBytes()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"v\": 1", "\"v\": 2")]
    [InlineData("\"v\": 1", "\"v\": \"1\"")]
    [InlineData("\"v\": 1", "\"v\": 1, \"v\": 1")]
    [InlineData("\"org\"", "\"organisation\"")]
    [InlineData("\"org\": \"acme\"", "\"org\": 1")]
    [InlineData("ed25519:", "rsa:")]
    [InlineData("ledger.example/acme+", "ledger.example/other+")]
    [InlineData("\"snapshot\": []", "\"snapshot\": [1]")]
    [InlineData("\"snapshot\": []", "\"snapshot\": {}")]
    [InlineData("{", "")]
    [InlineData("\"genesis\": \"", "\"genesis\": \"0")]
    public void Refuses_what_it_does_not_know(string part, string replacement)
    {
        var text = Encoding.UTF8.GetString(_log.Trust.ToBytes());
        Assert.Contains(part, text, StringComparison.Ordinal);
        var changed = text.Replace(part, replacement, StringComparison.Ordinal);

        Assert.Throws<FormatException>(() => TrustFile.Parse(Encoding.UTF8.GetBytes(changed)));
    }

    [Fact]
    public void Keeps_verifier_keys_in_their_own_form() =>
        Assert.Equal(NoteVerifierKey.Parse(_log.Trust.Log[0].ToString()), _log.Trust.Log[0]);
}
