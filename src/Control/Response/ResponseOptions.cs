namespace Provost.Control.Response;

/// <summary>How patient the response is. What it may do stands in the release, not here.</summary>
public sealed record ResponseOptions
{
    /// <summary>Wait after the first failed delivery or unconfirmed order; doubles with each attempt.</summary>
    /// <value>15 seconds.</value>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(15);

    /// <value>5 minutes.</value>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Attempts for one page; the escalation goes on regardless.</summary>
    /// <value>12.</value>
    public int MostAttempts { get; init; } = 12;

    /// <summary>Bound on one delivery by one channel.</summary>
    /// <value>10 seconds.</value>
    public TimeSpan ChannelTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>After this, an incident that was taken but is neither recovered nor closed pages again.</summary>
    /// <value>30 minutes.</value>
    public TimeSpan RepageAfter { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Silence after the last step of the chain that makes it exhausted.</summary>
    /// <value>10 minutes.</value>
    public TimeSpan ExhaustedAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>A restored release has this long to prove itself; then the fallback engages.</summary>
    /// <value>10 minutes.</value>
    public TimeSpan RecoverWithin { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>A breach later than this after going live is not laid at the release's door.</summary>
    /// <value>24 hours.</value>
    public TimeSpan RollbackWindow { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Origin of the console, for the links in a page.</summary>
    public required Uri Console { get; init; }

    /// <summary>Wait after so many failed attempts.</summary>
    internal TimeSpan Wait(int attempts)
    {
        var doublings = Math.Min(attempts - 1, 30);
        var wait = RetryAfter * Math.Pow(2, doublings);
        return wait < LongestRetry ? wait : LongestRetry;
    }
}
