using Provost.Control.Access;
using Provost.Control.Adoptions;
using Provost.Control.Approvals;
using Provost.Control.Envelopes;
using Provost.Control.Exceptions;
using Provost.Control.Gate;
using Provost.Control.Governance;
using Provost.Control.Graph;
using Provost.Control.Handovers;
using Provost.Control.Incidents;
using Provost.Control.Notices;
using Provost.Control.Registry;
using Provost.Control.Signals;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.Systems;

/// <summary>What a system's page shows: the three questions and their evidence.</summary>
public sealed record SystemView
{
    public required SystemSummary Summary { get; init; }

    /// <summary>Every environment the system is registered in.</summary>
    public required IReadOnlyList<SystemKey> Environments { get; init; }

    /// <summary>Who signed the release that is served, oldest first.</summary>
    public required IReadOnlyList<Approval> Approvals { get; init; }

    /// <summary>Who was told that the warrant which serves ends soon, oldest first.</summary>
    public required IReadOnlyList<Notice> Warned { get; init; }

    /// <summary>What the system may do beside its warrant now; null: nothing.</summary>
    public required GovernedException? Exception { get; init; }

    /// <summary>The envelope in force that persons approved last, with its variants, newest first; null for
    /// none.</summary>
    public (EnvelopeLine Line, IReadOnlyList<Warrant> Variants)? Envelope { get; init; }

    /// <summary>How long it took from one hand to the next.</summary>
    public required HandOff Times { get; init; }

    /// <summary>What it connects to.</summary>
    public GraphAnswer? Connections { get; init; }

    /// <summary>Why the chain is to be reviewed, one sentence for each component that changed.</summary>
    public IReadOnlyList<string> Review { get; init; } = [];

    /// <summary>Newest first.</summary>
    public required IReadOnlyList<ReleaseLine> Releases { get; init; }

    public required OnHook Hook { get; init; }

    /// <summary>Earlier incidents of this system, the last opened first.</summary>
    public required IReadOnlyList<Incident> Incidents { get; init; }

    public required bool MayPause { get; init; }

    /// <summary>Whether an owner could let its traffic pass before its first approval.</summary>
    public bool MayBeAdopted { get; init; }

    /// <summary>Steps for who is on call, in order, as the terms declare them.</summary>
    public IReadOnlyList<string> Runbook { get; init; } = [];

    /// <summary>When an owner is to look at it again; null where the tier asks for none.</summary>
    public DateTimeOffset? ReviewDue { get; init; }

    /// <summary>When a call or a pipeline last confirmed the record.</summary>
    public DateTimeOffset Verified { get; init; }

    /// <summary>Whether this person's signature ends orders.</summary>
    public required bool IsOwner { get; init; }

    public SystemKey Key => Summary.System.Key;

    internal static SystemView? Of(
        SystemKey key, GovernanceState state, SignalBoard board, IncidentState incidents, string person)
    {
        if (state.Registry.Find(key.System, key.Environment) is not { } system)
        {
            return null;
        }

        var summary = SystemSummary.Of(system, state, board, incidents);
        return new SystemView
        {
            Summary = summary,
            Environments = [.. state.Registry.Everywhere(key.System).Select(s => s.Key)],
            Approvals = summary.Live is { } live ? [.. VariantRule.ApprovalsOf(state, live)] : [],
            Envelope = EnvelopeViews.Of(state, key, board.At) is [var envelope, ..]
                ? (envelope, [.. EnvelopeViews.VariantsOf(state, state.Warrants.Find(envelope.Warrant)!)])
                : null,
            Exception = state.Exceptions.On(key, board.At),
            Times = HandOff.Of(state, system, board.At),
            Connections = new GraphViews(() => state, id => new PersonView(id, id), () => board.At)
                .Ask($"system:{key.System}", breaks: false).Value,
            Review = ChainReview.Of(state, key, board.At),
            Warned = summary.Live is { } ends
                ? [.. state.Notices.All.Where(n => n.Is.About == ends.Id.ToString())]
                : [],
            Releases =
            [
                .. state.Registry.Releases.Where(r => r.System == key.System).Reverse()
                    .Select(r => ReleaseLine.Of(r, system, summary.Live, state, board.At)),
            ],
            Hook = OnHook.Of(system, summary.Incident, state),
            Incidents =
            [
                .. incidents.Incidents.Values.Where(i => i.System == key.System && i.Environment == key.Environment)
                    .OrderByDescending(i => i.OpenedAt),
            ],
            MayBeAdopted = summary is { Live: null, Adoption: null } && AdoptionState.MayBeAdopted(state, system),
            MayPause = Permission.MayTighten(state, person, system),
            IsOwner = system.Owners.Includes(person),
        };
    }

