using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Provost.Patterns.Digits;

/// <summary>What a code point is to a number written in digits.</summary>
internal static class CodePoints
{
    private static readonly FrozenSet<int> Dots = new[]
    {
        '.', 0x00B7, 0x2022, 0x2024, 0x2027, 0x2219, 0x22C5, 0x30FB, 0xFF0E, 0xFF65,
    }.ToFrozenSet();

    private static readonly FrozenSet<int> Dashes = new[] { 0x2043, 0x2212, 0x02D7, 0x00AF }.ToFrozenSet();

    /// <summary>The value of a decimal digit of any script, or -1.</summary>
    public static int Digit(Rune rune)
    {
        if (rune.IsAscii)
        {
            return (uint)(rune.Value - '0') <= 9 ? rune.Value - '0' : -1;
        }

        return Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber
            ? (int)Rune.GetNumericValue(rune)
            : -1;
    }

    /// <summary>
    /// Whether people, or those who hide a number, write this between its digits: spaces, dashes and dots of any
    /// script, and what shows nothing of its own (zero-width, formatting, combining and variation marks).
    /// </summary>
    public static bool IsGap(Rune rune)
    {
        if (rune.IsAscii)
        {
            return rune.Value is ' ' or '-' or '.';
        }

        return Rune.GetUnicodeCategory(rune) is UnicodeCategory.SpaceSeparator or UnicodeCategory.DashPunctuation
                or UnicodeCategory.Format or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
            || Dots.Contains(rune.Value)
            || Dashes.Contains(rune.Value);
    }

    /// <summary>Every pair of first two bytes of a number: a digit and what can follow its first byte.</summary>
    public static IReadOnlyList<(byte First, byte Second)> Beginnings => Pairs.Value;

    private static readonly Lazy<IReadOnlyList<(byte First, byte Second)>> Pairs = new(() =>
    {
        var pairs = new HashSet<(byte, byte)>();
        var followers = new HashSet<byte>();
        Span<byte> utf8 = stackalloc byte[4];
        for (var value = 0; value <= 0x10FFFF; value++)
        {
            if (!Rune.IsValid(value))
            {
                continue;
            }

            var rune = new Rune(value);
            var isDigit = Digit(rune) >= 0;
            if (!isDigit && !IsGap(rune))
            {
                continue;
            }

            var length = rune.EncodeToUtf8(utf8);
            followers.Add(utf8[0]);
            if (isDigit && length > 1)
            {
                pairs.Add((utf8[0], utf8[1]));
            }
        }

        for (var digit = (byte)'0'; digit <= (byte)'9'; digit++)
        {
            pairs.UnionWith(followers.Select(second => (digit, second)));
        }

        return [.. pairs];
    });

    /// <summary>Reads one code point; at the end of the text it needs more data.</summary>
    /// <param name="digit">Its value as a digit, or -1.</param>
    /// <param name="isGap">Whether it may stand between two digits.</param>
    public static OperationStatus Read(
        ReadOnlySpan<byte> text, int at, out int digit, out bool isGap, out int length)
    {
        if (at < text.Length && text[at] < 0x80)
        {
            var value = text[at];
            digit = (uint)(value - '0') <= 9 ? value - '0' : -1;
            isGap = value is (byte)' ' or (byte)'-' or (byte)'.';
            length = 1;
            return OperationStatus.Done;
        }

        var status = Rune.DecodeFromUtf8(text[at..], out var rune, out length);
        digit = status == OperationStatus.Done ? Digit(rune) : -1;
        isGap = status == OperationStatus.Done && digit < 0 && IsGap(rune);
        return status;
    }

    /// <summary>Whether a decimal digit ends right before <paramref name="at"/>; gives where it begins.</summary>
    public static bool DigitBefore(ReadOnlySpan<byte> text, int at, out int begins)
    {
        begins = at;
        if (at == 0)
        {
            return false;
        }

        if (text[at - 1] < 0x80)
        {
            begins = at - 1;
            return char.IsAsciiDigit((char)text[at - 1]);
        }

        var before = text[Math.Max(0, at - 4)..at];
        if (Rune.DecodeLastFromUtf8(before, out var rune, out var length) != OperationStatus.Done)
        {
            return false;
        }

        begins = at - length;
        return Digit(rune) >= 0;
    }
}
