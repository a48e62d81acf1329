using Provost.Control.Governance;

namespace Provost.Control.Import;

/// <summary>Every no of this folder, with its stable code.</summary>
internal static class ImportErrors
{
    public static GovernanceFault TooLong() => new GovernanceFault(FaultKind.Invalid, "provost.import.too_long",
        "An inventory has at most a million characters.", "Import it in parts; what is registered is left as it is.")
        .At("csv");

    public static GovernanceFault Bad(IReadOnlyList<FaultDetail> details) => new(
        FaultKind.Invalid, "provost.import.invalid",
        details.Count == 1
            ? "The inventory has one fault; nothing was registered."
            : $"The inventory has {details.Count} faults; nothing was registered.",
        "Each fault says its line, its column and what to write instead.")
    { Details = details };
}
