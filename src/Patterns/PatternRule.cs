using System.Globalization;
using Provost.Patterns.Digits;

namespace Provost.Patterns;

/// <summary>
/// One thing to look for, as data: either an <see cref="Expression"/> or <see cref="Digits"/>. The match of a rule at a
/// start is the longest one there that every condition below accepts.
/// </summary>
public sealed record PatternRule
{
    /// <summary>Stable name, unique in its set: <c>card</c>, <c>github-token</c>.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// A bounded expression over bytes: literals, <c>[classes]</c> of ASCII, <c>\d</c>, <c>\s</c>, groups,
    /// <c>|</c>, <c>?</c>, <c>{n}</c>, <c>{n,m}</c>. <c>*</c>, <c>+</c>, <c>{n,}</c>, <c>.</c>, anchors and negated
    /// classes are refused: what has no bound has no bounded hold-back (see <see cref="Region"/>).
    /// </summary>
    public string? Expression { get; init; }

    /// <summary>Decimal digits with separators between them, judged by value.</summary>
    public DigitShape? Digits { get; init; }

    /// <summary>ASCII letters of the expression match in either case.</summary>
    public bool IgnoreCase { get; init; }

    /// <summary>A class such as <c>[A-Za-z0-9]</c>: the byte before the match must not be in it.</summary>
    public string? NotAfter { get; init; }

    /// <summary>A class: the byte after the match must not be in it.</summary>
    public string? NotBefore { get; init; }

    /// <summary>
    /// Least Shannon entropy, in bits per byte, of the match after its fixed prefix. Keeps <c>AKIAXXXXXXXXXXXXXXXX</c>
    /// of a manual from being a finding.
    /// </summary>
    public double EntropyFloor { get; init; }

    /// <summary>Exact values that are not findings; for digits, the digits alone.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>A last condition on the bytes of the match, such as a checksum. Must be pure.</summary>
    public PatternCheck? Check { get; init; }

    /// <summary>What follows the match and belongs to it: the expression is then only its beginning.</summary>
    public Region? Region { get; init; }

    /// <summary>
    /// One line with everything that decides a match, but for the code of a check: for digests that must change with
    /// the rule.
    /// </summary>
    public string Describe()
    {
        var shape = Digits is null ? "" : $"{Digits.Min}-{Digits.Max}/{Digits.MaxGap}/{Digits.SkipFractions}";
        var region = Region is null
            ? ""
            : $"{Region.Class}/{Region.Terminator}/{Region.Cap}/{Region.TailCap}";
        var floor = EntropyFloor.ToString(CultureInfo.InvariantCulture);
        string[] parts =
        [
            Id, Expression ?? "", shape, IgnoreCase ? "i" : "", NotAfter ?? "", NotBefore ?? "", floor, region,
            Check is null ? "" : "checked", .. Ignored.Order(StringComparer.Ordinal),
        ];

        // Lengths in front keep two different rules from making the same line.
        return string.Concat(parts.Select(part => $"{part.Length}:{part},"));
    }
}

/// <summary>Whether these bytes, which have the rule's shape, are a finding.</summary>
public delegate bool PatternCheck(ReadOnlySpan<byte> match);
