namespace Provost.Control.Governance;

/// <summary>Words of a person that stand in the log for good, in clear: short, printable, no personal data.</summary>
internal static class PlainWords
{
    private const int Longest = 200;

    /// <summary>What is wrong with a text, null when nothing is.</summary>
    /// <param name="text">The text.</param>
    /// <param name="field">Its name in the request.</param>
    public static GovernanceFault? Check(string? text, string field) =>
        text is { Length: >= 3 and <= Longest } && text.Trim() == text && !text.Any(char.IsControl)
            ? null
            : new GovernanceFault(FaultKind.Invalid, "provost.bad_request",
                $"{field} has 3 to {Longest} printable characters.",
                "Name the rule or the case, without anything about a person: it stands in the log for good.").At(field);
}
