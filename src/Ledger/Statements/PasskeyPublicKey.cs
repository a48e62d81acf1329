using System.Buffers.Text;
using System.Security.Cryptography;

namespace Provost.Ledger.Statements;

/// <summary>
/// The public half of a passkey: a P-256 key that signs ES256 for one origin. Its text form, as rosters and snapshots
/// hold it, says all that a verifier needs: <c>passkey:ORIGIN#CREDENTIAL#POINT</c>, with the origin of the console as
/// browsers write it, the credential id in base64url without padding, and the point in base64, 65 bytes uncompressed
/// (SEC 1, section 2.3.3). The relying party id is the origin's host. Equal by text.
/// </summary>
public sealed class PasskeyPublicKey : SignatureKey, IEquatable<PasskeyPublicKey>
{
    /// <summary>Bytes of a credential id at most (Web Authentication, section 4).</summary>
    public const int MaxCredential = 1023;

    private const string Prefix = "passkey:";
    private const int PointSize = 65;
    private const byte Uncompressed = 4;
    private const int MaxOrigin = 300;

    private readonly string _text;
    private readonly byte[] _point;

    private PasskeyPublicKey(string text, string origin, string host, string credential, byte[] point)
    {
        _text = text;
        _point = point;
        Origin = origin;
        RelyingParty = host;
        Credential = credential;
        KeyId = Convert.ToHexStringLower(SHA256.HashData(point).AsSpan(0, 8));
    }

    /// <summary>The console's address that it signs for, as <c>https://console.acme.example</c>.</summary>
    public string Origin { get; }

    /// <summary>The relying party id that it was made for.</summary>
    public string RelyingParty { get; }

    /// <summary>The credential's id, base64url: what a browser is asked for.</summary>
    public string Credential { get; }

    /// <summary>The first 16 lowercase hexadecimal digits of SHA-256 over the 65 bytes of the point.</summary>
    public override string KeyId { get; }

    /// <summary>Reads the text form; null when it is not one, or the point does not lie on the curve.</summary>
    public static PasskeyPublicKey? TryParse(string? text)
    {
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal)
            || text[Prefix.Length..].Split('#') is not [var origin, var credential, var encoded])
        {
            return null;
        }

        return HostOf(origin) is { } host && IsCredential(credential)
            && encoded.Length <= 2 * PointSize
            && StrictBase64.Decode(encoded) is { Length: PointSize } point && point[0] == Uncompressed
            && IsOnCurve(point)
                ? new PasskeyPublicKey(text, origin, host, credential, point)
                : null;
    }

    /// <summary>The host of an origin as browsers write it: https, or http of this machine under the name
    /// <c>localhost</c>; a name and no number, since passkeys belong to names. Null when it is none.</summary>
    public static string? HostOf(string? origin) => origin is { Length: <= MaxOrigin }
        && Uri.TryCreate(origin, UriKind.Absolute, out var read) && read.HostNameType == UriHostNameType.Dns
        && (read.Scheme == Uri.UriSchemeHttps || (read.Scheme == Uri.UriSchemeHttp && read.Host == "localhost"))
        && read.GetLeftPart(UriPartial.Authority) == origin && read.UserInfo.Length == 0 && origin.All(char.IsAscii)
            ? read.Host
            : null;

    /// <summary>Whether both are the same credential or the same key pair, whatever else their texts say.</summary>
    public bool Overlaps(PasskeyPublicKey other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Credential == other.Credential || _point.AsSpan().SequenceEqual(other._point);
    }

    /// <summary>Why this answer to a challenge does not count; null when it does.</summary>
    /// <param name="challenge">The bytes that were to be signed for.</param>
    /// <param name="assertion">What came beside the signature.</param>
    /// <param name="signature">ECDSA with SHA-256, in DER.</param>
    public PasskeyFault? Doubt(
        ReadOnlySpan<byte> challenge, PasskeyAssertion assertion, ReadOnlySpan<byte> signature)
    {
        ArgumentNullException.ThrowIfNull(assertion);
        if (assertion.Doubt(challenge, Origin, RelyingParty) is { } doubt)
            return doubt;

        byte[] signed = [.. assertion.AuthenticatorData, .. SHA256.HashData(assertion.ClientData)];
        using var key = Import(_point);
        return key.VerifyData(
            signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
            ? null
            : PasskeyFault.Signature;
    }

    /// <summary>The challenge that stands for a message: its SHA-256.</summary>
    internal static byte[] ChallengeOf(ReadOnlySpan<byte> message) => SHA256.HashData(message);

    internal override bool Accepts(ReadOnlySpan<byte> message, EnvelopeSignature signature) =>
        signature.Passkey is { } assertion && Doubt(ChallengeOf(message), assertion, signature.Signature) is null;

    public bool Equals(PasskeyPublicKey? other) => other?._text == _text;

    public override bool Equals(object? obj) => Equals(obj as PasskeyPublicKey);

    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => _text;

    private static bool IsCredential(string text)
    {
        if (text.Length is 0 or > (MaxCredential * 4 / 3) + 1 || !Base64Url.IsValid(text, out var length))
            return false;

        var bytes = new byte[length];
        return Base64Url.TryDecodeFromChars(text, bytes, out _) && length <= MaxCredential
            && Base64Url.EncodeToString(bytes) == text;
    }

    private static bool IsOnCurve(byte[] point)
    {
        try
        {
            using var key = Import(point);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static ECDsa Import(byte[] point) => ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = point[1..33], Y = point[33..] },
    });
}