    /// <summary>When a monitor was in breach, as incidents know it.</summary>
    internal IReadOnlyList<(DateTimeOffset Since, DateTimeOffset? Until)> BreachesOf(SignalReading reading) =>
    [
        .. from incident in Incidents
           from breach in incident.Breaches
           where breach.Release == reading.Key.Release && breach.Signal == reading.Signal
               && breach.Feature == reading.Feature
           select (breach.Since, incident.Recoveries.Find(r => r.Release == breach.Release
               && r.Signal == breach.Signal && r.Feature == breach.Feature && r.At >= breach.Found)?.At
               ?? incident.ClosedAt),
    ];
}

/// <summary>A release as the list of a system shows it.</summary>
/// <param name="Warrant">The newest warrant ever issued for it here; null while there is none.</param>
/// <param name="Missing">All that it waits for, one sentence each; empty with a warrant.</param>
public sealed record ReleaseLine(
    ReleaseState Release, Status Status, Warrant? Warrant, IReadOnlyList<Approval> Approvals,
    IReadOnlyList<string> Missing)
{
    internal static ReleaseLine Of(
        ReleaseState release, SystemState system, Warrant? live, GovernanceState state, DateTimeOffset now)
    {
        var warrant = state.Warrants.Issued.FindLast(w => w.Key == system.Key && w.Release == release.Digest);
        var status = warrant switch
        {
            not null when live?.Release == release.Digest => Status.Serving,
            not null when warrant.IsInForce(now) => Status.Approved,
            not null => Status.Ended,
            _ when state.Approvals.RejectionOf(system.Key, release.Digest) is not null => Status.Rejected,
            _ => Status.Waiting,
        };
        return new ReleaseLine(
            release, status, warrant, [.. state.Approvals.Of(system.Key, release.Digest)],
            status == Status.Waiting
                ?
                [
                    .. ReleaseReadiness.Sentences(state, system, release, now),
                    .. QuorumRule.Of(state, system, release, now).Missing,
                ]
                : []);
    }
}

/// <summary>Who answers for a system at this moment.</summary>
/// <param name="Person">Null: nobody can be reached.</param>
/// <param name="Office">The office or role they answer in.</param>
/// <param name="Acknowledged">When they took the open incident.</param>
/// <param name="Then">Who is paged after them, in order.</param>
public sealed record OnHook(
    string? Person, string Office, DateTimeOffset? Acknowledged, PageNote? Page, IReadOnlyList<NextInLine> Then)
{
    internal static OnHook Of(SystemState system, Incident? incident, GovernanceState state)
    {
        var chain = system.Escalation.Count == 0
            ? [new EscalationStepFact("technical", 0)]
            : system.Escalation;
        var line = chain
            .Select(s => new NextInLine(s.Role, Ownership.Answers(state, system, s.Role), s.AfterMs)).ToList();
        if (incident?.Acknowledgements is [.., var taken])
        {
            var office = line.Find(n => n.Person == taken.Person)?.Office ?? "took the incident";
            return new(taken.Person, office, taken.At, PageOf(taken.Person),
                [.. line.Where(n => n.Person != taken.Person)]);
        }

        var paged = incident?.Pages.FindLast(p => p.Purpose == PagePurpose.Alert);
        if (paged is not null)
        {
            return new(paged.Person, paged.Role, null, paged, [.. line.Skip(paged.Step + 1)]);
        }

        var first = line.FindIndex(n => n.Person is not null);
        return first < 0
            ? new(null, "", null, null, line)
            : new(line[first].Person, line[first].Office, null, null, [.. line.Skip(first + 1)]);

        PageNote? PageOf(string person) => incident!.Pages.FindLast(p => p.Person == person);
    }
}

/// <summary>A step of the escalation.</summary>
/// <param name="Person">Null when nobody holds the office.</param>
/// <param name="AfterMs">Milliseconds from the breach.</param>
public sealed record NextInLine(string Office, string? Person, long AfterMs);
