namespace Provost.Gateway.Guardrails;

/// <summary>What one rule found on one surface.</summary>
/// <param name="Surface">input, output, tool_call, tool_result or retrieval.</param>
/// <param name="Mode"><c>enforced</c>, <c>shadow</c> (action allow) or <c>failed</c>.</param>
/// <param name="Count">Findings; those of one rule that overlap are one.</param>
public sealed record GuardrailResult(
    string Guardrail, string Rule, string Surface, string Mode, GuardrailVerdict Verdict, int Count)
{
    /// <summary>As records name it: <c>pii.card</c>.</summary>
    public string Id => $"{Guardrail}.{Rule}";
}

/// <summary>What a set of guardrails says about one whole text.</summary>
/// <param name="Changed">Whether the rewritten text takes the place of the original.</param>
/// <param name="Code">
/// With verdict block or fallback: <c>guardrail.</c> and the id, or <c>guardrail.fault</c>; <c>provost.</c> goes before
/// it on the wire.
/// </param>
public sealed record Inspection(
    GuardrailVerdict Verdict, bool Changed, string? Code, IReadOnlyList<GuardrailResult> Results)
{
    /// <summary>Nothing found: the text passes as it is.</summary>
    public static Inspection Clean { get; } = new(GuardrailVerdict.Allow, false, null, []);

    /// <summary>Whether the text may go on, changed or not.</summary>
    public bool Passes => Verdict < GuardrailVerdict.Fallback;
}
