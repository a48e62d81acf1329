using System.Text.Json;

namespace Provost.Gateway.Guardrails;

/// <summary>One entry of <c>guardrails.input</c> or <c>guardrails.output</c> of a release.</summary>
/// <param name="Settings">Every further key of the entry, null when there is none.</param>
public sealed record GuardrailUse(string Id, GuardrailAction Action, JsonElement? Settings);

/// <summary>What a finding does, as the manifest says it.</summary>
public enum GuardrailAction
{
    /// <summary>Counted in the record only: a guardrail on trial.</summary>
    Allow,

    /// <summary>Passes, and the decision is flagged.</summary>
    Flag,

    /// <summary>Replaced by a placeholder.</summary>
    Redact,

    /// <summary>Nothing from the finding on leaves; the call is refused.</summary>
    Block,

    /// <summary>Nothing from the finding on leaves; the approved fallback answers.</summary>
    Fallback,
}

/// <summary>What a guardrail decided, weakest first: of two, the stronger one holds.</summary>
public enum GuardrailVerdict
{
    Allow,
    Flag,
    Redact,
    Fallback,
    Block,
}
