using Microsoft.Extensions.Logging;

namespace Provost.Control.Governance;

/// <summary>Writes one entry durably at node <c>control</c>; gives its number there. Faults when it could
/// not.</summary>
public delegate Task<long> GovernanceJournal(GovernanceEntry entry, CancellationToken cancellationToken);

/// <summary>
/// The one writer of governance. A command is checked against the state, written durably, applied, published: in that
/// order, one at a time.
/// </summary>
public sealed partial class GovernanceLog : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1);
    private readonly GovernanceJournal _journal;
    private readonly TimeProvider _time;
    private readonly ILogger<GovernanceLog> _logger;
    private volatile Folded _folded;

    /// <param name="past">Every <c>gov</c> record so far, in order.</param>
    /// <param name="journal">Where new ones go.</param>
    /// <param name="time">The clock of entries and ids.</param>
    /// <param name="logger">Told of records that have no effect.</param>
    public GovernanceLog(
        IEnumerable<GovernanceEntry> past, GovernanceJournal journal, TimeProvider time, ILogger<GovernanceLog> logger)
    {
        _journal = journal;
        _time = time;
        _logger = logger;
        _folded = Fold(past);
    }

    /// <summary>What has authority now.</summary>
    public GovernanceState State => _folded.State;

    /// <summary>All entries, oldest first; a record without effect is among them.</summary>
    public IReadOnlyList<GovernanceEntry> Entries => _folded.Entries;

    /// <summary>Records that were found in the log and grant nothing, with the reason.</summary>
    public IReadOnlyList<(GovernanceEntry Entry, GovernanceFault Fault)> Ineffective => _folded.Ineffective;

    /// <summary>Called after each command, with the new state, before the command returns. Must not block; set once,
    /// by the host.</summary>
    public Action<GovernanceState>? Changed { get; set; }

    /// <summary>The state as it stood at an instant, by folding again.</summary>
    public GovernanceState StateAt(DateTimeOffset instant)
    {
        var state = GovernanceState.Empty;
        foreach (var entry in _folded.Entries)
        {
            if (entry.Time > instant)
                break;

            var next = state.Apply(entry);
            state = next.Fault is null ? next.Value : state.Reached(entry);
        }

        return state;
    }

    /// <summary>
    /// Decides against the state that holds, then writes and applies each draft. Every draft is tried before the first
    /// is written, so a refusal writes nothing.
    /// </summary>
    /// <param name="decide">Gives the drafts in order, or why not. It runs under the writer's lock: no waiting
    /// inside.</param>
    /// <param name="cancellationToken">Ends the wait for the lock; a write once begun is finished.</param>
    public async Task<GovernanceOutcome> AppendAsync(
        Func<GovernanceState, Answer<IReadOnlyList<GovernanceDraft>>> decide, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            var before = _folded;
            var drafts = decide(before.State);
            if (drafts.Fault is { } no)
                return new GovernanceOutcome.Refused(no);

            if (Try(before.State, drafts.Value) is { } fault)
                return new GovernanceOutcome.Refused(fault);

            var written = new List<GovernanceEntry>(drafts.Value.Count);
            foreach (var draft in drafts.Value)
            {
                var entry = Stamp(draft);
                entry = entry with { Position = await _journal(entry, CancellationToken.None) };
                _folded = _folded.With(entry);
                written.Add(entry);
            }

            Changed?.Invoke(_folded.State);
            return new GovernanceOutcome.Done(_folded.State, written);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>One draft that does not depend on the state.</summary>
    public Task<GovernanceOutcome> AppendAsync(GovernanceDraft draft, CancellationToken cancellationToken) =>
        AppendAsync(_ => new Answer<IReadOnlyList<GovernanceDraft>>([draft]), cancellationToken);

    public void Dispose() => _writing.Dispose();

    private GovernanceFault? Try(GovernanceState state, IReadOnlyList<GovernanceDraft> drafts)
    {
        foreach (var draft in drafts)
        {
            var next = state.Apply(Stamp(draft));
            if (next.Fault is { } fault)
                return fault;

            state = next.Value;
        }

        return null;
    }

    private GovernanceEntry Stamp(GovernanceDraft draft)
    {
        var now = InstantConverter.Whole(_time.GetUtcNow());
        var last = _folded.State.At;
        return new GovernanceEntry
        {
            Id = Guid.CreateVersion7(now),
            Time = now > last ? now : last, // a clock that stepped back must not reopen what has expired
            Verb = draft.Verb,
            Actor = draft.Actor,
            OnBehalf = draft.OnBehalf ?? _folded.State.Roster.Automations.GetValueOrDefault(draft.Actor.Id)?.Person,
            Object = draft.Object,
            Before = draft.Before,
            After = draft.After,
            Reason = draft.Reason,
            Statement = draft.Statement,
            Body = draft.Body,
            Drill = draft.Drill,
        };
    }

    private Folded Fold(IEnumerable<GovernanceEntry> past)
    {
        var folded = Folded.Nothing;
        foreach (var entry in past)
        {
            folded = folded.With(entry);
            if (folded.Ineffective is [.., var last] && ReferenceEquals(last.Entry, entry))
                LogIneffective(entry.Position, entry.Verb, last.Fault.Code);
        }

        return folded;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Governance record {Position} ({Verb}) has no effect: {Code}")]
    private partial void LogIneffective(long position, string verb, string code);

    private sealed record Folded(
        GovernanceState State,
        AppendOnly<GovernanceEntry> Entries,
        AppendOnly<(GovernanceEntry Entry, GovernanceFault Fault)> Ineffective)
    {
        public static Folded Nothing => new(GovernanceState.Empty, new([], 0), new([], 0));

        public Folded With(GovernanceEntry entry)
        {
            var next = State.Apply(entry);
            return next.Fault is { } fault
                ? new(State.Reached(entry), Entries.With(entry), Ineffective.With((entry, fault)))
                : new(next.Value, Entries.With(entry), Ineffective);
        }
    }
}
