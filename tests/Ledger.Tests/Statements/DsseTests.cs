using System.Text;

namespace Provost.Ledger.Statements;

public sealed class DsseTests : IDisposable
{
    private const string Type = "http://example.com/HelloWorld";
    private readonly Ed25519PrivateKey _key = Ed25519PrivateKey.Generate();

    public void Dispose() => _key.Dispose();

    [Fact]
    public void Encodes_for_signing_as_the_specification_shows() => Assert.Equal(
        "DSSEv1 29 http://example.com/HelloWorld 11 hello world",
        Encoding.UTF8.GetString(Dsse.Pae(Type, "hello world"u8)));

    [Fact]
    public void Survives_writing_and_reading()
    {
        using var second = Ed25519PrivateKey.Generate();
        var written = Dsse.Write(Dsse.Sign(Type, "hello world"u8.ToArray(), _key).CountersignedBy(second));

        Assert.True(Dsse.TryRead(written, 4096, out var envelope, out var fault), fault);
        Assert.True(CanonicalJson.IsCanonical(written));
        Assert.True(envelope.IsSignedBy(_key.PublicKey));
        Assert.True(envelope.IsSignedBy(second.PublicKey));
        Assert.Equal(Type, envelope.PayloadType);
        Assert.Equal("hello world"u8.ToArray(), envelope.Payload);
    }

    [Fact]
    public void Refuses_another_payload_type_or_key_under_the_same_signature()
    {
        using var stranger = Ed25519PrivateKey.Generate();
        var envelope = Dsse.Sign(Type, "hello world"u8.ToArray(), _key);

        Assert.False((envelope with { Payload = "hello World"u8.ToArray() }).IsSignedBy(_key.PublicKey));
        Assert.False((envelope with { PayloadType = Type + "s" }).IsSignedBy(_key.PublicKey));
        Assert.False((envelope with { Signatures = [] }).IsSignedBy(_key.PublicKey));
        Assert.False(envelope.IsSignedBy(stranger.PublicKey));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("nonsense")]
    [InlineData("""{"payload":"","payloadType":"t","signatures":[]}""")]
    [InlineData("""{"payload":"","payloadType":"t","signatures":[{"keyid":"k"}]}""")]
    [InlineData("""{"payload":"","payloadType":"t","signatures":[{"keyid":"k","sig":"AA"}]}""")]
    [InlineData("""{"payload":"","payloadType":"t","signatures":[{"keyid":"k","sig":"AB=="}]}""")]
    [InlineData("""{"payload":" ","payloadType":"t","signatures":[{"keyid":"k","sig":"AA=="}]}""")]
    [InlineData("""{"payload":1,"payloadType":"t","signatures":[{"keyid":"k","sig":"AA=="}]}""")]
    [InlineData("""{"payload":"","payloadType":null,"signatures":[{"keyid":"k","sig":"AA=="}]}""")]
    [InlineData("""{"payload":"","payload":"","payloadType":"t","signatures":[{"keyid":"k","sig":"AA=="}]}""")]
    [InlineData("""{"payload":"","payloadType":"t","signatures":[{"keyid":"k","sig":"AA=="}],"x":1}""")]
    [InlineData("""{"payload":"\ud800","payloadType":"t","signatures":[{"keyid":"k","sig":"AA=="}]}""")]
    public void Refuses_what_is_not_an_envelope(string json)
    {
        Assert.False(Dsse.TryRead(Encoding.UTF8.GetBytes(json), 4096, out _, out var fault));
        Assert.StartsWith("Not a DSSE envelope: ", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Reads_members_in_any_order()
    {
        var json = """{"signatures":[{"sig":"AA==","keyid":""}],"payloadType":"t","payload":"aGk="}"""u8.ToArray();

        Assert.True(Dsse.TryRead(json, 4096, out var envelope, out _));
        Assert.Equal("hi"u8.ToArray(), envelope.Payload);
    }

    [Fact]
    public void Refuses_an_envelope_beyond_the_size_asked_for()
    {
        var written = Dsse.Write(Dsse.Sign(Type, new byte[100], _key));

        Assert.True(Dsse.TryRead(written, written.Length, out _, out _));
        Assert.False(Dsse.TryRead(written, written.Length - 1, out _, out var fault));
        Assert.Contains("at most", fault, StringComparison.Ordinal);
    }
}
