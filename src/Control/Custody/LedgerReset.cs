using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Ledger.Statements;

namespace Provost.Control.Custody;

/// <summary>
/// The signer may go on from the log as it stands, though that is not, or not provably, what it signed last: its memory
/// is gone, or a backup was put back. Signed by the root key, which names the entries that no longer bind.
/// </summary>
public sealed record LedgerReset : IGovernanceBody<LedgerReset>
{
    /// <summary>What the root key's act says.</summary>
    internal const string ActVerb = "reset";

    /// <summary>How long a signed statement may be used: a signer without memory cannot tell an old one.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(24);

    public static string Verb => "ledger_reset";

    static JsonTypeInfo<LedgerReset> IGovernanceBody<LedgerReset>.Json => GovernanceJson.Default.LedgerReset;

    public required string Origin { get; init; }

    /// <summary>Index of the first entry that is not vouched for: below it stands what was signed before.</summary>
    public required long First { get; init; }

    /// <summary>Index of the last one, of the log signed last or the one gone on from: the longer counts.</summary>
    public required long Last { get; init; }

    /// <summary>What the signer had signed last; null when it no longer knows.</summary>
    public required ResetTree? Signed { get; init; }

    /// <summary>The log as it stood: the next checkpoint continues this.</summary>
    public required ResetTree Tree { get; init; }

    /// <summary>Number at node <c>control</c> of the last governance entry that the signer is to know.</summary>
    public required long Position { get; init; }

    /// <summary>The signer's running hash over the governance up to it, hexadecimal.</summary>
    public required string Chain { get; init; }

    /// <summary>No snapshot up to this epoch is signed again.</summary>
    public required long Epoch { get; init; }

    /// <summary>The range as it is written: <c>FIRST-LAST</c>.</summary>
    public string Range() => FormattableString.Invariant($"{First}-{Last}");

    /// <summary>Why the range is not the one that this reset is about; null when it is.</summary>
    internal GovernanceFault? CheckRange()
    {
        var shortest = Math.Min(Signed?.Size ?? Tree.Size, Tree.Size);
        var longest = Math.Max(Signed?.Size ?? Tree.Size, Tree.Size);
        var isEnd = Signed is null ? Last >= longest - 1 : Last == longest - 1;
        return First < 0 || First > Last || First > shortest || !isEnd
            ? ResetErrors.OtherRange(shortest, longest - 1)
            : null;
    }

    /// <summary>Why the entry is not a reset by that root key; null when it is.</summary>
    /// <param name="entry">The entry, statement and body.</param>
    /// <param name="root">The root key's public half.</param>
    /// <param name="at">The statement must not have ended then.</param>
    internal GovernanceFault? CheckSigned(GovernanceEntry entry, Ed25519PublicKey root, DateTimeOffset at)
    {
        var act = SignedStatement.ReadAct(entry.Statement);
        if (act.Fault is { } fault)
            return fault;

        var said = act.Value.Predicate;
        var says = said.Verb == ActVerb && said.Object == Range() && entry.Object == Range()
            && said.After == SignedStatement.DigestOf(this)
            && said.Expires is { } until && until > at && until <= at + Window + TimeSpan.FromMinutes(5);
        return says && act.Value.Envelope.IsSignedBy(root) ? null : ResetErrors.Unsigned();
    }
}

/// <summary>A tree: how many entries, and their root (base64 of 32 bytes).</summary>
public sealed record ResetTree(long Size, string Root);

/// <summary>A reset that had effect.</summary>
/// <param name="Id">The entry's.</param>
/// <param name="By">Who handed it in; the root key's custodians signed it.</param>
public sealed record ResetMade(Guid Id, LedgerReset Facts, DateTimeOffset At, string By);

/// <summary>Every reset of this log, oldest first.</summary>
public sealed record ResetState
{
    internal static readonly ResetState Empty = new();

    public ImmutableList<ResetMade> Made { get; init; } = [];

    internal Answer<ResetState> Apply(GovernanceEntry entry, GovernanceState whole)
    {
        var reset = entry.Read<LedgerReset>();
        var genesis = whole.Founded;
        if (whole.Roster.Live(entry.Actor.Id)?.Has(Roles.PlatformAdministrator) != true)
            return AccessErrors.OnlyAdministrators();

        if (reset.Origin != genesis.Facts.Origin)
            return ResetErrors.Unsigned();

        return (reset.CheckRange() ?? reset.CheckSigned(entry, genesis.RootKey, entry.Time)) is { } fault
            ? fault
            : this with { Made = Made.Add(new ResetMade(entry.Id, reset, entry.Time, entry.Actor.Id)) };
    }
}

/// <summary>Refusals around a reset.</summary>
internal static class ResetErrors
{
    public static GovernanceFault OtherRange(long first, long last) => new GovernanceFault(
        FaultKind.Conflict, "provost.ledger.reset_range",
        $"The range is not the one that is in doubt, which begins at {Math.Min(first, last)} or before and ends at "
        + $"{last}.",
        $"Name FIRST-{last}, where FIRST is the first entry that you cannot vouch for.")
        .At("range");

    public static GovernanceFault BadRange() => new GovernanceFault(
        FaultKind.Invalid, "provost.bad_request", "The range cannot be read.", "Write FIRST-LAST, as 1200-1311.")
        .At("range");

    public static GovernanceFault Unsigned() => new(
        FaultKind.Forbidden, "provost.ledger.reset_unsigned",
        "The reset is not signed by this log's root key over exactly this range and tree, or its day has passed.",
        "Ask for it again and sign with the root key: provost ledger reset --range FIRST-LAST --root-key FILE.");

    public static GovernanceFault NotNeeded() => new(
        FaultKind.Conflict, "provost.ledger.reset_not_needed",
        "The signer remembers this log and signs it: there is nothing to reset.", "See /readyz.");

    public static GovernanceFault ReasonMissing() => new GovernanceFault(
        FaultKind.Invalid, "provost.bad_request", "A reset needs a reason.", "Say what happened and who decided.")
        .At("reason");

    public static GovernanceFault OtherMemory() => new(
        FaultKind.Conflict, "provost.ledger.reset_other",
        "The reset is about another checkpoint than the one this signer remembers, or was used.",
        "Ask for a new one: provost ledger reset.");

    public static GovernanceFault RootUnknown() => new(
        FaultKind.Conflict, "provost.custody.root_unknown",
        "The signer does not know the root key's public half: it was made by an earlier version and lost its memory.",
        "Write the root key of trust.json into keys/root.pub of the signer's folder.");
}
