using System.Buffers;

namespace Provost.Patterns.Digits;

/// <summary>
/// A number of so many decimal digits, of any script, with at most <see cref="MaxGap"/> separating or invisible code
/// points between two of them, judged by its value. Neither a digit before it nor one after it may touch it.
/// </summary>
public sealed record DigitShape
{
    /// <summary>Most digits that any shape can ask for.</summary>
    public const int Limit = 32;

    /// <summary>Fewest digits.</summary>
    public required int Min { get; init; }

    /// <summary>Most digits, at most <see cref="Limit"/>.</summary>
    public required int Max { get; init; }

    /// <summary>Most code points between two digits.</summary>
    public int MaxGap { get; init; } = 4;

    /// <summary>
    /// Take no number that begins right after a digit and a dot, as <c>0.4532015112830366</c> does after its point.
    /// </summary>
    public bool SkipFractions { get; init; }

    /// <summary>Judges the digits, as ASCII and without what stands between. Must be pure.</summary>
    public required PatternCheck Accepts { get; init; }

    /// <summary>Most bytes a match can have.</summary>
    internal int Longest => (Max * 4) + ((Max - 1) * MaxGap * 4);

    /// <summary>
    /// End of the longest match that begins at <paramref name="start"/>; <paramref name="start"/> for none.
    /// </summary>
    /// <returns>False when the text that has arrived does not decide it yet.</returns>
    internal bool TryMatch(
        ReadOnlySpan<byte> text, int start, bool end, IReadOnlyList<byte[]> ignored, out int matchEnd)
    {
        matchEnd = start;
        if (text[start] < 0x80 && !char.IsAsciiDigit((char)text[start]))
        {
            return true;
        }

        if (CodePoints.DigitBefore(text, start, out _) || (SkipFractions && IsFraction(text, start)))
        {
            return true;
        }

        Span<byte> digits = stackalloc byte[Limit];
        var count = 0;
        var gap = 0;
        for (var at = start; at < text.Length;)
        {
            var status = CodePoints.Read(text, at, out var digit, out var isGap, out var length);
            if (status == OperationStatus.NeedMoreData)
            {
                return end;
            }

            if (digit < 0)
            {
                // A first code point that is no digit, a gap too wide, or neither digit nor gap: no longer match.
                if (count == 0 || !isGap || ++gap > MaxGap)
                {
                    return true;
                }

                at += length;
                continue;
            }

            gap = 0;
            digits[count++] = (byte)('0' + digit);
            at += length;
            if (count >= Min && Counts(digits[..count], ignored))
            {
                if (!TryDigitAt(text, at, end, out var touched))
                {
                    return false;
                }

                matchEnd = touched ? matchEnd : at;
            }

            if (count == Max)
            {
                return true;
            }
        }

        return end;
    }

    private bool Counts(ReadOnlySpan<byte> digits, IReadOnlyList<byte[]> ignored)
    {
        foreach (var value in ignored)
        {
            if (digits.SequenceEqual(value))
            {
                return false;
            }
        }

        return Accepts(digits);
    }

    /// <summary>Whether a digit stands at <paramref name="at"/>; false when that is not known yet.</summary>
    private static bool TryDigitAt(ReadOnlySpan<byte> text, int at, bool end, out bool isDigit)
    {
        var status = CodePoints.Read(text, at, out var digit, out _, out _);
        isDigit = digit >= 0;
        return status != OperationStatus.NeedMoreData || end;
    }

    private static bool IsFraction(ReadOnlySpan<byte> text, int start) =>
        start >= 2 && text[start - 1] == '.' && CodePoints.DigitBefore(text, start - 1, out _);
}
