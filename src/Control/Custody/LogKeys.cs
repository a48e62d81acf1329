using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Ledger.Statements;

namespace Provost.Control.Custody;

/// <summary>A new key signs checkpoints from here on, beside the one before until that one ends. Signed by the root
/// key.</summary>
public sealed record LogKeyAdded : IGovernanceBody<LogKeyAdded>
{
    public static string Verb => "log_key_added";

    static JsonTypeInfo<LogKeyAdded> IGovernanceBody<LogKeyAdded>.Json => GovernanceJson.Default.LogKeyAdded;

    public required string Origin { get; init; }

    /// <summary>The new key as vkey.</summary>
    public required string Key { get; init; }

    /// <summary>The vkey of the one that it takes over from.</summary>
    public required string Former { get; init; }

    /// <summary>When the former ends: until then both sign, and everybody takes over the new one.</summary>
    public required DateTimeOffset Until { get; init; }
}

/// <summary>A former key has ended: what it signs alone from here on counts for nothing.</summary>
public sealed record LogKeyEnded : IGovernanceBody<LogKeyEnded>
{
    public static string Verb => "log_key_ended";

    static JsonTypeInfo<LogKeyEnded> IGovernanceBody<LogKeyEnded>.Json => GovernanceJson.Default.LogKeyEnded;

    public required string Origin { get; init; }

    /// <summary>The vkey.</summary>
    public required string Key { get; init; }
}

/// <summary>One key of the log.</summary>
/// <param name="Since">When it was added; the genesis for the first.</param>
/// <param name="Until">When it is to end; null for the newest.</param>
/// <param name="Ended">When it ended; null while it signs.</param>
/// <param name="By">Who handed the root key's statement in.</param>
public sealed record LogKey(
    NoteVerifierKey Key, DateTimeOffset Since, string By, DateTimeOffset? Until = null, DateTimeOffset? Ended = null);

/// <summary>The keys that sign checkpoints, oldest first; the last is the newest.</summary>
public sealed record LogKeyState
{
    /// <summary>What the root key's act says.</summary>
    internal const string ActVerb = "rotate";

    /// <summary>Longest time that two keys sign beside each other.</summary>
    public static readonly TimeSpan LongestOverlap = TimeSpan.FromDays(90);

    internal static readonly FrozenSet<string> Verbs = new[] { LogKeyAdded.Verb, LogKeyEnded.Verb }.ToFrozenSet();

    internal static readonly LogKeyState Empty = new();

    public ImmutableList<LogKey> Keys { get; init; } = [];

    /// <summary>The keys that sign now.</summary>
    public IEnumerable<LogKey> Signing => Keys.Where(k => k.Ended is null);

    /// <summary>The key of a log that begins.</summary>
    internal static LogKeyState From(Genesis genesis) => new()
    {
        Keys = [new LogKey(NoteVerifierKey.Parse(genesis.Facts.Log), genesis.At, Actor.Setup.Id)],
    };

    internal Answer<LogKeyState> Apply(GovernanceEntry entry, GovernanceState whole) =>
        entry.Verb == LogKeyAdded.Verb
            ? Add(entry, entry.Read<LogKeyAdded>(), whole)
            : End(entry, entry.Read<LogKeyEnded>(), whole);

    private Answer<LogKeyState> Add(GovernanceEntry entry, LogKeyAdded body, GovernanceState whole)
    {
        var genesis = whole.Founded;
        if (whole.Roster.Live(entry.Actor.Id)?.Has(Roles.PlatformAdministrator) != true)
            return AccessErrors.OnlyAdministrators();

        var key = NoteVerifierKey.Parse(body.Key);
        if (key.Name != genesis.Facts.Origin || body.Origin != genesis.Facts.Origin
            || body.Former != Keys[^1].Key.ToString() || Keys.Exists(k => k.Key == key))
        {
            return RotationErrors.OtherKeys();
        }

        if (body.Until <= entry.Time || body.Until > entry.Time + LongestOverlap)
            return RotationErrors.BadOverlap();

        var act = SignedStatement.ReadAct(entry.Statement);
        if (act.Fault is { } fault)
            return fault;

        var said = act.Value.Predicate;
        return said.Org == genesis.Facts.Org && said.Verb == ActVerb && said.Object == body.Key
            && said.After == SignedStatement.DigestOf(body) && said.Expires > entry.Time
            && act.Value.Envelope.IsSignedBy(genesis.RootKey)
            ? this with
            {
                Keys = Keys.SetItem(Keys.Count - 1, Keys[^1] with { Until = body.Until })
                    .Add(new LogKey(key, entry.Time, entry.Actor.Id)),
            }
            : RotationErrors.Unsigned();
    }

    private Answer<LogKeyState> End(GovernanceEntry entry, LogKeyEnded body, GovernanceState whole)
    {
        var place = Keys.FindIndex(k => k.Key.ToString() == body.Key);
        return body.Origin == whole.Founded.Facts.Origin && place >= 0
            && Keys[place] is { Ended: null, Until: { } until } && entry.Time >= until
            ? this with { Keys = Keys.SetItem(place, Keys[place] with { Ended = entry.Time }) }
            : RotationErrors.NotDue();
    }
}

/// <summary>Refusals around the log's keys.</summary>
internal static class RotationErrors
{
    private const string AskAgain = "Ask for it again: provost ledger rotate-key --root-key FILE.";

    public static GovernanceFault OtherKeys() => new(
        FaultKind.Conflict, "provost.ledger.rotation_keys",
        "The statement names another log, another former key than the newest, or a key that the log had already.",
        AskAgain);

    public static GovernanceFault BadOverlap() => new GovernanceFault(
        FaultKind.Invalid, "provost.ledger.rotation_overlap",
        $"The two keys sign beside each other for up to {LogKeyState.LongestOverlap.TotalDays:0} days.",
        "Give everybody who verifies time to take over the new key, as --overlap-days 30.").At("overlapDays");

    public static GovernanceFault Unsigned() => new(
        FaultKind.Forbidden, "provost.ledger.rotation_unsigned",
        "The rotation is not signed by this log's root key over exactly these keys, or its hour has passed.", AskAgain);

    public static GovernanceFault NotDue() => new(
        FaultKind.Conflict, "provost.ledger.rotation_not_due", "The key is not one that ends now.",
        "Wait until it is.");

    public static GovernanceFault ReasonMissing() => new GovernanceFault(
        FaultKind.Invalid, "provost.bad_request", "A rotation needs a reason.", "Say why the key is replaced.")
        .At("reason");
}
