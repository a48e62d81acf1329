using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Provost.Ledger.Statements;

/// <summary>Why a passkey's answer does not count. The first that applies is named.</summary>
public enum PasskeyFault
{
    /// <summary>Authenticator data or client data cannot be read, or is larger than any browser makes it.</summary>
    Malformed,

    /// <summary>It was made for another ceremony than signing (<c>webauthn.get</c>).</summary>
    Type,

    /// <summary>It answers another challenge: another statement, or another sign-in.</summary>
    Challenge,

    /// <summary>It was given on a page of another address than the passkey was made for.</summary>
    Origin,

    /// <summary>It was given inside a frame of another site.</summary>
    Framed,

    /// <summary>The authenticator signed for another relying party.</summary>
    RelyingParty,

    /// <summary>Nobody touched the authenticator.</summary>
    Presence,

    /// <summary>The authenticator did not verify who touched it, by PIN or biometrics.</summary>
    Verification,

    /// <summary>The signature is not the key's.</summary>
    Signature,
}

/// <summary>
/// What an authenticator signed beside the challenge, exactly as it came: a passkey's signature covers
/// <c>authenticatorData || SHA-256(clientDataJSON)</c>, and the client data names the challenge.
/// </summary>
/// <remarks>Source: W3C Web Authentication Level 3, sections 5.8.1 (client data), 6.1 (authenticator data) and 7.2
/// (verifying an assertion).</remarks>
public sealed record PasskeyAssertion(byte[] AuthenticatorData, byte[] ClientData)
{
    /// <summary>Bytes of authenticator data at most; without extensions there are 37.</summary>
    public const int MaxAuthenticatorData = 1024;

    /// <summary>Bytes of client data at most; browsers write about 250.</summary>
    public const int MaxClientData = 2048;

    private const int FlagsAt = 32;
    private const int Shortest = 37;

    [Flags]
    private enum Flags : byte
    {
        UserPresent = 0x01,
        UserVerified = 0x04,
        BackupEligible = 0x08,
        BackedUp = 0x10,
        AttestedCredential = 0x40,
        Extensions = 0x80,
    }

    /// <summary>The authenticator's count of signatures; 0 where it keeps none, as synchronised passkeys do.</summary>
    public uint Counter => AuthenticatorData.Length < Shortest
        ? 0
        : BinaryPrimitives.ReadUInt32BigEndian(AuthenticatorData.AsSpan(FlagsAt + 1));

    /// <summary>What is wrong with all but the signature; null when nothing is.</summary>
    /// <param name="challenge">The bytes that were to be signed for.</param>
    /// <param name="origin">The only origin that counts, as <c>https://console.acme.example</c>.</param>
    /// <param name="relyingParty">The only relying party id that counts.</param>
    internal PasskeyFault? Doubt(ReadOnlySpan<byte> challenge, string origin, string relyingParty) =>
        ClientDoubt(challenge, origin) ?? AuthenticatorDoubt(relyingParty);

    private PasskeyFault? ClientDoubt(ReadOnlySpan<byte> challenge, string origin)
    {
        if (ClientData.Length > MaxClientData)
            return PasskeyFault.Malformed;

        try
        {
            using var document = JsonDocument.Parse(
                ClientData, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            var said = document.RootElement;
            if (said.ValueKind != JsonValueKind.Object)
                return PasskeyFault.Malformed;

            return Text(said, "type") != "webauthn.get" ? PasskeyFault.Type
                : Text(said, "challenge") != Base64Url.EncodeToString(challenge) ? PasskeyFault.Challenge
                : Text(said, "origin") != origin ? PasskeyFault.Origin
                : IsFramed(said) ? PasskeyFault.Framed
                : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return PasskeyFault.Malformed; // InvalidOperationException: half of a surrogate pair in a string
        }
    }

    private PasskeyFault? AuthenticatorDoubt(string relyingParty)
    {
        if (AuthenticatorData.Length is < Shortest or > MaxAuthenticatorData)
            return PasskeyFault.Malformed;

        var flags = (Flags)AuthenticatorData[FlagsAt];
        // what follows the counter are extensions that nobody asked for: signed over, not read
        var isWhole = AuthenticatorData.Length > Shortest == flags.HasFlag(Flags.Extensions);
        var isBackedUpInVain = flags.HasFlag(Flags.BackedUp) && !flags.HasFlag(Flags.BackupEligible);
        if (!isWhole || isBackedUpInVain || flags.HasFlag(Flags.AttestedCredential))
            return PasskeyFault.Malformed;

        var party = SHA256.HashData(Encoding.UTF8.GetBytes(relyingParty));
        return !AuthenticatorData.AsSpan(0, FlagsAt).SequenceEqual(party) ? PasskeyFault.RelyingParty
            : !flags.HasFlag(Flags.UserPresent) ? PasskeyFault.Presence
            : !flags.HasFlag(Flags.UserVerified) ? PasskeyFault.Verification
            : null;
    }

    private static string? Text(JsonElement said, string name) =>
        said.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool IsFramed(JsonElement said) => said.TryGetProperty("topOrigin", out _)
        || (said.TryGetProperty("crossOrigin", out var crosses) && crosses.ValueKind != JsonValueKind.False);
}
