using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Reviews;

/// <summary>Every no of this folder, with its stable code.</summary>
internal static class ReviewErrors
{
    public static GovernanceFault OwnersReview() => new(FaultKind.Forbidden, "provost.reviews.owners",
        "A system is reviewed by its business or technical owner in force.", "Ask one of them.");

    public static GovernanceFault Changed(SystemKey key) => new(FaultKind.Conflict, "provost.reviews.changed",
        $"{key} changed while it was looked at.", "Look at it again and sign what stands.");
}
