using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Provost.Ledger.Statements;

namespace Provost.Testing;

/// <summary>
/// An authenticator with one passkey and the browser around it, made after Web Authentication Level 3 with nothing of
/// the product: tests change one field of what it answers and see what that is called.
/// </summary>
public sealed class TestAuthenticator : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestAuthenticator(string origin = "http://localhost:7401")
    {
        Origin = origin;
        Host = new Uri(origin).Host;
    }

    /// <summary>Where the browser says that it is.</summary>
    public string Origin { get; set; }

    /// <summary>The relying party that the authenticator signs for.</summary>
    public string Host { get; set; }

    /// <summary>User present, user verified, and could be backed up.</summary>
    public byte Flags { get; set; } = 0x0D;

    public uint Counter { get; set; }

    public string Type { get; set; } = "webauthn.get";

    /// <summary>Members that the browser adds to the client data, as JSON text after a comma.</summary>
    public string Extra { get; set; } = "";

    /// <summary>What the authenticator adds after its counter.</summary>
    public byte[] Extensions { get; set; } = [];

    public byte[] Credential { get; } = RandomNumberGenerator.GetBytes(32);

    public string CredentialText => Base64Url.EncodeToString(Credential);

    /// <summary>The key as rosters hold it, for the address that it is on now.</summary>
    public string Text
    {
        get
        {
            var point = _key.ExportParameters(false).Q;
            return $"passkey:{Origin}#{CredentialText}#{Convert.ToBase64String([4, .. point.X!, .. point.Y!])}";
        }
    }

    public PasskeyPublicKey PublicKey => PasskeyPublicKey.TryParse(Text)!;

    /// <summary>Answers a challenge.</summary>
    public (PasskeyAssertion Assertion, byte[] Signature) Answer(byte[] challenge)
    {
        var data = new byte[37];
        SHA256.HashData(Encoding.UTF8.GetBytes(Host), data);
        data[32] = Flags;
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(33), Counter);
        data = [.. data, .. Extensions];
        var client = Encoding.UTF8.GetBytes(
            $$"""{"type":"{{Type}}","challenge":"{{Base64Url.EncodeToString(challenge)}}","origin":"{{Origin}}","""
            + $"\"crossOrigin\":false{Extra}}}");
        byte[] signed = [.. data, .. SHA256.HashData(client)];
        return (
            new PasskeyAssertion(data, client),
            _key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    /// <summary>The envelope with this passkey's signature at the end.</summary>
    public Envelope Sign(Envelope envelope)
    {
        var challenge = SHA256.HashData(Dsse.Pae(envelope.PayloadType, envelope.Payload));
        var (assertion, signature) = Answer(challenge);
        return envelope with
        {
            Signatures = [.. envelope.Signatures, new EnvelopeSignature(PublicKey.KeyId, signature, assertion)],
        };
    }

    /// <summary>A statement that a server proposes (<c>payload</c>, <c>payloadType</c>), signed.</summary>
    public JsonNode Sign(JsonNode proposal) => JsonNode.Parse(Dsse.Write(Sign(new Envelope(
        (string)proposal["payloadType"]!, Convert.FromBase64String((string)proposal["payload"]!), []))))!;

    public void Dispose() => _key.Dispose();
}
