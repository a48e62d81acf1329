using System.Buffers.Text;
using System.Text;
using Provost.Control.Governance;
using Provost.Ledger.Statements;

namespace Provost.Control.Access.Passkeys;

/// <summary>An authenticator's answer to a sign-in's challenge; every member is base64url without padding.</summary>
/// <param name="Challenge">The one that was given.</param>
/// <param name="Credential">Id of the credential.</param>
/// <param name="UserHandle">The person's id as the authenticator keeps it; null where it says none.</param>
public sealed record PasskeyProof(
    string Challenge, string Credential, string AuthenticatorData, string ClientData, string Signature,
    string? UserHandle);

/// <summary>Who proved to be whom, with which key.</summary>
/// <param name="Key">Id of the passkey.</param>
/// <param name="Counter">The authenticator's count; 0 where it keeps none.</param>
public sealed record PasskeyEntry(Person Person, string Key, uint Counter);

/// <summary>What a browser needs to make a passkey and to sign with one.</summary>
/// <param name="Name">Mail address; the authenticator shows it, it does not come back.</param>
/// <param name="Passkeys">The person's own.</param>
public sealed record PasskeyOptions(
    string Organisation, string Person, string Name, string DisplayName, IReadOnlyList<PasskeyLine> Passkeys);

/// <summary>A passkey of one's own.</summary>
/// <param name="Id">Its key id, as envelopes name it.</param>
/// <param name="Credential">The credential's id, base64url.</param>
/// <param name="Counts">Whether its signatures count already.</param>
public sealed record PasskeyLine(string Id, string Credential, bool Counts);

/// <summary>Signing in with a passkey, and what a browser is told about them.</summary>
public sealed class PasskeyDesk(GovernanceLog log, PeopleDirectory directory, PasskeyOrigin origin, TimeProvider time)
{
    private readonly SignInChallenges _challenges = new(time);

    /// <summary>The address that passkeys are made for.</summary>
    public PasskeyOrigin Origin => origin;

    /// <summary>The challenge of a new sign-in, base64url; good once, for two minutes.</summary>
    public string Begin() => _challenges.Next();

    /// <summary>Who it is, by a passkey that counts; the caller opens the session and records it.</summary>
    public Answer<PasskeyEntry> Check(PasskeyProof proof)
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (_challenges.Open(proof.Challenge) is not { } challenge)
            return PasskeyErrors.OldChallenge();

        if (Decode(proof.AuthenticatorData, PasskeyAssertion.MaxAuthenticatorData) is not { } data
            || Decode(proof.ClientData, PasskeyAssertion.MaxClientData) is not { } client
            || Decode(proof.Signature, 256) is not { } signature)
        {
            return PasskeyErrors.Of(PasskeyFault.Malformed);
        }

        var roster = log.State.Roster;
        var (person, held) = roster.People.Values
            .SelectMany(p => p.Keys.Concat(p.FormerKeys), (p, k) => (Person: p, Held: k))
            .FirstOrDefault(h => h.Held.Key is PasskeyPublicKey key && key.Credential == proof.Credential);
        if (held?.Key is not PasskeyPublicKey passkey || !person.Active || !IsHandleOf(person, proof.UserHandle))
            return PasskeyErrors.Unknown();

        if (held.Until is not null)
            return PasskeyErrors.Removed();

        if (held.From > time.GetUtcNow())
            return PasskeyErrors.Waits();

        if (!origin.Accepts(passkey.Origin))
            return PasskeyErrors.Of(PasskeyFault.Origin); // the console has moved since it was made

        var assertion = new PasskeyAssertion(data, client);
        if (passkey.Doubt(challenge, assertion, signature) is { } doubt)
            return PasskeyErrors.Of(doubt);

        // both zero: it keeps no count (Web Authentication, section 7.2)
        var last = roster.PasskeyCounts.GetValueOrDefault(passkey.KeyId);
        if ((assertion.Counter != 0 || last != 0) && assertion.Counter <= last)
            return PasskeyErrors.Cloned();

        return _challenges.Use(proof.Challenge, challenge)
            ? new PasskeyEntry(person, passkey.KeyId, assertion.Counter)
            : PasskeyErrors.OldChallenge();
    }

    /// <summary>What the asking person's browser needs.</summary>
    public PasskeyOptions OptionsFor(Principal asks)
    {
        ArgumentNullException.ThrowIfNull(asks);
        var (person, now) = (log.State.Roster.People[asks.Person], time.GetUtcNow());
        var name = directory.NameOf(person.Id);
        return new PasskeyOptions(
            log.State.Founded.Facts.Org, person.Id, directory.Find(person.Id)?.Mail ?? name, name,
            [
                .. from held in person.Keys
                   where held.Key is PasskeyPublicKey
                   select new PasskeyLine(held.Key.KeyId, ((PasskeyPublicKey)held.Key).Credential, held.From <= now),
            ]);
    }

    private static bool IsHandleOf(Person person, string? handle) => string.IsNullOrEmpty(handle)
        || handle == Base64Url.EncodeToString(Encoding.UTF8.GetBytes(person.Id));

    /// <summary>Null for what is no base64url, or longer than it may be.</summary>
    private static byte[]? Decode(string text, int most) =>
        text.Length <= most * 2 && Base64Url.IsValid(text, out var length) && length <= most
            ? Base64Url.DecodeFromChars(text)
            : null;
}
