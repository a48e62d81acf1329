namespace Provost.Control.Response.Channels;

/// <summary>
/// A way to a person. Sends once and says what became of it; retries, their pace and the record are the loop's.
/// A channel sends nothing but the page, keeps no state, respects the token, and throws only on cancellation: what the
/// far side does is an outcome.
/// </summary>
public interface IAlertChannel
{
    /// <summary>Kind and name, as in records: <c>webhook</c>, <c>smtp</c>.</summary>
    string Id { get; }

    Task<DeliveryOutcome> SendAsync(PageMessage page, Contact to, CancellationToken cancellationToken);
}

/// <summary>What became of one delivery.</summary>
public abstract record DeliveryOutcome
{
    private DeliveryOutcome()
    {
    }

    /// <param name="Receipt">What the far side said, at most 200 printable characters.</param>
    public sealed record Delivered(string Receipt) : DeliveryOutcome;

    /// <param name="Reason">Short and stable, for people; no address, no secret.</param>
    public sealed record Failed(string Reason) : DeliveryOutcome;

    /// <summary>A far side's words, cut and without control characters: they end in a record.</summary>
    internal static string Printable(string text)
    {
        const int Longest = 200;
        var clean = new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)]).Trim();
        return clean.Length <= Longest ? clean : clean[..Longest];
    }
}
