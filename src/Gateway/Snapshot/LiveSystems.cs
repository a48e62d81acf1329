using System.Collections.Concurrent;

namespace Provost.Gateway.Snapshot;

/// <summary>
/// The calls in flight of every system: what a kill cuts. A call enters before it reads the orders it obeys; so a kill
/// either finds the call here, or the call finds the kill.
/// </summary>
internal sealed class LiveSystems
{
    private readonly ConcurrentDictionary<(string System, string Environment), LiveSystem> _systems = [];

    public IEnumerable<KeyValuePair<(string System, string Environment), LiveSystem>> All => _systems;

    public LiveSystem For(string system, string environment) =>
        _systems.GetOrAdd((system, environment), static _ => new LiveSystem());
}

/// <summary>Calls in flight and outcomes so far of one system in one environment.</summary>
#pragma warning disable CA1001 // a source without a timer holds nothing to free, and calls may still hold its token
internal sealed class LiveSystem
#pragma warning restore CA1001 // as above
{
    private readonly Lock _lock = new();
    private readonly long[] _outcomes = new long[8];
    private CancellationTokenSource _cut = new();
    private int _inFlight;
    private long _answered;

    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Counts one call in; the token is cancelled when the system is killed.</summary>
    public CancellationToken Enter()
    {
        lock (_lock)
        {
            _inFlight++;
            return _cut.Token;
        }
    }

    public void Leave()
    {
        lock (_lock)
        {
            _inFlight--;
        }
    }

    /// <summary>Signals the cut to every call in flight and tells how many there were.</summary>
    public int Cut()
    {
        CancellationTokenSource cut;
        int inFlight;
        lock (_lock)
        {
            (cut, inFlight) = (_cut, _inFlight);
            _cut = new CancellationTokenSource();
        }

        cut.Cancel();
        return inFlight;
    }

    public void Count(int outcome) => Interlocked.Increment(ref _outcomes[outcome]);

    /// <summary>Counts one outcome that the log owes: its record is durable, or its answer left without one.</summary>
    public void CountAnswered() => Interlocked.Increment(ref _answered);

    public long Answered => Volatile.Read(ref _answered);

    public long Counted(int outcome) => Volatile.Read(ref _outcomes[outcome]);
}
