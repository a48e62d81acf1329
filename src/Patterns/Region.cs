namespace Provost.Patterns;

/// <summary>
/// What continues a match without a bound of its own. Either every further byte of a class (<see cref="While"/>), or
/// everything up to a terminator and the tail after it (<see cref="Until"/>).
/// </summary>
/// <remarks>
/// While a region runs, its rule does not start again, but every other rule does. A region that exceeds its cap cuts a
/// redacted text there: nothing after it can be told from it.
/// </remarks>
public sealed record Region
{
    private Region()
    {
    }

    /// <summary>Class of the continuing bytes, or of the tail after the terminator.</summary>
    internal string Class { get; private init; } = "";

    internal string? Terminator { get; private init; }

    /// <summary>Most bytes of the region (the tail apart).</summary>
    internal int Cap { get; private init; }

    /// <summary>Most bytes of the tail.</summary>
    internal int TailCap { get; private init; }

    /// <param name="characterClass">A class that holds every byte the rule's expression can match.</param>
    /// <param name="cap">Most bytes.</param>
    public static Region While(string characterClass, int cap) => new() { Class = characterClass, Cap = cap };

    /// <param name="terminator">Literal ASCII text that ends the region.</param>
    /// <param name="tailClass">Bytes right after the terminator that still belong to it.</param>
    /// <param name="tailCap">Most bytes of that tail.</param>
    /// <param name="cap">Most bytes up to and with the terminator.</param>
    public static Region Until(string terminator, string tailClass, int tailCap, int cap) =>
        new() { Terminator = terminator, Class = tailClass, TailCap = tailCap, Cap = cap };
}
