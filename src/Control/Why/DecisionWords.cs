namespace Provost.Control.Why;

/// <summary>Outcomes, refusals and endings in plain words, for console, command line and API alike.</summary>
public static class DecisionWords
{
    /// <summary>What happened, as one sentence.</summary>
    /// <param name="outcome">As recorded; null while no outcome is.</param>
    /// <param name="code">The refusal's stable code, null without one.</param>
    public static string Happened(string? outcome, string? code) => outcome switch
    {
        "allowed" => "The answer was released as the model gave it.",
        "redacted" => "A part was removed before any character of it left; the rest was released.",
        "blocked" => code is null
            ? "The call was refused."
            : $"The call was refused: {Rule(code)}",
        "held" => "The answer was held for a person.",
        "fallback" => "The approved fallback answered in the model's place.",
        _ => "The call began and its end is not recorded yet.",
    };

    /// <summary>How the answer ended; empty where nothing is known.</summary>
    public static string Ended(string? ended) => ended switch
    {
        "complete" => "It ended complete.",
        "aborted_client" => "The client went away before the end.",
        "aborted_upstream" => "The provider broke off before the end.",
        "cut" => "It was cut before the end.",
        "unknown" => "How it ended is not known: the gateway stopped meanwhile.",
        _ => "",
    };

    /// <summary>The rule behind a refusal's code.</summary>
    public static string Rule(string code) => code switch
    {
        "provost.no_warrant" => "no warrant was in force.",
        "provost.composition_changed" => "what was sent was not what was approved.",
        "provost.kind.chain" => "a chain is not called itself; its components are.",
        "provost.vendor.shutdown" => "the provider had ended the approved model.",
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
