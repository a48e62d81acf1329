using Provost.Control.Access;
using Provost.Control.Governance;

namespace Provost.Control.Gate;

/// <summary>
/// Writes what the gate answered, before it is answered. A pipeline that polls must not be able to fill the log: the
/// same answer to the same asker is written once an hour, another at once, and at most <see cref="MostAnHour"/> entries
/// an hour for one asker; those that are not written are counted in the asker's next entry.
/// </summary>
public sealed class GateBook(GovernanceLog log, TimeProvider time)
{
    /// <summary>Entries that one asker causes within an hour, at most.</summary>
    public const int MostAnHour = 60;

    /// <summary>Askers told apart; they are persons, tokens and runs that signed in. Those who have been silent for an
    /// hour are forgotten.</summary>
    private const int MostAskers = 4096;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<Actor, Asker> _askers = [];

    /// <summary>Writes an answer, or counts it where it need not be written.</summary>
    /// <param name="asks">Who asks.</param>
    /// <param name="body">What is answered; its count is filled in here.</param>
    /// <param name="cancellationToken">Ends the wait for the writer.</param>
    /// <returns>Why a yes may not be given: it could not be recorded. A no needs no record to be given.</returns>
    public async Task<GovernanceFault?> WriteAsync(
        Principal asks, GateAsked body, CancellationToken cancellationToken)
    {
        if (Due(asks.Actor, body) is not { } unwritten)
            return null;

        var draft = GovernanceDraft.Of(
            asks.Actor, body.Releases.Count == 1 ? body.Releases[0] : body.Workload ?? body.By,
            body with { Unwritten = unwritten });
        try
        {
            if (await log.AppendAsync(draft, cancellationToken) is not GovernanceOutcome.Refused refused)
                return null;

            Forget(asks.Actor, body);
            return body.Admitted ? refused.Fault : null;
        }
        catch (IOException)
        {
            Forget(asks.Actor, body);
            return body.Admitted ? Unrecorded() : null;
        }
    }

    private static GovernanceFault Unrecorded() => new(
        FaultKind.Unavailable, "provost.gate.unrecorded", "The answer could not be recorded, so it is no yes.",
        "Ask again once the server's disk takes records.");

    /// <summary>How many answers this entry stands for beside its own; null where none is written.</summary>
    private long? Due(Actor actor, GateAsked body)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (!_askers.TryGetValue(actor, out var asker))
            {
                Prune(now);
                _askers[actor] = asker = new Asker();
            }

            return asker.Due(KeyOf(body), now);
        }
    }

    private void Forget(Actor actor, GateAsked body)
    {
        lock (_lock)
            _askers.GetValueOrDefault(actor)?.Forget(KeyOf(body));
    }

    private void Prune(DateTimeOffset now)
    {
        foreach (var silent in _askers.Where(a => a.Value.LastAt < now - Hour).Select(a => a.Key).ToList())
            _askers.Remove(silent);

        if (_askers.Count >= MostAskers)
            _askers.Remove(_askers.MinBy(a => a.Value.LastAt).Key);
    }

    private static string KeyOf(GateAsked body) => string.Join(
        '\n', [body.By, body.Environment, body.Workload, $"{body.Admitted}", .. body.Releases, .. body.Missing]);

    /// <summary>What one asker was answered within the last hour.</summary>
    private sealed class Asker
    {
        private readonly Dictionary<string, DateTimeOffset> _written = [];
        private long _unwritten;

        public DateTimeOffset LastAt { get; private set; }

        public long? Due(string key, DateTimeOffset now)
        {
            LastAt = now;
            foreach (var over in _written.Where(w => w.Value <= now - Hour).Select(w => w.Key).ToList())
                _written.Remove(over);

            if (_written.ContainsKey(key) || _written.Count >= MostAnHour)
            {
                _unwritten++;
                return null;
            }

            _written[key] = now;
            var before = _unwritten;
            _unwritten = 0;
            return before;
        }

        public void Forget(string key) => _written.Remove(key);
    }
}
