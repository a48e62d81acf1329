using System.Text;
using Provost.Patterns.Digits;
using Provost.Patterns.Expressions;

namespace Provost.Patterns;

/// <summary>A rule made ready: what remains to be asked once its shape has matched.</summary>
internal sealed class CompiledRule
{
    private readonly byte[][] _ignored;
    private readonly bool[]? _notBefore;
    private readonly int _fixedPrefix;

    private CompiledRule(PatternRule rule, Expression? expression)
    {
        Rule = rule;
        Expression = expression;
        _ignored = [.. rule.Ignored.Select(value => Encoding.UTF8.GetBytes(value))];
        _fixedPrefix = expression?.FixedPrefix ?? 0;
        _notBefore = rule.NotBefore is null ? null : ExpressionParser.ParseClass(rule.Id, rule.NotBefore).ToTable();
        NotAfter = rule.NotAfter is null ? default : ExpressionParser.ParseClass(rule.Id, rule.NotAfter);
        Region = rule.Region is null ? null : new CompiledRegion(rule.Id, rule.Region, expression);
        Longest = (int)(expression?.Longest ?? rule.Digits!.Longest) + (rule.Digits is null ? 1 : 4);
    }

    public PatternRule Rule { get; }

    public Expression? Expression { get; }

    public DigitShape? Digits => Rule.Digits;

    public ByteSet NotAfter { get; }

    public CompiledRegion? Region { get; }

    /// <summary>Most bytes that must be seen to decide one start.</summary>
    public int Longest { get; }

    public IReadOnlyList<byte[]> Ignored => _ignored;

    public static CompiledRule From(PatternRule rule, int maxLength)
    {
        if (rule.Id.Length == 0 || (rule.Expression is null) == (rule.Digits is null))
        {
            throw new PatternRuleException(rule.Id, "a rule has an id and either an expression or digits");
        }

        if (rule.Digits is { } shape)
        {
            return shape is { Min: >= 3, Max: <= DigitShape.Limit, MaxGap: >= 0 and <= 8 } && shape.Min <= shape.Max
                ? new CompiledRule(rule, null)
                : throw new PatternRuleException(
                    rule.Id, $"digits run from 3 to {DigitShape.Limit}, with at most 8 code points between two");
        }

        var expression = ExpressionParser.Parse(rule.Id, rule.Expression!, rule.IgnoreCase);
        if (expression.Shortest < 3)
        {
            throw new PatternRuleException(rule.Id, "it matches fewer than 3 bytes: too short to be told from text");
        }

        return expression.Longest <= maxLength
            ? new CompiledRule(rule, expression)
            : throw new PatternRuleException(
                rule.Id, $"it matches up to {expression.Longest} bytes; {maxLength} is the most, add a region beyond");
    }

    /// <summary>Whether the byte after a match lets it stand; null when it has not arrived.</summary>
    public bool? EndsAt(ReadOnlySpan<byte> text, int at, bool end)
    {
        if (_notBefore is null)
        {
            return true;
        }

        return at < text.Length ? !_notBefore[text[at]] : end ? true : null;
    }

    /// <summary>Whether bytes of the right shape are a finding.</summary>
    public bool Accepts(ReadOnlySpan<byte> match)
    {
        foreach (var value in _ignored)
        {
            if (match.SequenceEqual(value))
            {
                return false;
            }
        }

        return (Rule.EntropyFloor <= 0 || Entropy(match[_fixedPrefix..]) >= Rule.EntropyFloor)
            && (Rule.Check is null || Rule.Check(match));
    }

    /// <summary>Shannon entropy of the bytes' frequencies, in bits per byte.</summary>
    internal static double Entropy(ReadOnlySpan<byte> bytes)
    {
        Span<int> counts = stackalloc int[256];
        counts.Clear();
        foreach (var value in bytes)
        {
            counts[value]++;
        }

        var entropy = 0.0;
        foreach (var count in counts)
        {
            if (count > 0)
            {
                var share = (double)count / bytes.Length;
                entropy -= share * Math.Log2(share);
            }
        }

        return entropy;
    }
}

/// <summary>A region made ready.</summary>
internal sealed class CompiledRegion
{
    private readonly bool[] _class;

    public CompiledRegion(string rule, Region region, Expression? expression)
    {
        var set = ExpressionParser.ParseClass(rule, region.Class);
        _class = set.ToTable();
        Terminator = region.Terminator is null ? [] : Encoding.ASCII.GetBytes(region.Terminator);
        Cap = region.Cap;
        TailCap = region.TailCap;
        if (expression is null)
        {
            throw new PatternRuleException(rule, "digits have a bound and no region");
        }

        if (region.Terminator is null && !set.ContainsAll(expression.Alphabet))
        {
            // Otherwise a second beginning inside the region could reach past its end and be passed over.
            throw new PatternRuleException(rule, "the region's class must hold every byte its expression can match");
        }

        if (Cap < 1 || (region.Terminator is not null && Terminator.Length < 3))
        {
            throw new PatternRuleException(rule, "a region has a cap of 1 or more, a terminator of 3 bytes or more");
        }
    }

    public byte[] Terminator { get; }

    public int Cap { get; }

    public int TailCap { get; }

    public bool Continues(byte value) => _class[value];

    /// <summary>Length of the terminator's prefix that the text ends with after one more byte.</summary>
    public int Advance(int matched, byte value)
    {
        while (true)
        {
            if (Terminator[matched] == value)
            {
                return matched + 1;
            }

            if (matched == 0)
            {
                return 0;
            }

            matched = Border(matched);
        }
    }

    /// <summary>The longest proper prefix of so many first bytes that is also their suffix.</summary>
    private int Border(int length)
    {
        for (var border = length - 1; border > 0; border--)
        {
            if (Terminator.AsSpan(0, border).SequenceEqual(Terminator.AsSpan(length - border, border)))
            {
                return border;
            }
        }

        return 0;
    }
}
