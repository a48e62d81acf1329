using System.Text;

namespace Provost.Patterns.Streaming;

/// <summary>What a finding does to the text it stands in.</summary>
public enum PatternEffect
{
    /// <summary>Counted; the text passes as it is.</summary>
    Report,

    /// <summary>Replaced by the rule's placeholder.</summary>
    Redact,

    /// <summary>The text ends right before it.</summary>
    Block,
}

/// <summary>A set of rules with the effect of each: the shared, immutable half of a <see cref="HoldBack"/>.</summary>
public sealed class RedactionPlan
{
    private readonly (PatternEffect Effect, byte[] Placeholder)[] _rules;

    /// <param name="patterns">The rules.</param>
    /// <param name="effects">Effect and placeholder of each, in the order of the rules.</param>
    public RedactionPlan(PatternSet patterns, IReadOnlyList<(PatternEffect Effect, string Placeholder)> effects)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(effects.Count, patterns.Rules.Count);
        Patterns = patterns;
        _rules = [.. effects.Select(e => (e.Effect, Encoding.UTF8.GetBytes(e.Placeholder)))];
    }

    public PatternSet Patterns { get; }

    internal PatternEffect EffectOf(int rule) => _rules[rule].Effect;

    internal ReadOnlySpan<byte> PlaceholderOf(int rule) => _rules[rule].Placeholder;
}
