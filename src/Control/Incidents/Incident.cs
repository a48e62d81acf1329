using System.Collections.Immutable;

namespace Provost.Control.Incidents;

/// <summary>A tracked failure of one system in one environment, as its events tell it.</summary>
public sealed record Incident
{
    public required Guid Id { get; init; }

    public required string System { get; init; }

    public required string Environment { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public ImmutableList<BreachNote> Breaches { get; init; } = [];

    public ImmutableList<IncidentEvent.SignalRecovered> Recoveries { get; init; } = [];

    public ImmutableList<IncidentEvent.ActionTaken> Actions { get; init; } = [];

    /// <summary>Pages in the order they were first tried.</summary>
    public ImmutableList<PageNote> Pages { get; init; } = [];

    public ImmutableList<IncidentEvent.Acknowledged> Acknowledgements { get; init; } = [];

    public ImmutableList<IncidentEvent.NotRecovered> Unrecovered { get; init; } = [];

    public ImmutableList<IncidentEvent.Exhausted> Exhaustions { get; init; } = [];

    /// <summary>Everything, in log order.</summary>
    public ImmutableList<IncidentEvent> Timeline { get; init; } = [];

    public bool IsOpen => ClosedAt is null;

    /// <summary>The first order of the last rollback, null without one: its time counts, not a repetition's.</summary>
    public IncidentEvent.ActionTaken? Rollback =>
        Actions.FindLast(a => a.Restored is not null && a.Order is not null) is { } last
            ? Actions.Find(a => a.Order is not null && a.Restored == last.Restored && a.OnRelease == last.OnRelease)
            : null;

    /// <summary>
    /// When recovery was verified: after a rollback, by the restored release; otherwise by every monitor that was in
    /// breach. Null while that is not proven.
    /// </summary>
    public DateTimeOffset? RecoveredAt
    {
        get
        {
            var due = Breaches
                .Where(b => Rollback is not { } back || b.Found > back.At || b.Release == back.Restored)
                .Select(b => Recoveries.FindLast(r =>
                    r.Release == b.Release && r.Signal == b.Signal && r.Feature == b.Feature && r.At >= b.Found));
            var restored = Rollback is { } rollback
                ? Breaches.Where(b => b.Release == rollback.OnRelease).Select(b => Recoveries.FindLast(r =>
                    r.Release == rollback.Restored && r.Signal == b.Signal && r.At >= rollback.At))
                : [];
            var proofs = due.Concat(restored).ToList();
            return proofs.Count == 0 || proofs.Contains(null) ? null : proofs.Max(p => p!.At);
        }
    }

    /// <summary>Takes one event; the caller has seen that it is new and belongs here.</summary>
    internal Incident Apply(IncidentEvent said)
    {
        var next = this with { Timeline = Timeline.Add(said) };
        return said switch
        {
            IncidentEvent.Opened e => next with { Breaches = Breaches.Add(e.Breach) },
            IncidentEvent.SignalJoined e => next with { Breaches = Breaches.Add(e.Breach) },
            IncidentEvent.SignalRecovered e => next with { Recoveries = Recoveries.Add(e) },
            IncidentEvent.ActionTaken e => next with { Actions = Actions.Add(e) },
            IncidentEvent.NotRecovered e => next with { Unrecovered = Unrecovered.Add(e) },
            IncidentEvent.PageAttempted e => next with { Pages = Attempted(e) },
            IncidentEvent.PageDelivered e => next with
            {
                Pages = Changed(e.Page, p => p with { DeliveredAt = p.DeliveredAt ?? e.At }),
            },
            IncidentEvent.PageFailed => next,
            IncidentEvent.Acknowledged e => next with { Acknowledgements = Acknowledgements.Add(e) },
            IncidentEvent.Exhausted e => next with { Exhaustions = Exhaustions.Add(e) },
            IncidentEvent.Closed e => next with { ClosedAt = e.At },
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private ImmutableList<PageNote> Attempted(IncidentEvent.PageAttempted e) => Pages.Exists(p => p.Id == e.Page)
        ? Changed(e.Page, p => p with { Attempts = e.Attempt, LastAttempt = e.At })
        : Pages.Add(new PageNote
        {
            Id = e.Page,
            Purpose = e.Purpose,
            Round = e.Round,
            Step = e.Step,
            Role = e.Role,
            Person = e.Person,
            Attempts = e.Attempt,
            LastAttempt = e.At,
        });

    private ImmutableList<PageNote> Changed(Guid page, Func<PageNote, PageNote> change) =>
        [.. Pages.Select(p => p.Id == page ? change(p) : p)];
}

/// <summary>One person called once, however many attempts it took.</summary>
public sealed record PageNote
{
    public required Guid Id { get; init; }

    public required PagePurpose Purpose { get; init; }

    public required int Round { get; init; }

    public required int Step { get; init; }

    public required string Role { get; init; }

    public required string Person { get; init; }

    public required int Attempts { get; init; }

    public required DateTimeOffset LastAttempt { get; init; }

    /// <summary>When the first channel took it, null while none has.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }
}
