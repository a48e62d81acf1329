using Provost.Control.Access;
using Provost.Control.Approvals;
using Provost.Control.Envelopes;
using Provost.Control.Findings;
using Provost.Control.Gate;
using Provost.Control.Governance;
using Provost.Control.Handovers;
using Provost.Control.Signals;

namespace Provost.Control.Registry;

/// <summary>A person as the API names one.</summary>
public sealed record PersonView(string Person, string Name);

public sealed record OwnersView(PersonView Business, PersonView Technical, PersonView? Deputy);

public sealed record ReleaseRef(string Version, string Digest);

/// <summary>One system in one environment, for lists.</summary>
public sealed record SystemLine(
    string Name, string Environment, string Kind, string Unit, string Tier, string State, OwnersView Owners,
    ReleaseRef? Release, DateTimeOffset? WarrantUntil, int Orders)
{
    /// <summary>When a call under its warrant or a pipeline last confirmed the record.</summary>
    public DateTimeOffset? Verified { get; init; }

    /// <summary>Whether nothing has confirmed it for more than 7 days.</summary>
    public bool IsStale { get; init; }
}

/// <summary>An approval as the API shows it.</summary>
/// <param name="Difference">Digest of what was shown and signed: <c>GET /api/differences/{digest}</c>.</param>
public sealed record ApprovalView(PersonView By, DateTimeOffset At, string Key, bool Late, string Difference);

/// <summary>Who approved it: the warrant that serves, and whose signatures it carries.</summary>
public sealed record ApprovedView(
    ReleaseRef Release, Guid Warrant, DateTimeOffset From, DateTimeOffset Until, bool Late,
    IReadOnlyList<ConditionView> Conditions, IReadOnlyList<ApprovalView> Approvals)
{
    /// <summary>The envelope that admitted the release; the approvals are those of the envelope. Null for a release
    /// that persons approved.</summary>
    public VariantRef? Variant { get; init; }
}

/// <summary>Of which envelope a release is a variant.</summary>
/// <param name="Envelope">The warrant with the envelope.</param>
/// <param name="Version">Of that warrant's release.</param>
/// <param name="By">Who put the variant forward.</param>
/// <param name="Number">The how-maniest of its day.</param>
/// <param name="Test">The test that proved it.</param>
public sealed record VariantRef(Guid Envelope, string Version, PersonView By, int Number, Guid Test);

/// <summary>What an approval is tied to.</summary>
/// <param name="Until">The warrant ends then at the latest.</param>
public sealed record ConditionView(string Text, DateTimeOffset? Until);

/// <summary>Who said no to a release, and why.</summary>
public sealed record RejectionView(PersonView By, DateTimeOffset At, string? Reason);

/// <summary>How it does against what was approved.</summary>
public sealed record SignalView(
    string Signal, string? Feature, double? Value, double Approved, double Limit, string Verdict, long Rows,
    DateTimeOffset? LastSample);

/// <summary>Who is on the hook, in the order of paging.</summary>
public sealed record DutyView(string Role, PersonView Person, long AfterMs);

public sealed record OrderView(
    Guid Order, string Kind, string? Release, string By, DateTimeOffset Since, Guid? Incident);

/// <param name="Warrant">The newest warrant in force for it here; null when there is none.</param>
public sealed record ReleaseView(
    string Version, string Digest, string State, PersonView Author, DateTimeOffset SubmittedAt, string Model,
    IReadOnlyList<ApprovalView> Approvals, IReadOnlyList<string> Missing, Guid? Warrant, RejectionView? Rejected);

