namespace Provost.Patterns;

/// <summary>One match: index of the rule in its set, first byte, number of bytes.</summary>
public readonly record struct Finding(int Rule, int Start, int Length)
{
    /// <summary>First byte after the match.</summary>
    public int End => Start + Length;
}
