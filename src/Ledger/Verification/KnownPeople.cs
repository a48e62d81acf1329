using System.Text.Json;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

/// <summary>
/// Whose key is whose, learned from the roster's entries alone: a change is believed when a pinned root key signed it
/// (the bootstrap), or two persons with standing did, or the person alone where it only takes away or is a first key.
/// A new key must have signed for itself. Shares nothing with the fold that the server works by.
/// </summary>
internal sealed class KnownPeople(TrustFile trust)
{
    private const string Act = "https://provost.dev/act/v1";

    /// <summary>A further key counts a day after it was registered.</summary>
    private static readonly TimeSpan KeyDelay = TimeSpan.FromHours(24);

    private static readonly string[] SignsRoster = ["approver", "compliance", "platform-administrator"];

    private readonly Dictionary<string, KnownPerson> _people = [];

    /// <summary>Takes a change of the roster; null when it is signed as it must be, or what is wrong.</summary>
    public string? Take(GovernanceAct act) => act.Verb switch
    {
        "person_added" => Add(act),
        "roster" => Change(act),
        _ => null,
    };

    /// <summary>Whether a key of this person, counting at that instant, made one of the signatures.</summary>
    public bool HasSigned(string? person, Envelope envelope, DateTimeOffset at) =>
        person is not null && _people.TryGetValue(person, out var known) && known.IsActive
        && known.Keys.Any(k => k.From <= at && envelope.IsSignedBy(k.Key));

    /// <summary>Whether one of them was a key file's: who signs with a passkey has computed no digest.</summary>
    public bool HasSignedWithFile(string? person, Envelope envelope, DateTimeOffset at) =>
        person is not null && _people.TryGetValue(person, out var known) && known.IsActive
        && known.Keys.Any(k => k.From <= at && k.Key is Ed25519PublicKey && envelope.IsSignedBy(k.Key));

    public bool Holds(string person, string role) =>
        _people.TryGetValue(person, out var known) && known.IsActive && known.Roles.Contains(role);

    private string? Add(GovernanceAct act)
    {
        var (body, person) = (act.Body, act.Target);
        if (GovernanceAct.Text(body, "person") != person || _people.ContainsKey(person))
            return $"the person {person} is added twice or under two names";

        if (NotSigned(act, person, GovernanceAct.IsTrue(body, "bootstrap")) is { } unsigned)
            return unsigned;

        _people[person] = new KnownPerson { Roles = Roles(body) };
        return null;
    }

    private string? Change(GovernanceAct act)
    {
        var (body, id) = (act.Body, act.Target);
        if (!_people.TryGetValue(id, out var person) || GovernanceAct.Text(body, "person") != id)
            return $"the person {id} is changed and was not added here";

        var change = GovernanceAct.Text(body, "change");
        var needsNobodyElse = change switch
        {
            "key_added" => !person.HadKeys,
            "key_removed" => act.Actor == id,
            "deactivated" => true,
            _ => false,
        };
        if (!needsNobodyElse && NotSigned(act, id, GovernanceAct.IsTrue(body, "bootstrap")) is { } unsigned)
            return unsigned;

        return change switch
        {
            "key_added" => AddKey(act, id, person, GovernanceAct.Text(body, "key")),
            "key_removed" => RemoveKey(person, GovernanceAct.Text(body, "key")),
            "roles_set" => Do(() => person.Roles = Roles(body)),
            "deactivated" => Do(() => person.IsActive = false),
            "reactivated" => Do(() => person.IsActive = true),
            "invited" => null,
            _ => $"a change of {id} is of a kind that this program does not know",
        };
    }

    private string? AddKey(GovernanceAct act, string id, KnownPerson person, string? text)
    {
        if (SignatureKey.TryRead(text) is not { } key)
            return $"a key of {id} is none";

        if (Says(act, id) is { } differs)
            return differs;

        if (!act.Envelope.IsSignedBy(key))
            return $"a key of {id} was registered without its own signature";

        person.Keys.Add((key, person.HadKeys ? act.Time + KeyDelay : act.Time));
        person.HadKeys = true;
        return null;
    }

    private static string? RemoveKey(KnownPerson person, string? text)
    {
        person.Keys.RemoveAll(k => k.Key.ToString() == text);
        return null;
    }

    /// <summary>Whether the root key or two others signed exactly this change; null when so.</summary>
    private string? NotSigned(GovernanceAct act, string concerned, bool isBootstrap)
    {
        if (Says(act, concerned) is { } differs)
            return differs;

        var envelope = act.Envelope;
        if (isBootstrap)
        {
            return trust.Root.Any(envelope.IsSignedBy)
                ? null
                : $"a change of {concerned} claims the root key and is not signed by the pinned one";
        }

        var signers = _people.Count(p => p.Key != concerned && p.Value.Roles.Overlaps(SignsRoster)
            && HasSigned(p.Key, envelope, act.Time));
        return signers >= 2 ? null : $"a change of {concerned} carries {signers} signatures of the two that it needs";
    }

    private string? Says(GovernanceAct act, string concerned)
    {
        var words = GovernanceAct.Words(act.Envelope, Act);
        return words.Say("verb") == "roster" && words.Say("org") == trust.Org && words.Say("object") == concerned
            && words.Say("after") == act.BodyDigest
                ? null
                : $"what was signed for a change of {concerned} is another change";
    }

    private static HashSet<string> Roles(JsonElement body) =>
        GovernanceAct.Member(body, "roles") is { ValueKind: JsonValueKind.Array } roles
            ? [.. roles.EnumerateArray().Select(r => r.GetString() ?? "")]
            : throw new FormatException("\"roles\" is no array");

    private static string? Do(Action change)
    {
        change();
        return null;
    }

    private sealed class KnownPerson
    {
        public HashSet<string> Roles { get; set; } = [];

        public bool IsActive { get; set; } = true;

        public bool HadKeys { get; set; }

        public List<(SignatureKey Key, DateTimeOffset From)> Keys { get; } = [];
    }
}
