using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Provost.Control.Governance;

namespace Provost.Control.Access.Pipelines;

/// <summary>
/// A JSON Web Token in compact form (RFC 7515 section 7.1, RFC 7519), taken apart and not yet believed. Two algorithms
/// are known, RS256 and ES256 (RFC 7518 sections 3.3 and 3.4); <c>none</c> and everything symmetric is refused by not
/// being one of them.
/// </summary>
public sealed class SignedToken
{
    /// <summary>Longest text, in characters.</summary>
    public const int MaxLength = 16 << 10;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    private readonly byte[] _signed;
    private readonly byte[] _signature;

    private SignedToken(string algorithm, string? keyId, JsonElement claims, byte[] signed, byte[] signature) =>
        (Algorithm, KeyId, Claims, _signed, _signature) = (algorithm, keyId, claims, signed, signature);

    /// <summary><c>RS256</c> or <c>ES256</c>.</summary>
    public string Algorithm { get; }

    /// <summary>The key that the header names; null when it names none.</summary>
    public string? KeyId { get; }

    /// <summary>What it says, an object.</summary>
    public JsonElement Claims { get; }

    /// <summary>SHA-256 of what is signed, lower-case hex: the signature can be written in several ways, this
    /// cannot.</summary>
    public string SignedHash => Convert.ToHexStringLower(SHA256.HashData(_signed));

    /// <summary>Takes a token apart.</summary>
    public static Answer<SignedToken> Read(string text)
    {
        if (text.Length > MaxLength || text.Split('.') is not [var head, var body, var tail])
            return PipelineErrors.Malformed();

        try
        {
            using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(head), Strict);
            using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(body), Strict);
            if (header.RootElement.ValueKind != JsonValueKind.Object
                || payload.RootElement.ValueKind != JsonValueKind.Object
                || header.RootElement.TryGetProperty("crit", out _))
            {
                return PipelineErrors.Malformed();
            }

            // the header of the token never chooses the key's kind: a key of the issuer knows its own algorithm
            return Text(header.RootElement, "alg") is not ("RS256" or "ES256") and var algorithm
                ? PipelineErrors.Algorithm(algorithm)
                : new SignedToken(
                    Text(header.RootElement, "alg")!, Text(header.RootElement, "kid"), payload.RootElement.Clone(),
                    Encoding.ASCII.GetBytes($"{head}.{body}"), Base64Url.DecodeFromChars(tail));
        }
        catch (Exception fault) when (fault is JsonException or FormatException)
        {
            return PipelineErrors.Malformed();
        }
    }

    /// <summary>A claim that is a text; null when it is absent or something else.</summary>
    public string? Claim(string name) => Text(Claims, name);

    /// <summary>A claim that is an instant in seconds since 1970 (RFC 7519 section 2, NumericDate); null when it is
    /// absent or something else.</summary>
    public DateTimeOffset? Instant(string name) =>
        Claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetDouble(out var seconds) && seconds is >= 0 and < 253_402_300_800
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;

    /// <summary>Whether the audience is this text or a list that has it.</summary>
    public bool IsFor(string audience) => Claims.TryGetProperty("aud", out var value) && value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() == audience,
        JsonValueKind.Array => value.EnumerateArray().Any(
            a => a.ValueKind == JsonValueKind.String && a.GetString() == audience),
        _ => false,
    };

    /// <summary>Whether this key of the issuer made the signature.</summary>
    public bool IsSignedBy(IssuerKey key) => key.Algorithm == Algorithm && key.Verifies(_signed, _signature);

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}

/// <summary>A public key of an issuer (RFC 7517): RSA of 2048 bits or more, or P-256.</summary>
public sealed record IssuerKey(string? Id, string Algorithm, AsymmetricAlgorithm Key)
{
    private const int MinRsaBits = 2048;

    /// <summary>The keys of a JWK Set that can sign; kinds and uses that are not known here are passed over.</summary>
    /// <exception cref="JsonException">It is no JWK Set.</exception>
    public static IReadOnlyList<IssuerKey> ReadSet(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("keys", out var keys) || keys.ValueKind != JsonValueKind.Array)
        {
            throw new JsonException("There is no list of keys.");
        }

        return
        [
            .. keys.EnumerateArray().Where(k => k.ValueKind == JsonValueKind.Object).Select(Read).OfType<IssuerKey>(),
        ];
    }

    internal bool Verifies(byte[] signed, byte[] signature) => Key switch
    {
        RSA rsa => rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        ECDsa ec => ec.VerifyData(
            signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
        _ => false,
    };

    private static IssuerKey? Read(JsonElement jwk)
    {
        if (Text(jwk, "use") is not (null or "sig"))
            return null;

        try
        {
            return (Text(jwk, "kty"), Text(jwk, "alg")) switch
            {
                ("RSA", null or "RS256") => Rsa(jwk),
                ("EC", null or "ES256") when Text(jwk, "crv") == "P-256" => P256(jwk),
                _ => null,
            };
        }
        catch (Exception fault) when (fault is FormatException or CryptographicException)
        {
            return null; // one key that cannot be read must not take the others with it
        }
    }

    private static IssuerKey? Rsa(JsonElement jwk)
    {
        var rsa = RSA.Create(new RSAParameters { Modulus = Bytes(jwk, "n"), Exponent = Bytes(jwk, "e") });
        return rsa.KeySize >= MinRsaBits ? new IssuerKey(Text(jwk, "kid"), "RS256", rsa) : null;
    }

    private static IssuerKey P256(JsonElement jwk) => new(
        Text(jwk, "kid"), "ES256", ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Bytes(jwk, "x"), Y = Bytes(jwk, "y") },
        }));

    private static byte[] Bytes(JsonElement jwk, string name) =>
        Base64Url.DecodeFromChars(Text(jwk, name) ?? throw new FormatException($"{name} is missing."));

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
