using Provost.WebConsole.Design;

namespace Provost.WebConsole.Decisions;

/// <summary>Outcomes, endings and facts of a decision in words.</summary>
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

    /// <summary>What happened, as one sentence.</summary>
    public static string Sentence(string? outcome, string? code) => outcome switch
    {
        "allowed" => "The answer was released as the model gave it.",
        "redacted" => "A part was removed before any character of it left; the rest was released.",
        "blocked" => code is null
            ? "The call was refused."
            : $"The call was refused: {Reason(code)}",
        "held" => "The answer was held for a person.",
        "fallback" => "The approved fallback answered in the model's place.",
        _ => "The call began and its end is not recorded yet.",
    };

    /// <summary>How the answer ended.</summary>
    public static string Ending(string? ended) => ended switch
    {
        "complete" => "It ended complete.",
        "aborted_client" => "The client went away before the end.",
        "aborted_upstream" => "The provider broke off before the end.",
        "cut" => "It was cut before the end.",
        "unknown" => "How it ended is not known: the gateway stopped meanwhile.",
        _ => "",
    };

    private static string Reason(string code) => code switch
    {
        "provost.no_warrant" => "no warrant was in force.",
        "provost.composition_changed" => "what was sent was not what was approved.",
        "provost.paused" => "the system was paused.",
        "provost.killed" => "the system was killed.",
        "provost.budget" => "the budget of the key was used up.",
        "provost.rate" => "the key sent too many calls.",
        "provost.data_class" => "the data class was not allowed.",
        "provost.record_unavailable" => "it could not be recorded.",
        "provost.upstream" => "the provider failed.",
        "provost.upstream_timeout" => "the provider did not answer in time.",
        _ when code.StartsWith("provost.guardrail.", StringComparison.Ordinal) =>
            $"the guardrail {code["provost.guardrail.".Length..]} stopped it.",
        _ => $"{code}.",
    };
}
