using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Handovers;
using Provost.Control.Intake.Editions;
using Provost.Control.Registry;
using Provost.Gateway.Warrants;

namespace Provost.Control.Exceptions;

/// <summary>A person's signature under an exception.</summary>
public sealed record ExceptionSignature(string Person, DateTimeOffset At, JsonElement Envelope);

/// <summary>An exception: asked for, in force, or over.</summary>
public sealed record GovernedException(ExceptionContent Content, ExceptionSignature Asked)
{
    /// <summary>Null while no second person signed.</summary>
    public ExceptionSignature? Granted { get; init; }

    public string? EndedBy { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public string? EndReason { get; init; }

    public Guid Id => Content.Id;

    public SystemKey Key => new(Content.System, Content.Environment);

    /// <summary>Two persons signed, nobody ended it, and its time is not over.</summary>
    public bool IsInForce(DateTimeOffset at) =>
        Granted is { } granted && granted.At <= at && at < Content.Until && (EndedAt is null || at < EndedAt);

    /// <summary><c>asked</c>, <c>in force</c>, <c>revoked</c> or <c>over</c>; a request that nobody answered in its
    /// time is over, too.</summary>
    public string Standing(DateTimeOffset at) => EndedAt <= at ? "revoked"
        : at >= Content.Until ? "over"
        : Granted is null ? "asked"
        : "in force";
}

/// <summary>
/// Every exception. Two persons with standing sign the same content; one authorised person ends it. One at a time on a
/// system, so that each decision under one names it.
/// </summary>
public sealed record ExceptionState
{
    internal static readonly FrozenSet<string> Verbs =
        new[] { ExceptionAsked.Verb, ExceptionGranted.Verb, ExceptionEnded.Verb }.ToFrozenSet();

    internal static readonly ExceptionState Empty = new();

    /// <summary>Every exception ever asked for, oldest first.</summary>
    public ImmutableList<GovernedException> All { get; init; } = [];

    public GovernedException? Find(Guid id) => All.Find(e => e.Id == id);

    /// <summary>The one in force on a system; null when none is.</summary>
    public GovernedException? On(SystemKey key, DateTimeOffset at) => All.Find(e => e.Key == key && e.IsInForce(at));

    /// <summary>Whether a release served under an exception at some time: an approval after that comes late.</summary>
    internal bool Served(SystemKey key, string release, DateTimeOffset at) => All.Exists(e =>
        e.Key == key && e.Content.Release == release && e.Granted is { } granted && granted.At <= at);

    /// <summary>The same with everything asked for or in force on a system ended.</summary>
    internal ExceptionState EndedFor(string system, string by, DateTimeOffset at) =>
        Ended(e => e.Key.System == system, by, at, "The system was retired.");

    /// <summary>The same with what would serve a release ended that was rejected there.</summary>
    internal ExceptionState EndedFor(SystemKey key, string release, string by, DateTimeOffset at) =>
        Ended(e => e.Key == key && e.Content.Release == release, by, at, "The release was rejected.");

    internal Answer<ExceptionState> Apply(GovernanceEntry entry, GovernanceState whole)
    {
        if (entry.Verb == ExceptionAsked.Verb)
            return Ask(entry, entry.Read<ExceptionAsked>().Content, whole);

        return entry.Verb == ExceptionGranted.Verb
            ? Grant(entry, entry.Read<ExceptionGranted>(), whole)
            : End(entry, entry.Read<ExceptionEnded>(), whole);
    }

    private Answer<ExceptionState> Ask(GovernanceEntry entry, ExceptionContent content, GovernanceState whole)
    {
        if (whole.Registry.Find(content.System, content.Environment) is not { } system)
            return RegistryErrors.NoSuchSystem($"{content.System} in {content.Environment}");

        if (system.RetiredAt is not null)
            return RegistryErrors.Retired(content.System);

        if (Scope(content, system, whole) is { } scope)
            return scope;

        if (content.Until <= entry.Time || content.Until > entry.Time + ExceptionContent.Longest)
            return ExceptionErrors.TooLong();

        if (PlainWords.Check(content.Reason, "reason") is { } words)
            return words;

        if (Find(content.Id) is not null)
            return ExceptionErrors.Taken();

        return Signed(entry, whole, system, content) is { } fault
            ? fault
            : this with
            {
                All = All.Add(new GovernedException(
                    content, new ExceptionSignature(entry.Actor.Id, entry.Time, entry.Statement!.Value))),
            };
    }

