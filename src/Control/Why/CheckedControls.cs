using Provost.Ledger.Records;

namespace Provost.Control.Why;

/// <summary>What one guardrail did to one call, for people.</summary>
/// <param name="Guardrail">Guardrail, or guardrail and rule where a rule found something.</param>
/// <param name="Surface">Direction, or what of it was looked at; empty in records that do not say.</param>
/// <param name="Mode">enforced, shadow, skipped or failed.</param>
/// <param name="Verdict">allow, flag, redact, fallback, block; null where it gave none.</param>
/// <param name="Words">One sentence.</param>
public sealed record CheckedControl(string Guardrail, string Surface, string Mode, string? Verdict, string Words);

/// <summary>Turns a record's report into one line a guardrail and direction, none left out.</summary>
public static class CheckedControls
{
    /// <summary>Findings and failures first, then those that looked and found nothing, then those that did not
    /// look.</summary>
    public static IReadOnlyList<CheckedControl> Of(GuardrailReport report)
    {
        var quiet = report.Ran.Distinct().Select(Ran)
            .Where(ran => !report.Exceptions.Any(e => Found(e, ran.Guardrail, ran.Surface)));
        return
        [
            .. report.Exceptions.Where(e => e.Mode != "skipped").Select(Exception),
            .. quiet,
            .. report.Exceptions.Where(e => e.Mode == "skipped").Select(Exception),
        ];
    }

    /// <summary>Why a guardrail did not look, as an end of "It did not look: ".</summary>
    public static string Why(string? reason) => reason switch
    {
        "refused" => "the call was refused before its texts were read, and nothing was passed on",
        "input_blocked" => "the input was blocked, so there was no answer",
        "fallback" => "the approved fixed answer was given and the model was not asked",
        "no_answer" => "no answer came from the model",
        "unreadable" => "the answer could not be read, and nothing of it was released",
        "fault" => "it failed, and a missing answer is a block",
        "unchecked" => "the request has a part that cannot be looked into, and that is a block",
        "unknown" => "the gateway stopped before it had recorded how the call ended",
        "missing" => "the record does not name it",
        _ => reason ?? "the record does not say why",
    };

    /// <summary><c>input:pii</c> or <c>output:pii:shadow</c>; records of before decision 8 have <c>pii</c>.</summary>
    private static CheckedControl Ran(string text)
    {
        var parts = text.Split(':');
        var (surface, id) = parts.Length > 1 ? (parts[0], parts[1]) : ("", text);
        return parts is [_, _, "shadow"]
            ? new CheckedControl(id, surface, "shadow", null, "Looked and found nothing; it is on trial.")
            : new CheckedControl(id, surface, "enforced", null, "Looked and found nothing.");
    }

    private static bool Found(GuardrailException found, string guardrail, string direction) =>
        found.Reason is null
        && (found.Id == guardrail || found.Id.StartsWith(guardrail + ".", StringComparison.Ordinal))
        && (direction.Length == 0 || DirectionOf(found.Surface) == direction);

    /// <summary>Surfaces of what a client sends are the input's, of what a model answers the output's.</summary>
    private static string DirectionOf(string surface) => surface.Split('.')[0] switch
    {
        "tool_result" or "retrieval" => "input",
        "tool_call" => "output",
        var direction => direction,
    };

    private static CheckedControl Exception(GuardrailException e) => new(
        e.Id, e.Surface, e.Mode, e.Verdict, (e.Mode, e.Reason) switch
        {
            ("skipped", _) => $"Did not look: {Why(e.Reason)}.",
            ("failed", { } reason) => $"Did not look: {Why(reason)}.",
            ("failed", null) => "Failed, and a missing answer is a block.",
            _ => $"{(e.Count == 1 ? "1 finding" : $"{e.Count} findings")}, {Done(e.Verdict)}"
                + (e.Mode == "shadow" ? " and only counted: it is on trial" : "")
                + (e.Score is { } score ? $", score {score}" : "") + ".",
        });

    private static string Done(string? verdict) => verdict switch
    {
        "redact" => "redacted",
        "block" => "blocked",
        "flag" => "flagged",
        "hold" => "held for a person",
        "allow" => "allowed",
        "fallback" => "answered by the approved fallback",
        _ => verdict ?? "no verdict",
    };
}
