namespace Provost.Gateway.Budgets;

/// <summary>Calls of experiments on the UTC day under way, one count per system for the life of the process.</summary>
internal sealed class LaneMeter
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _calls = [];
    private long _day;

    /// <summary>Counts one call, unless the system has had as many today as it may.</summary>
    /// <param name="system">Its name.</param>
    /// <param name="now">The instant of the call.</param>
    /// <param name="most">Calls of one day.</param>
    public bool TryCount(string system, DateTimeOffset now, int most)
    {
        var day = now.UtcTicks / TimeSpan.TicksPerDay;
        lock (_lock)
        {
            if (day != _day)
            {
                _calls.Clear();
                _day = day;
            }

            var calls = _calls.GetValueOrDefault(system);
            if (calls >= most)
                return false;

            _calls[system] = calls + 1;
            return true;
        }
    }
}
