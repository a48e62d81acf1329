using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Gateway.Snapshot;

namespace Provost.Control.Access;

/// <summary>A client may call one system in one environment. The key was shown once; the log has its hash.</summary>
public sealed record ClientKeyIssued : IGovernanceBody<ClientKeyIssued>
{
    public static string Verb => "client_key_issued";

    static JsonTypeInfo<ClientKeyIssued> IGovernanceBody<ClientKeyIssued>.Json =>
        GovernanceJson.Default.ClientKeyIssued;

    /// <summary>The ten characters after <c>pk_</c>.</summary>
    public required string Key { get; init; }

    /// <summary>SHA-256 of the whole key text, lower-case hex.</summary>
    public required string Hash { get; init; }

    public required string System { get; init; }
    public required string Environment { get; init; }
    public required SnapshotCaps Caps { get; init; }
    public required DateTimeOffset Expires { get; init; }
}

/// <summary>A client key ends before its time.</summary>
public sealed record ClientKeyRevoked : IGovernanceBody<ClientKeyRevoked>
{
    public static string Verb => "client_key_revoked";

    static JsonTypeInfo<ClientKeyRevoked> IGovernanceBody<ClientKeyRevoked>.Json =>
        GovernanceJson.Default.ClientKeyRevoked;

    public required string Key { get; init; }
}

/// <summary>A client key as the log knows it.</summary>
public sealed record ClientKey(
    string Id, string Hash, SystemKey System, SnapshotCaps Caps, DateTimeOffset Expires, string IssuedBy,
    DateTimeOffset IssuedAt, DateTimeOffset? RevokedAt)
{
    public bool IsLive(DateTimeOffset at) => RevokedAt is null && at < Expires;
}

/// <summary>Every client key ever issued, by id.</summary>
public sealed record ClientKeyState
{
    /// <summary>Longest life of a key.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    /// <summary>What a key may do when nothing else is asked: 50 requests a second, 64 at once, 50 USD a day.</summary>
    public static readonly SnapshotCaps DefaultCaps = new(50, 100, 64, 50_000_000);

    /// <summary>Numbers of the log are exact up to here.</summary>
    private const long MostMicroUsd = (1L << 53) - 1;

    internal static readonly FrozenSet<string> Verbs =
        new[] { ClientKeyIssued.Verb, ClientKeyRevoked.Verb }.ToFrozenSet();

    internal static readonly ClientKeyState Empty = new();

    public ImmutableSortedDictionary<string, ClientKey> Keys { get; init; } =
        ImmutableSortedDictionary.Create<string, ClientKey>(StringComparer.Ordinal);

    /// <summary>The same with every key of a system ended.</summary>
    internal ClientKeyState EndedFor(string system, DateTimeOffset at) => this with
    {
        Keys = Keys.SetItems(Keys.Values.Where(k => k.System.System == system && k.RevokedAt is null)
            .Select(k => KeyValuePair.Create(k.Id, k with { RevokedAt = at }))),
    };

    internal Answer<ClientKeyState> Apply(GovernanceEntry entry, GovernanceState whole) =>
        entry.Verb == ClientKeyIssued.Verb
            ? Issue(entry, entry.Read<ClientKeyIssued>(), whole)
            : Revoke(entry, entry.Read<ClientKeyRevoked>(), whole);

    private Answer<ClientKeyState> Issue(GovernanceEntry entry, ClientKeyIssued body, GovernanceState whole)
    {
        if (whole.Registry.Find(body.System, body.Environment) is not { } system)
            return RegistryErrors.NoSuchSystem(body.System);

        if (system.RetiredAt is not null)
            return RegistryErrors.Retired(body.System);

        if (!Permission.MayManageKeys(whole, entry.Actor.Id, system))
            return ClientKeyErrors.Forbidden();

        if (Keys.ContainsKey(body.Key) || body.Expires > entry.Time + Longest + TimeSpan.FromMinutes(1)
            || body.Caps is not
            {
                RequestsPerSecond: > 0, Burst: > 0, Concurrency: > 0, SpendMicroUsdPerDay: >= 0 and <= MostMicroUsd,
            })
        {
            return ClientKeyErrors.Malformed();
        }

        return this with
        {
            Keys = Keys.Add(body.Key, new ClientKey(
                body.Key, body.Hash, system.Key, body.Caps, body.Expires, entry.Actor.Id, entry.Time, null)),
        };
    }

    private Answer<ClientKeyState> Revoke(GovernanceEntry entry, ClientKeyRevoked body, GovernanceState whole)
    {
        if (Keys.GetValueOrDefault(body.Key) is not { RevokedAt: null } key)
            return ClientKeyErrors.Unknown();

        // Revoking tightens: whoever may pause the system may also cut off a client.
        var system = whole.Registry.Systems[key.System];
        return Permission.MayManageKeys(whole, entry.Actor.Id, system)
            || Permission.MayTighten(whole, entry.Actor.Id, system)
            ? this with { Keys = Keys.SetItem(key.Id, key with { RevokedAt = entry.Time }) }
            : ClientKeyErrors.Forbidden();
    }
}

/// <summary>Every no about client keys, with its stable code.</summary>
internal static class ClientKeyErrors
{
    public static GovernanceFault Forbidden() => new(FaultKind.Forbidden, "provost.keys.forbidden",
        "Client keys are issued by the system's owners and platform administrators.", "Ask one of them.");

    public static GovernanceFault Malformed() => new(FaultKind.Invalid, "provost.keys.malformed",
        "A key lives at most 90 days, its caps are above zero.", "Leave out the caps for the defaults.");

    public static GovernanceFault Unknown() => new(FaultKind.NotFound, "provost.keys.unknown",
        "There is no such key, or it was revoked already.", "See the list of keys.");
}
