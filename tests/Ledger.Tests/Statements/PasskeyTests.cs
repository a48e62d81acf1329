using System.Text;
using Provost.Testing;

namespace Provost.Ledger.Statements;

public sealed class PasskeyTests : IDisposable
{
    private const string Type = "application/vnd.in-toto+json";
    private readonly TestAuthenticator _ana = new("https://provost.acme.example");

    public void Dispose() => _ana.Dispose();

    [Fact]
    public void Signs_a_statement_by_the_challenge_that_is_its_digest()
    {
        var key = _ana.PublicKey;
        var envelope = _ana.Sign(Statement());

        Assert.True(envelope.IsSignedBy(key));
        Assert.Null(envelope.DoubtOf(key));
        Assert.False((envelope with { Payload = "other"u8.ToArray() }).IsSignedBy(key));
        Assert.False((envelope with { PayloadType = "other" }).IsSignedBy(key));
        Assert.Equal(
            PasskeyFault.Challenge, (envelope with { Payload = "other"u8.ToArray() }).DoubtOf(key));
    }

    [Fact]
    public void Survives_writing_and_reading_and_is_canonical()
    {
        using var file = Ed25519PrivateKey.Generate();
        var written = Dsse.Write(_ana.Sign(Statement()).CountersignedBy(file));

        Assert.True(CanonicalJson.IsCanonical(written));
        Assert.True(Dsse.TryRead(written, 8192, out var read, out var fault), fault);
        Assert.True(read.IsSignedBy(_ana.PublicKey));
        Assert.True(read.IsSignedBy(file.PublicKey));
        Assert.Equal(written, Dsse.Write(read));
    }

    [Theory]
    [InlineData("\"clientDataJSON\":")]
    [InlineData("\"authenticatorData\":")]
    public void An_envelope_has_both_halves_of_what_was_signed_or_neither(string member)
    {
        var text = Encoding.UTF8.GetString(Dsse.Write(_ana.Sign(Statement())));
        var from = text.IndexOf(member, StringComparison.Ordinal);
        var without = text.Remove(from, text.IndexOf(",\"", from, StringComparison.Ordinal) + 1 - from);

        Assert.False(Dsse.TryRead(Encoding.UTF8.GetBytes(without), 8192, out _, out var fault));
        Assert.Contains("is missing", fault);
    }

    [Fact]
    public void A_key_file_signs_nothing_as_a_passkey_and_a_passkey_nothing_as_a_key_file()
    {
        using var file = Ed25519PrivateKey.Generate();
        var bare = Dsse.Sign(Type, "statement"u8.ToArray(), file);
        var dressed = _ana.Sign(Statement()).Signatures[0];

        Assert.False((bare with
        {
            Signatures = [bare.Signatures[0] with { Passkey = dressed.Passkey }],
        }).IsSignedBy(file.PublicKey));
        Assert.False((bare with { Signatures = [dressed with { Passkey = null }] }).IsSignedBy(_ana.PublicKey));
    }

    /// <summary>One field is wrong; the signature is the key's own over it all the same.</summary>
    [Theory]
    [InlineData("type", PasskeyFault.Type)]
    [InlineData("origin", PasskeyFault.Origin)]
    [InlineData("port", PasskeyFault.Origin)]
    [InlineData("party", PasskeyFault.RelyingParty)]
    [InlineData("presence", PasskeyFault.Presence)]
    [InlineData("verification", PasskeyFault.Verification)]
    [InlineData("backup", PasskeyFault.Malformed)]
    [InlineData("attested", PasskeyFault.Malformed)]
    [InlineData("extensions unsaid", PasskeyFault.Malformed)]
    [InlineData("extensions missing", PasskeyFault.Malformed)]
    [InlineData("extensions endless", PasskeyFault.Malformed)]
    [InlineData("client endless", PasskeyFault.Malformed)]
    [InlineData("member twice", PasskeyFault.Malformed)]
    [InlineData("half a character", PasskeyFault.Malformed)]
    [InlineData("no object", PasskeyFault.Malformed)]
    [InlineData("top", PasskeyFault.Framed)]
    public void Names_the_field_that_is_wrong(string field, PasskeyFault expected)
    {
        var key = _ana.PublicKey;
        switch (field)
        {
            case "type": _ana.Type = "webauthn.create"; break;
            case "origin": _ana.Origin = "https://provost.evil.example"; break;
            case "port": _ana.Origin = "https://provost.acme.example:8443"; break;
            case "party": _ana.Host = "acme.example"; break;
            case "presence": _ana.Flags = 0x0C; break;
            case "verification": _ana.Flags = 0x09; break;
            case "backup": _ana.Flags = 0x15; break;
            case "attested": _ana.Flags = 0x4D; break;
            case "extensions unsaid": _ana.Extensions = [0xA0]; break;
            case "extensions missing": _ana.Flags = 0x8D; break;
            case "extensions endless": (_ana.Flags, _ana.Extensions) = (0x8D, new byte[1024]); break;
            case "client endless": _ana.Extra = $",\"x\":\"{new string('x', 2048)}\""; break;
            case "member twice": _ana.Extra = ",\"type\":\"webauthn.get\""; break;
            case "half a character": _ana.Type = "\\ud800"; break;
            case "no object": _ana.Extra = "} , {"; break;
            default: _ana.Extra = ",\"topOrigin\":\"https://frame.example\""; break;
        }

        var envelope = _ana.Sign(Statement());
        Assert.False(envelope.IsSignedBy(key));
        Assert.Equal(expected, envelope.DoubtOf(key));
    }

