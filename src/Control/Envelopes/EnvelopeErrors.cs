using Provost.Control.Governance;

namespace Provost.Control.Envelopes;

/// <summary>Every no of envelopes, with its stable code.</summary>
internal static class EnvelopeErrors
{
    private const string OrPersons = "or have it approved by persons: provost approve.";

    public static GovernanceFault Closed(IReadOnlyList<string> why) => new(FaultKind.Conflict,
        "provost.envelopes.closed", $"The envelope takes no further variant: {string.Join("; ", why)}.",
        $"Wait until it is open again, {OrPersons}");

    public static GovernanceFault Outside(IReadOnlyList<string> why) => new(FaultKind.Forbidden,
        "provost.envelopes.outside", $"The release is outside the envelope: {string.Join("; ", why)}.",
        $"Bring each part back within its bound in another version, {OrPersons}");

    public static GovernanceFault Unproven(IReadOnlyList<string> why) => new(FaultKind.Conflict,
        "provost.envelopes.unproven", $"The envelope's evidence is missing: {string.Join("; ", why)}.",
        $"Test it with provost test --release, {OrPersons}");

    public static GovernanceFault Unknown(Guid warrant) => new GovernanceFault(FaultKind.NotFound,
        "provost.envelopes.unknown", $"Warrant {warrant} has no envelope.", "See provost envelope list.").At("id");

    public static GovernanceFault NoVariant(string release) => new(FaultKind.NotFound,
        "provost.envelopes.no_variant", $"{release} names no parent that was approved with an envelope.",
        "Name that release under spec.parent in another version.");
}
