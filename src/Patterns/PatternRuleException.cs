namespace Provost.Patterns;

/// <summary>A rule, or a set of rules, that cannot be run with a bound; says which and why.</summary>
public sealed class PatternRuleException : Exception
{
    public PatternRuleException(string rule, string reason)
        : base($"rule '{rule}': {reason}")
    {
        Rule = rule;
        Reason = reason;
    }

    /// <summary>Id of the refused rule; <c>*</c> when the set as a whole is refused.</summary>
    public string Rule { get; }

    /// <summary>One sentence for the rule's author.</summary>
    public string Reason { get; }
}
