using Provost.WebConsole.Design;

namespace Provost.WebConsole.Decisions;

/// <summary>The mark of a decision.</summary>
public static class OutcomeWords
{
    /// <summary>The mark of an outcome; one not recorded yet is unknown, never good.</summary>
    public static Status Status(string? outcome) => outcome switch
    {
        "allowed" => Design.Status.Allowed,
        "redacted" => Design.Status.Redacted,
        "blocked" => Design.Status.Blocked,
        "held" => Design.Status.Held,
        "fallback" => Design.Status.Fallback,
        _ => Design.Status.Unknown,
    };
}
