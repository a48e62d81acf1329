using System.Globalization;

namespace Provost.Control.Governance;

/// <summary>From when somebody looks: now, or an instant that is past.</summary>
/// <param name="State">What had authority then.</param>
/// <param name="At">The instant.</param>
/// <param name="IsPast">Whether it was asked for; the state is then folded again from the log up to it.</param>
public sealed record Standpoint(GovernanceState State, DateTimeOffset At, bool IsPast)
{
    /// <summary>The standpoint that <c>asOf</c> names; now when it is empty.</summary>
    /// <param name="asOf">RFC 3339; an instant without a zone is UTC.</param>
    /// <returns>The standpoint, or that the instant cannot be read or is still to come.</returns>
    public static Answer<Standpoint> Of(GovernanceLog log, string? asOf, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(log);
        if (string.IsNullOrWhiteSpace(asOf))
            return new Standpoint(log.State, now, IsPast: false);

        if (!DateTimeOffset.TryParse(
            asOf, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var instant))
        {
            return new GovernanceFault(FaultKind.Invalid, "provost.bad_request", "The instant cannot be read.",
                "Write RFC 3339, as 2026-11-21T09:00:00Z.").At("asOf");
        }

        return instant <= now
            ? new Standpoint(log.StateAt(instant), instant, IsPast: true)
            : new GovernanceFault(FaultKind.Invalid, "provost.as_of.future",
                "Nobody knows what will stand at an instant that is still to come.", "Name one that is past.")
            .At("asOf");
    }
}