/// <summary>A system's page: the three questions.</summary>
/// <param name="Performance">Empty for an instant that is past: signals are kept as they stand now.</param>
public sealed record SystemPage(
    SystemLine Summary, string Purpose, string Population, string Terms, OwnersView? Proposed, ApprovedView? Approved,
    IReadOnlyList<SignalView> Performance, IReadOnlyList<DutyView> OnTheHook, IReadOnlyList<OrderView> Orders,
    IReadOnlyList<ReleaseView> Releases)
{
    /// <summary>Owners in force over time, oldest first; persons who left keep their names.</summary>
    public IReadOnlyList<OwnerSpanView> OwnerHistory { get; init; } = [];

    /// <summary>How long it took from one hand to the next.</summary>
    public HandOff? HandOff { get; init; }

    /// <summary>Why a chain is to be reviewed, one sentence for each component that changed.</summary>
    public IReadOnlyList<string> Review { get; init; } = [];

    /// <summary>The exception in force; null while there is none.</summary>
    public ExceptionRef? Exception { get; init; }
}

/// <summary>Owners in force from an instant on.</summary>
/// <param name="By">Who registered the system, or who accepted.</param>
public sealed record OwnerSpanView(DateTimeOffset From, OwnersView Owners, PersonView By);

/// <summary>What a system may do beside its warrant, and until when.</summary>
public sealed record ExceptionRef(Guid Id, string Scope, string Reason, DateTimeOffset Until);