    [Theory]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("\"false\"")]
    public void Says_when_it_was_given_inside_another_sites_frame(string crosses)
    {
        var (assertion, _) = _ana.Answer([1, 2, 3]);
        var client = Encoding.UTF8.GetString(assertion.ClientData)
            .Replace("\"crossOrigin\":false", $"\"crossOrigin\":{crosses}");

        Assert.Equal(PasskeyFault.Framed, _ana.PublicKey.Doubt(
            [1, 2, 3], assertion with { ClientData = Encoding.UTF8.GetBytes(client) }, []));
    }

    [Fact]
    public void Takes_members_that_a_later_browser_adds_and_extensions_that_nobody_asked_for()
    {
        _ana.Extra = ",\"other_keys_can_be_added_here\":\"do not compare clientDataJSON against a template\"";
        (_ana.Flags, _ana.Extensions) = (0x9D, [0xA1, 0x61, 0x78, 0x01]);
        Assert.True(_ana.Sign(Statement()).IsSignedBy(_ana.PublicKey));
    }

    [Fact]
    public void Nothing_that_is_altered_or_another_keys_verifies()
    {
        using var max = new TestAuthenticator(_ana.Origin);
        var (assertion, signature) = _ana.Answer([1]);
        var counted = assertion.AuthenticatorData.ToArray();
        counted[^1] ^= 1;

        Assert.Null(_ana.PublicKey.Doubt([1], assertion, signature));
        Assert.Equal(PasskeyFault.Signature, max.PublicKey.Doubt([1], assertion, signature));
        Assert.Equal(PasskeyFault.Signature, _ana.PublicKey.Doubt(
            [1], assertion with { AuthenticatorData = counted }, signature));
        Assert.Equal(PasskeyFault.Signature, _ana.PublicKey.Doubt([1], assertion, []));
        Assert.Equal(PasskeyFault.Signature, _ana.PublicKey.Doubt([1], assertion, signature.AsSpan()[..^1]));
        Assert.Equal(PasskeyFault.Signature, _ana.PublicKey.Doubt([1], assertion, new byte[64]));
    }

    [Fact]
    public void The_text_of_a_key_is_read_back_and_names_it()
    {
        var key = Assert.IsType<PasskeyPublicKey>(SignatureKey.TryRead(_ana.Text));
        Assert.Equal(_ana.Text, key.ToString());
        Assert.Equal("provost.acme.example", key.RelyingParty);
        Assert.Equal(16, key.KeyId.Length);
        Assert.Equal(PasskeyPublicKey.TryParse(_ana.Text), key);
        Assert.IsType<Ed25519PublicKey>(SignatureKey.TryRead("ed25519:" + Convert.ToBase64String(new byte[32])));
    }

    [Theory]
    [InlineData("http://provost.acme.example")] // no one listens in on https alone
    [InlineData("https://127.0.0.1:7401")] // passkeys belong to names
    [InlineData("https://provost.acme.example/")]
    [InlineData("https://provost.acme.example:443")]
    [InlineData("https://PROVOST.acme.example")]
    [InlineData("https://pat@provost.acme.example")]
    [InlineData("https://prövost.example")]
    [InlineData("file:///etc")]
    [InlineData("")]
    public void Refuses_a_key_of_an_address_that_no_browser_would_write(string origin) =>
        Assert.Null(PasskeyPublicKey.TryParse(_ana.Text.Replace("https://provost.acme.example", origin)));

    [Fact]
    public void Refuses_text_that_is_no_key()
    {
        var parts = _ana.Text.Split('#');
        var point = Convert.FromBase64String(parts[2]);
        var beside = point.ToArray();
        beside[64] ^= 1;

        Assert.Null(PasskeyPublicKey.TryParse(With(beside)));
        Assert.Null(PasskeyPublicKey.TryParse(With([2, .. point[1..33]])));
        Assert.Null(PasskeyPublicKey.TryParse(With([5, .. point[1..]])));
        Assert.Null(PasskeyPublicKey.TryParse($"{parts[0]}##{parts[2]}"));
        Assert.Null(PasskeyPublicKey.TryParse($"{parts[0]}#{parts[1]}=#{parts[2]}"));
        Assert.Null(PasskeyPublicKey.TryParse($"{parts[0]}#{new string('A', 1368)}#{parts[2]}"));
        Assert.Null(PasskeyPublicKey.TryParse($"{_ana.Text}#"));
        Assert.Null(PasskeyPublicKey.TryParse(_ana.Text["passkey:".Length..]));
        Assert.Null(SignatureKey.TryRead(null));

        string With(byte[] bytes) => $"{parts[0]}#{parts[1]}#{Convert.ToBase64String(bytes)}";
    }

    [Fact]
    public void Two_texts_with_one_credential_or_one_key_overlap()
    {
        using var max = new TestAuthenticator(_ana.Origin);
        var parts = _ana.Text.Split('#');
        var renamed = PasskeyPublicKey.TryParse($"{parts[0]}#{max.CredentialText}#{parts[2]}")!;

        Assert.True(renamed.Overlaps(_ana.PublicKey));
        Assert.True(renamed.Overlaps(max.PublicKey));
        Assert.False(max.PublicKey.Overlaps(_ana.PublicKey));
        Assert.NotEqual(renamed, _ana.PublicKey);
    }

    private static Envelope Statement() => new(Type, "statement"u8.ToArray(), []);
}