    private Answer<ExceptionState> Grant(GovernanceEntry entry, ExceptionGranted body, GovernanceState whole)
    {
        if (Find(body.Exception) is not { Granted: null, EndedAt: null } asked || asked.Content.Until <= entry.Time)
            return ExceptionErrors.NotAsked();

        if (asked.Asked.Person == entry.Actor.Id)
            return ExceptionErrors.SecondPerson();

        if (whole.Registry.Find(asked.Content.System, asked.Content.Environment) is not { } system)
            return RegistryErrors.NoSuchSystem(asked.Key.ToString());

        if (Scope(asked.Content, system, whole) is { } scope)
            return scope;

        if (On(asked.Key, entry.Time) is { } standing)
            return ExceptionErrors.OneStands(standing);

        // Who asked must be able to stand by it still: a person who left or lost the office grants nothing.
        if (!Permission.MayExcept(whole, asked.Asked.Person, system))
            return ExceptionErrors.NotAsked();

        return Signed(entry, whole, system, asked.Content) is { } fault
            ? fault
            : With(asked with
            {
                Granted = new ExceptionSignature(entry.Actor.Id, entry.Time, entry.Statement!.Value),
            });
    }

    private Answer<ExceptionState> End(GovernanceEntry entry, ExceptionEnded body, GovernanceState whole)
    {
        if (Find(body.Exception) is not { EndedAt: null } standing || standing.Content.Until <= entry.Time)
            return ExceptionErrors.NotStanding();

        if (PlainWords.Check(body.Reason, "reason") is { } words)
            return words;

        var system = whole.Registry.Find(standing.Content.System, standing.Content.Environment);
        return system is not null && (Permission.MayTighten(whole, entry.Actor.Id, system)
                || Permission.MayApprove(whole, entry.Actor.Id, system))
            ? With(standing with { EndedBy = entry.Actor.Id, EndedAt = entry.Time, EndReason = body.Reason })
            : ExceptionErrors.MayNotEnd();
    }

    /// <summary>What is excepted must be one thing, and one that there is and may serve: asked for both signatures,
    /// since a no or a leaver can come in between.</summary>
    private static GovernanceFault? Scope(ExceptionContent content, SystemState system, GovernanceState whole) =>
        !content.IsWellFormed() ? ExceptionErrors.Scope()
        : content.Release is { } release && whole.Registry.Release(content.System, release) is null
            ? RegistryErrors.NoSuchRelease(release)
        : content.Release is { } rejected
            && whole.Approvals.RejectionOf(new SystemKey(content.System, content.Environment), rejected) is not null
            ? ExceptionErrors.Rejected()
        : content.Release is not null && Ownership.IsVacant(whole, system) ? HandoverErrors.Vacant(content.System)
        : content.Release is not null && Tiering.IsFrozen(system)
            ? TaxonomyErrors.Frozen(content.System, system.Risen!.Edition)
        : null;

    private static GovernanceFault? Signed(
        GovernanceEntry entry, GovernanceState whole, SystemState system, ExceptionContent content) =>
        Permission.MayExcept(whole, entry.Actor.Id, system)
            ? SignedAct.Check(entry, whole, "exception", content.Id.ToString(), content.DigestOf())
            : ExceptionErrors.NoStanding();

    private ExceptionState Ended(Func<GovernedException, bool> which, string by, DateTimeOffset at, string why) =>
        this with
        {
            All =
            [
                .. All.Select(e => which(e) && e.EndedAt is null && e.Content.Until > at
                    ? e with { EndedBy = by, EndedAt = at, EndReason = why }
                    : e),
            ],
        };

    private ExceptionState With(GovernedException changed) =>
        this with { All = All.Replace(All.Find(e => e.Id == changed.Id)!, changed) };
}