/// <summary>Reads the registry as people ask about it.</summary>
/// <param name="signals">The board at an instant; null while no signal runs here.</param>
/// <param name="verifiedAt">When a system's record was last confirmed.</param>
public sealed class SystemViews(
    GovernanceLog log, PeopleDirectory directory, Func<DateTimeOffset, SignalBoard?> signals,
    Func<SystemState, DateTimeOffset> verifiedAt, TimeProvider time)
{
    /// <summary>Every system in every environment, by name.</summary>
    public IReadOnlyList<SystemLine> List() => List(Now());

    /// <summary>The same as it stood at an instant.</summary>
    public IReadOnlyList<SystemLine> List(Standpoint from)
    {
        var (state, now) = (from.State, from.At);
        return [.. state.Registry.Systems.Values.OrderBy(s => s.Key.ToString(), StringComparer.Ordinal)
            .Select(s => Line(state, s, now, from.IsPast))];
    }

    /// <summary>One system in each of its environments; empty when there is none of that name.</summary>
    public IReadOnlyList<SystemPage> Find(string name) => Find(name, Now());

    /// <summary>The same as it stood at an instant.</summary>
    public IReadOnlyList<SystemPage> Find(string name, Standpoint from) =>
        [.. from.State.Registry.Everywhere(name).Select(s => Page(from, s))];

    /// <summary>The persons of the escalation, in the order of paging.</summary>
    public IReadOnlyList<DutyView> Duty(GovernanceState state, SystemState system) =>
    [
        .. system.Escalation.OrderBy(step => step.AfterMs)
            .Select(step => (step, person: Ownership.Answers(state, system, step.Role)))
            .Where(s => s.person is not null)
            .Select(s => new DutyView(s.step.Role, Person(s.person!), s.step.AfterMs)),
    ];

    /// <summary>The warrant of a release with its approvers.</summary>
    public ApprovedView Approved(GovernanceState state, Warrant warrant) => new(
        new ReleaseRef(
            state.Registry.Release(warrant.Key.System, warrant.Release)?.Version ?? "", warrant.Release),
        warrant.Id, warrant.Says.NotBefore, warrant.RevokedAt ?? warrant.Says.NotAfter, warrant.Says.Late,
        [.. warrant.Says.Conditions.Select(c => new ConditionView(c.Text, c.Until))],
        Views(VariantRule.ApprovalsOf(state, warrant)))
    {
        Variant = warrant.Says.Variant is { } variant
            ? new VariantRef(
                variant.Warrant, state.Registry.Release(warrant.Key.System, variant.Origin)?.Version ?? "",
                Person(variant.By), variant.Number, variant.Test)
            : null,
    };

    public PersonView Person(string person) => new(person, directory.NameOf(person));

    private Standpoint Now() => new(log.State, time.GetUtcNow(), IsPast: false);

    private SystemPage Page(Standpoint from, SystemState system)
    {
        var (state, now) = (from.State, from.At);
        var live = state.Warrants.Live(system.Key, now);
        var board = from.IsPast ? null : signals(now);
        return new SystemPage(
            Line(state, system, now, from.IsPast), system.Purpose, system.Population, system.Terms,
            system.Proposed is { } proposed ? Owners(proposed) : null,
            live is null ? null : Approved(state, live),
            board is null || live is null
                ? []
                : [.. board.Of(new ReleaseKey(system.Key.System, system.Key.Environment, live.Release)).Select(View)],
            Duty(state, system),
            [.. state.Orders.On(system.Key).Select(o => new OrderView(
                o.Id, o.Kind, o.Release, directory.NameOf(o.By), o.Since, o.Incident))],
            [.. state.Registry.Releases.Where(r => r.System == system.Key.System).Reverse()
                .Select(r => Release(state, system, r, now))])
        {
            OwnerHistory = [.. system.History.Select(h => new OwnerSpanView(
                h.From, Owners(h.Owners), Person(h.By)))],
            HandOff = HandOff.Of(state, system, now),
            Review = ChainReview.Of(state, system.Key, now),
            Exception = state.Exceptions.On(system.Key, now) is { Content: var content }
                ? new ExceptionRef(content.Id, content.Scope(), content.Reason, content.Until)
                : null,
        };
    }

    private ReleaseView Release(GovernanceState state, SystemState system, ReleaseState release, DateTimeOffset now)
    {
        var standing = Standing.Of(state, system.Key, release, now);
        return new ReleaseView(
            release.Version, release.Digest, standing, Person(release.Author), release.SubmittedAt, release.Model,
            Views(state.Approvals.Of(system.Key, release.Digest)),
            standing is "submitted" or "revoked"
                ?
                [
                    .. ReleaseReadiness.Sentences(state, system, release, now),
                    .. QuorumRule.Of(state, system, release, now).Missing,
                ]
                : [],
            state.Warrants.InForce(system.Key, now).FirstOrDefault(w => w.Release == release.Digest)?.Id,
            state.Approvals.RejectionOf(system.Key, release.Digest) is { } no
                ? new RejectionView(Person(no.Person), no.At, no.Reason)
                : null);
    }

    private List<ApprovalView> Views(IEnumerable<Approval> given) =>
        [.. given.Select(a => new ApprovalView(Person(a.Person), a.At, a.KeyId, a.Late, a.Said.Difference))];

    private SystemLine Line(GovernanceState state, SystemState system, DateTimeOffset now, bool isPast)
    {
        var verified = isPast ? system.Verified : verifiedAt(system);
        var live = state.Warrants.Live(system.Key, now);
        var release = live is null ? null : state.Registry.Release(system.Key.System, live.Release);
        return new SystemLine(
            system.Key.System, system.Key.Environment, system.Kind, system.Unit, system.Tier,
            Standing.Of(state, system, now), Owners(system.Owners),
            release is null ? null : new ReleaseRef(release.Version, release.Digest), live?.Says.NotAfter,
            state.Orders.On(system.Key).Count())
        {
            Verified = verified,
            IsStale = now - verified > FindingList.FreshFor && system.RetiredAt is null,
        };
    }

    /// <summary>Owners with their names.</summary>
    public OwnersView Owners(OwnerIds owners) => new(
        Person(owners.Business), Person(owners.Technical), owners.Deputy is { } deputy ? Person(deputy) : null);

    private static SignalView View(SignalReading reading) => new(
        reading.Signal, reading.Feature, reading.Value is { } value && double.IsFinite(value) ? value : null,
        reading.Approved, double.IsFinite(reading.Limit) ? reading.Limit : reading.Approved,
        reading.Verdict.ToString().ToLowerInvariant(), reading.Rows, reading.LastSample);
}
