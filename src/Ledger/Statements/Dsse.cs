using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace Provost.Ledger.Statements;

/// <summary>
/// Dead Simple Signing Envelope v1: signing, and the standard JSON form
/// <c>{payload, payloadType, signatures[{keyid, sig}]}</c> with standard padded base64, written canonically so that an
/// envelope can be embedded in a record as it is. A passkey's signature has two more members, both or neither:
/// <c>authenticatorData</c> and <c>clientDataJSON</c>, in the same base64.
/// </summary>
/// <remarks>Source of the format: secure-systems-lab/dsse, protocol.md and envelope.md (v1.0.2).</remarks>
public static class Dsse
{
    /// <summary>A statement carries a handful of signatures; more is a mistake or an attack.</summary>
    public const int MaxSignatures = 64;

    /// <summary>
    /// The pre-authentication encoding that signatures cover: "DSSEv1", then byte length and bytes of type and payload,
    /// separated by single blanks.
    /// </summary>
    public static byte[] Pae(string payloadType, ReadOnlySpan<byte> payload)
    {
        var head = Encoding.UTF8.GetBytes(
            $"DSSEv1 {Encoding.UTF8.GetByteCount(payloadType)} {payloadType} {payload.Length} ");
        var encoded = new byte[head.Length + payload.Length];
        head.CopyTo(encoded, 0);
        payload.CopyTo(encoded.AsSpan(head.Length));
        return encoded;
    }

    /// <summary>A new envelope with one signature.</summary>
    public static Envelope Sign(string payloadType, byte[] payload, Ed25519PrivateKey key) =>
        new Envelope(payloadType, payload, []).CountersignedBy(key);

    /// <summary>The envelope's JSON, in canonical bytes.</summary>
    public static byte[] Write(Envelope envelope)
    {
        var buffer = new ArrayBufferWriter<byte>(envelope.Payload.Length * 2);
        Write(envelope, new CanonicalWriter(buffer));
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The envelope as a value inside a larger canonical document.</summary>
    public static void Write(Envelope envelope, CanonicalWriter writer)
    {
        writer.BeginObject();
        writer.Name("payload"u8);
        writer.String(Convert.ToBase64String(envelope.Payload));
        writer.Name("payloadType"u8);
        writer.String(envelope.PayloadType);
        writer.Name("signatures"u8);
        writer.BeginArray();
        foreach (var signature in envelope.Signatures)
        {
            writer.BeginObject();
            if (signature.Passkey is { } passkey)
            {
                writer.Name("authenticatorData"u8);
                writer.String(Convert.ToBase64String(passkey.AuthenticatorData));
                writer.Name("clientDataJSON"u8);
                writer.String(Convert.ToBase64String(passkey.ClientData));
            }

            writer.Name("keyid"u8);
            writer.String(signature.KeyId);
            writer.Name("sig"u8);
            writer.String(Convert.ToBase64String(signature.Signature));
            writer.EndObject();
        }

        writer.EndArray();
        writer.EndObject();
    }

    /// <summary>
    /// Reads an envelope strictly: no unknown, missing or repeated members, one spelling of base64, at least one
    /// signature, at most <paramref name="maxBytes"/> of JSON. On false, <paramref name="fault"/> says what is wrong.
    /// Reading verifies nothing.
    /// </summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> json,
        int maxBytes,
        [NotNullWhen(true)] out Envelope? envelope,
        [NotNullWhen(false)] out string? fault)
    {
        envelope = null;
        if (json.Length > maxBytes)
        {
            fault = $"The envelope has {json.Length} bytes; at most {maxBytes} are allowed.";
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 4 });
            envelope = Read(document.RootElement);
            fault = null;
            return true;
        }
        catch (Exception refused) when (refused is JsonException or FormatException or InvalidOperationException)
        {
            fault = $"Not a DSSE envelope: {refused.Message}";
            return false;
        }
    }

    /// <summary>Reads an envelope embedded in a document; throws <see cref="FormatException"/>.</summary>
    public static Envelope Read(JsonElement json)
    {
        var members = Members(json, "payload", "payloadType", "signatures");
        if (members[2].ValueKind != JsonValueKind.Array || members[2].GetArrayLength() is 0 or > MaxSignatures)
            throw new FormatException($"signatures is an array of 1 to {MaxSignatures}.");

        var signatures = new List<EnvelopeSignature>();
        foreach (var element in members[2].EnumerateArray())
            signatures.Add(ReadSignature(element));

        return new Envelope(Text(members[1], "payloadType"), Bytes(members[0], "payload"), signatures);
    }

    private static EnvelopeSignature ReadSignature(JsonElement json)
    {
        var isPasskey = json.ValueKind == JsonValueKind.Object
            && (json.TryGetProperty("authenticatorData", out _) || json.TryGetProperty("clientDataJSON", out _));
        if (!isPasskey)
        {
            var parts = Members(json, "keyid", "sig");
            return new EnvelopeSignature(Text(parts[0], "keyid"), Bytes(parts[1], "sig"));
        }

        var all = Members(json, "authenticatorData", "clientDataJSON", "keyid", "sig");
        return new EnvelopeSignature(
            Text(all[2], "keyid"), Bytes(all[3], "sig"),
            new PasskeyAssertion(Bytes(all[0], "authenticatorData"), Bytes(all[1], "clientDataJSON")));
    }

    private static JsonElement[] Members(JsonElement json, params ReadOnlySpan<string> names)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new FormatException($"an object with {string.Join(", ", names!)} is expected.");

        var found = new JsonElement[names.Length];
        foreach (var property in json.EnumerateObject())
        {
            var place = names.IndexOf(property.Name);
            if (place < 0)
                throw new FormatException($"\"{property.Name}\" is unknown.");

            if (found[place].ValueKind != JsonValueKind.Undefined)
                throw new FormatException($"\"{property.Name}\" appears twice.");

            found[place] = property.Value;
        }

        for (var i = 0; i < found.Length; i++)
        {
            if (found[i].ValueKind == JsonValueKind.Undefined)
                throw new FormatException($"\"{names[i]}\" is missing.");
        }

        return found;
    }

    private static string Text(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new FormatException($"\"{name}\" is a string.");

    private static byte[] Bytes(JsonElement value, string name) =>
        StrictBase64.Decode(Text(value, name))
        ?? throw new FormatException($"\"{name}\" is standard base64 with padding.");
}
