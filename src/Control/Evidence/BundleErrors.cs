using Provost.Control.Governance;

namespace Provost.Control.Evidence;

/// <summary>Every no to a bundle, with its stable code.</summary>
internal static class BundleErrors
{
    public static GovernanceFault NotYours() => new(FaultKind.Forbidden, "provost.export.not_yours",
        "Evidence is taken out by the role compliance.", "Ask somebody of compliance for the bundle.");

    public static GovernanceFault TooLarge() => new GovernanceFault(FaultKind.Invalid, "provost.export.too_large",
        $"A bundle holds at most {BundleDesk.MostEntries:N0} entries.",
        "Ask for one system or a shorter window, and take several bundles.").At("since");

    public static GovernanceFault SinceBeyond(long size) => new GovernanceFault(
        FaultKind.Conflict, "provost.export.rolled_back",
        $"You hold a checkpoint of more entries than the {size} that this log has: it was rolled back, or is another.",
        "Keep that checkpoint: it is the proof. Leave provenFrom out to export what is here.").At("provenFrom");

    public static GovernanceFault NotSigned() => new(FaultKind.Unavailable, "provost.export.not_signed",
        "No signed checkpoint covers the record of this export yet, which signs its manifest.",
        "Ask again in a second; if that does not help, /readyz says what the log waits for.");
}
