using System.Text.Json;
using Provost.Patterns;

namespace Provost.Gateway.Guardrails;

/// <summary>
/// A check of texts while a call runs, as rules that are compiled together with those of every other guardrail of the
/// release into one matcher. Immutable, pure, without input or output; what its rules throw blocks the call.
/// </summary>
public interface IGuardrail
{
    /// <summary>The rules in force; the id of each also names its placeholder, as <c>[card]</c>.</summary>
    IReadOnlyList<PatternRule> Rules { get; }
}

/// <summary>What the catalog asks of a kind of guardrail before there is one.</summary>
public interface IGuardrail<TSelf> : IGuardrail
    where TSelf : IGuardrail<TSelf>
{
    /// <summary>The id in manifests.</summary>
    static abstract string Id { get; }

    /// <summary>
    /// Goes into the digest of a set beside the rules themselves: raise it when code that judges a match changes.
    /// </summary>
    static abstract int Edition { get; }

    /// <summary>Reads the settings of one use strictly: what it does not know, it refuses.</summary>
    /// <param name="settings">An object, or null where the manifest gives none.</param>
    static abstract GuardrailReading Read(JsonElement? settings);
}

/// <summary>A guardrail with its settings, or everything that is wrong with them.</summary>
public abstract record GuardrailReading
{
    private GuardrailReading()
    {
    }

    public sealed record Sound(IGuardrail Guardrail) : GuardrailReading;

    public sealed record Refused(IReadOnlyList<GuardrailFault> Faults) : GuardrailReading;
}

/// <summary>Why a use of a guardrail is refused.</summary>
/// <param name="Field">Where in the use: <c>id</c>, <c>action</c>, or the path of a setting as <c>rules[0]</c>.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Remedy">What to write instead.</param>
public sealed record GuardrailFault(string Field, string Message, string Remedy);
