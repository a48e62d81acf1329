namespace Provost.Stage;

/// <summary>Waiting for what another process does, up to a deadline and no longer than needed.</summary>
public static class Patience
{
    /// <summary>In case a sign came a moment before what it announces, or comes not at all.</summary>
    private static readonly TimeSpan Unasked = TimeSpan.FromSeconds(1);

    /// <summary>Asks, and asks again after each sign of life from over there, until the answer is yes.</summary>
    /// <param name="within">How long.</param>
    /// <param name="what">What is waited for, for the one who reads that it did not come.</param>
    /// <param name="sign">
    /// Gives a task that ends with the next sign; asked for before each question, so that none is missed.
    /// </param>
    /// <param name="ask">The question.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TimeoutException">The answer was no to the end.</exception>
    public static async Task UntilAsync(
        TimeSpan within, string what, Func<Task> sign, Func<Task<bool>> ask,
        CancellationToken cancellationToken = default)
    {
        using var late = new CancellationTokenSource(within);
        while (true)
        {
            var next = sign();
            if (await ask())
            {
                return;
            }

            if (late.IsCancellationRequested)
            {
                throw new TimeoutException($"Not seen within {within.TotalSeconds:0} s: {what}");
            }

            await next.WaitAsync(Unasked, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
