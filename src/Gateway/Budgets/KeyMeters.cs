using System.Collections.Concurrent;

namespace Provost.Gateway.Budgets;

/// <summary>
/// One meter per client key for the life of the process: a new snapshot does not reset what was used.
/// </summary>
internal sealed class KeyMeters(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, KeyMeter> _meters = new();

    public KeyMeter For(string keyId) =>
        _meters.TryGetValue(keyId, out var meter) ? meter : _meters.GetOrAdd(keyId, _ => new KeyMeter(time));
}
