using Provost.Gateway.Snapshot;

namespace Provost.Gateway.Budgets;

/// <summary>Why a key may not call now.</summary>
internal enum CapRefusal
{
    None,
    Rate,
    Concurrency,
    Spend,
}

/// <summary>
/// What one client key has used: a token bucket for the rate, the calls in flight, the money of this UTC day. Money is
/// reserved at admission and settled when usage is known, so that calls in flight cannot overshoot together.
/// </summary>
internal sealed class KeyMeter(TimeProvider time)
{
    private readonly Lock _lock = new();
    private double _tokens = double.NaN;
    private long _refilled;
    private int _inFlight;
    private int _day;
    private long _spent;

    /// <summary>Takes a place for one call, or says which cap forbids it.</summary>
    /// <param name="caps">The caps of the key in the snapshot that admits the call.</param>
    public CapRefusal TryEnter(SnapshotCaps caps)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            Refill(caps, now);
            if (_tokens < 1)
            {
                return CapRefusal.Rate;
            }

            _tokens--;
            if (_inFlight >= caps.Concurrency)
            {
                return CapRefusal.Concurrency;
            }

            _inFlight++;
            return CapRefusal.None;
        }
    }

    /// <summary>Reserves what the call may cost.</summary>
    /// <param name="caps">The caps of the key in the snapshot that admits the call.</param>
    /// <param name="estimate">Millionths of a US dollar.</param>
    public CapRefusal TryReserve(SnapshotCaps caps, long estimate)
    {
        var day = Today();
        lock (_lock)
        {
            if (day != _day)
            {
                (_day, _spent) = (day, 0);
            }

            if (_spent + estimate > caps.SpendMicroUsdPerDay)
            {
                return CapRefusal.Spend;
            }

            _spent += estimate;
            return CapRefusal.None;
        }
    }

    /// <summary>Gives the place back and puts the true cost where the estimate stood.</summary>
    public void Leave(long estimate, long cost)
    {
        lock (_lock)
        {
            _inFlight--;
            _spent = Math.Max(0, _spent + cost - estimate);
        }
    }

    private void Refill(SnapshotCaps caps, long now)
    {
        if (double.IsNaN(_tokens))
        {
            _tokens = caps.Burst;
        }
        else
        {
            var seconds = time.GetElapsedTime(_refilled, now).TotalSeconds;
            _tokens = Math.Min(caps.Burst, _tokens + (seconds * caps.RequestsPerSecond));
        }

        _refilled = now;
    }

    private int Today() => (int)(time.GetUtcNow().UtcTicks / TimeSpan.TicksPerDay);
}
