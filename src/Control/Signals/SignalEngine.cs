using Provost.Control.Signals.Latency;

namespace Provost.Control.Signals;

/// <summary>
/// Folds decision samples, in log order, into one verdict per approved threshold. Deterministic: the same leaves give
/// the same state and the same events, so a lost state file costs a replay and nothing else. One caller folds; the
/// board may be read from any thread.
/// </summary>
public sealed class SignalEngine(SignalOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ReleaseKey, Armed> _releases = [];
    private readonly Dictionary<ReleaseKey, ReleaseState> _waiting = [];

    /// <summary>Index of the first leaf not yet folded.</summary>
    public long Cursor { get; private set; }

    /// <summary>Samples whose release nobody asked to watch.</summary>
    public long Unwatched { get; private set; }

    /// <summary>
    /// Watches a release by the thresholds of its warrant; the same release again changes nothing, because a digest
    /// never changes what it names.
    /// </summary>
    /// <exception cref="FormatException">The thresholds cannot be read.</exception>
    public void Watch(ReleaseWatch watch)
    {
        lock (_lock)
        {
            if (_releases.ContainsKey(watch.Key))
            {
                return;
            }

            Arm(watch);
        }
    }

    /// <summary>Folds the sample of the leaf at <paramref name="leaf"/>; earlier ones are in the state.</summary>
    public IReadOnlyList<SignalEvent> Fold(long leaf, SignalSample sample)
    {
        lock (_lock)
        {
            if (!Advance(leaf) || sample.Drill)
            {
                return [];
            }

            var key = new ReleaseKey(sample.System, sample.Environment, sample.Release);
            if (!_releases.TryGetValue(key, out var armed))
            {
                Unwatched++;
                return [];
            }

            var said = new List<SignalEvent>();
            foreach (var monitor in armed.Monitors)
            {
                monitor.Fold(sample, armed.Watch, said);
            }

            return said;
        }
    }

    /// <summary>
    /// The leaf at <paramref name="leaf"/> restored or resumed a release: from here on it proves itself anew. The leaf
    /// itself is still to be folded or skipped.
    /// </summary>
    public void Restart(long leaf, ReleaseKey key)
    {
        lock (_lock)
        {
            if (leaf >= Cursor && _releases.TryGetValue(key, out var armed))
            {
                foreach (var monitor in armed.Monitors)
                {
                    monitor.Restart();
                }
            }
        }
    }

    /// <summary>A leaf that says nothing to signals.</summary>
    public void Skip(long leaf)
    {
        lock (_lock)
        {
            Advance(leaf);
        }
    }

    /// <summary>Every monitor as it stands at <paramref name="now"/>.</summary>
    public SignalBoard Read(DateTimeOffset now)
    {
        lock (_lock)
        {
            return new SignalBoard(
                now,
                [.. _releases.Values.SelectMany(a => a.Monitors.Select(m => m.Read(a.Watch, now)))]);
        }
    }

    /// <summary>
    /// True when a release is proven to have answered within another's latency limit: its own limit of time is no
    /// longer, and the upper end of its share of slow answers lies below <paramref name="rate"/>.
    /// </summary>
    public bool HeldLatency(ReleaseKey key, TimeSpan over, double rate)
    {
        lock (_lock)
        {
            return _releases.TryGetValue(key, out var armed)
                && armed.Monitors.OfType<LatencyMonitor>()
                    .Any(m => !m.InBreach && m.Over <= over && m.Upper() < rate);
        }
    }

    internal SignalState Save()
    {
        lock (_lock)
        {
            return new SignalState
            {
                V = SignalState.Form,
                Cursor = Cursor,
                Releases = [.. _releases.Values.Select(a => a.Save()), .. _waiting.Values],
            };
        }
    }

    /// <summary>Forgets all and folds from the first leaf again.</summary>
    internal void Reset() => Load(new SignalState { V = SignalState.Form, Cursor = 0, Releases = [] });

    /// <summary>Takes a saved state in place of this one; releases watched later are filled as they come.</summary>
    /// <exception cref="FormatException">Of another form than this build writes.</exception>
    internal void Load(SignalState state)
    {
        if (state.V != SignalState.Form)
        {
            throw new FormatException($"Signal state of form {state.V}; this build reads {SignalState.Form}.");
        }

        lock (_lock)
        {
            Cursor = state.Cursor;
            _waiting.Clear();
            foreach (var release in state.Releases)
            {
                _waiting[new ReleaseKey(release.System, release.Environment, release.Release)] = release;
            }

            foreach (var watch in _releases.Values.Select(a => a.Watch).ToList())
            {
                Arm(watch);
            }
        }
    }

    private void Arm(ReleaseWatch watch)
    {
        var armed = new Armed(watch, [.. SignalCatalog.All.SelectMany(s => s.Arm(watch, options))]);
        if (_waiting.Remove(watch.Key, out var saved))
        {
            armed.Load(saved);
        }

        _releases[watch.Key] = armed;
    }

    /// <summary>False for a leaf that the state already holds.</summary>
    private bool Advance(long leaf)
    {
        if (leaf < Cursor)
        {
            return false;
        }

        Cursor = leaf + 1;
        return true;
    }

    private sealed record Armed(ReleaseWatch Watch, IReadOnlyList<SignalMonitor> Monitors)
    {
        public ReleaseState Save() => new()
        {
            System = Watch.Key.System,
            Environment = Watch.Key.Environment,
            Release = Watch.Key.Release,
            Monitors = [.. Monitors.Select(m => m.Save())],
        };

        public void Load(ReleaseState state)
        {
            foreach (var monitor in Monitors)
            {
                var saved = state.Monitors.SingleOrDefault(
                    m => m.Signal == monitor.Face.Signal && m.Feature == monitor.Face.Feature)
                    ?? throw new FormatException($"The state lacks {monitor.Face.Signal} {monitor.Face.Feature}.");
                monitor.Load(saved);
            }
        }
    }
}
