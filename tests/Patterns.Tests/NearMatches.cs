using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Provost.Patterns.Digits;
using Provost.Patterns.Streaming;

namespace Provost.Patterns.Tests;

/// <summary>Rules that overlap in every way, and texts made of their pieces.</summary>
internal static class NearMatches
{
    public static IReadOnlyList<PatternRule> Rules { get; } =
    [
        new()
        {
            Id = "number",
            Digits = new DigitShape { Min = 5, Max = 8, MaxGap = 2, Accepts = digits => DigitSum(digits) % 3 == 0 },
        },
        new() { Id = "run", Expression = "ab[ab]{2,5}c", NotAfter = "[a-c]" },
        new() { Id = "assignment", Expression = "key=([a-d]{4}|\\d{2,6})", NotBefore = "[a-d]" },
        new()
        {
            Id = "armoured",
            Expression = "-BEGIN ?-",
            Region = Region.Until("-END-", "[- ]", tailCap: 3, cap: 20),
        },
        new() { Id = "token", Expression = "tok_[a-d]{3}", Region = Region.While("[a-dtok_]", cap: 12) },
        new() { Id = "inner", Expression = "bcab", IgnoreCase = true },
        new() { Id = "accented", Expression = "é{2}a?" },
    ];

    private static readonly string[] Pieces =
    [
        "a", "b", "c", "ab", "abab", "ababc", "bcab", "BCab", "key=", "key=abcd", "key=12", "d", "-BEGIN-", "-BEGIN -",
        "-END-", "--END--", "-END", "BEGIN", "tok_", "tok_abc", "tok_abcd", "t", "o", "_", "é", "éé", "1", "2", "33",
        "300", "12 34 5", "\u06612", "１２３", "\u200B", "\u00A0", "\u2013", " ", ".", "-", "word", "12345", "\u0301",
        "0", "kabcab", "=", "\n",
    ];

    private static readonly byte[][] Broken =
        [[0xFF], [0xE2], [0xE2, 0x80], [0x80], [0xC3], [0xF0, 0x9F], [0xEF, 0xBC], [0xD9], [0xED, 0xA0, 0x80]];

    public static Gen<byte[]> Texts { get; } =
        from pieces in Gen.Frequency(
            (14, Gen.Elements(Pieces).Select(Encoding.UTF8.GetBytes)), (1, Gen.Elements(Broken))).ListOf()
        select pieces.SelectMany(p => p).ToArray();

    public static Gen<(PatternEffect Effect, string Placeholder)[]> Effects { get; } =
        from effects in Gen.Frequency(
                (6, Gen.Constant(PatternEffect.Redact)),
                (2, Gen.Constant(PatternEffect.Report)),
                (1, Gen.Constant(PatternEffect.Block)))
            .ArrayOf(Rules.Count)
        select effects.Select((e, i) => (e, $"<{Rules[i].Id}>")).ToArray();

    /// <summary>Lengths of the pieces that a text arrives in; mostly short, zero included.</summary>
    public static Gen<int[]> Cuts { get; } =
        Gen.Frequency((5, Gen.Choose(0, 4)), (1, Gen.Choose(5, 40))).NonEmptyListOf().Select(cuts => cuts.ToArray());

    public static IEnumerable<byte[]> Cut(byte[] text, int[] cuts)
    {
        var at = 0;
        for (var i = 0; at < text.Length; i++)
        {
            // A list of nothing but zeros would never end.
            var length = Math.Min(Math.Max(cuts[i % cuts.Length], i >= cuts.Length ? 1 : 0), text.Length - at);
            yield return text[at..(at + length)];
            at += length;
        }
    }

    private static int DigitSum(ReadOnlySpan<byte> digits)
    {
        var sum = 0;
        foreach (var digit in digits)
        {
            sum += digit - '0';
        }

        return sum;
    }
}
