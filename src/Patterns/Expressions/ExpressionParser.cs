using System.Globalization;
using System.Text;

namespace Provost.Patterns.Expressions;

/// <summary>Reads the subset of <see cref="PatternRule.Expression"/>; the rest is refused with its column.</summary>
internal sealed class ExpressionParser
{
    private const int MaxCount = 1000;
    private const int MaxDepth = 20;
    private const string Meta = @"\.[](){}|?*+^$";

    private readonly string _rule;
    private readonly string _text;
    private readonly bool _ignoreCase;
    private int _at;
    private int _depth;

    private ExpressionParser(string rule, string text, bool ignoreCase)
    {
        _rule = rule;
        _text = text;
        _ignoreCase = ignoreCase;
    }

    public static Expression Parse(string rule, string text, bool ignoreCase)
    {
        var parser = new ExpressionParser(rule, text, ignoreCase);
        var expression = parser.Choice();
        return parser._at == text.Length ? expression : throw parser.Refused("')' without '('");
    }

    /// <summary>Reads one class in brackets, such as <c>[A-Za-z0-9_-]</c>.</summary>
    public static ByteSet ParseClass(string rule, string text)
    {
        var parser = new ExpressionParser(rule, text, ignoreCase: false);
        if (!parser.Take('['))
        {
            throw parser.Refused("a class in brackets is wanted");
        }

        var set = parser.Class();
        return parser._at == text.Length ? set : throw parser.Refused("one class and nothing after it is wanted");
    }

    private Expression Choice()
    {
        var options = new List<Expression> { Sequence() };
        while (Take('|'))
        {
            options.Add(Sequence());
        }

        return options.Count == 1 ? options[0] : new Expression.Choice(options);
    }

    private Expression.Sequence Sequence()
    {
        var parts = new List<Expression>();
        while (_at < _text.Length && _text[_at] is not ('|' or ')'))
        {
            parts.Add(Quantified(Atom()));
        }

        return new Expression.Sequence(parts);
    }

    private Expression Atom()
    {
        if (Take('('))
        {
            return Group();
        }

        if (Take('['))
        {
            return new Expression.One(Cased(Class()));
        }

        if (Take('\\'))
        {
            return new Expression.One(Cased(Escape()));
        }

        if (Meta.Contains(_text[_at], StringComparison.Ordinal))
        {
            throw Refused(_text[_at] switch
            {
                '.' => "'.' matches anything: name the bytes in a class",
                '^' or '$' => "anchors are not supported: use NotAfter and NotBefore",
                var other => $"'{other}' has nothing to apply to: escape it",
            });
        }

        return Literal();
    }

    private Expression Group()
    {
        if (Peek('?'))
        {
            throw Refused("'(?' groups and options are not supported");
        }

        if (++_depth > MaxDepth)
        {
            throw Refused($"groups nest deeper than {MaxDepth}");
        }

        var inner = Choice();
        _depth--;
        return Take(')') ? inner : throw Refused("'(' is never closed");
    }

    private Expression Literal()
    {
        if (!Rune.TryGetRuneAt(_text, _at, out var rune))
        {
            throw Refused("half a surrogate pair");
        }

        _at += rune.Utf16SequenceLength;
        Span<byte> utf8 = stackalloc byte[4];
        var length = rune.EncodeToUtf8(utf8);
        if (length == 1)
        {
            return new Expression.One(Cased(ByteSet.Of(utf8[0])));
        }

        var bytes = new List<Expression>();
        foreach (var value in utf8[..length])
        {
            bytes.Add(new Expression.One(ByteSet.Of(value)));
        }

        return new Expression.Sequence(bytes);
    }

    private Expression Quantified(Expression inner)
    {
        if (Peek('*') || Peek('+'))
        {
            throw Refused($"'{_text[_at]}' has no bound: say {{n,m}}, or end the expression here and add a region");
        }

        Expression quantified;
        if (Take('?'))
        {
            quantified = new Expression.Repeat(inner, 0, 1);
        }
        else if (Take('{'))
        {
            quantified = Counted(inner);
        }
        else
        {
            return inner;
        }

        return Peek('?') || Peek('*') || Peek('+') || Peek('{')
            ? throw Refused("one quantifier follows another: lazy and possessive forms are not supported")
            : quantified;
    }

    private Expression.Repeat Counted(Expression inner)
    {
        var min = Number();
        var max = min;
        if (Take(','))
        {
            max = Peek('}') ? throw Refused("'{n,}' has no bound: say {n,m}, or add a region") : Number();
        }

        if (!Take('}') || max < min || max == 0)
        {
            throw Refused("a count is {n} or {n,m} with n not above m and m above 0");
        }

        return new Expression.Repeat(inner, min, max);
    }

    private int Number()
    {
        var from = _at;
        while (_at < _text.Length && char.IsAsciiDigit(_text[_at]))
        {
            _at++;
        }

        var digits = _text.AsSpan(from, _at - from);
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number <= MaxCount
            ? number
            : throw Refused($"a count is a number up to {MaxCount}");
    }

    private ByteSet Class()
    {
        if (Peek('^'))
        {
            throw Refused("a negated class matches what nobody thought of: name the bytes");
        }

        var set = default(ByteSet);
        while (!Take(']'))
        {
            var from = ClassMember();
            var isRange = _at + 1 < _text.Length && _text[_at] == '-' && _text[_at + 1] != ']';
            if (!isRange)
            {
                set |= from;
                continue;
            }

            _at++;
            var to = ClassMember();
            var (low, high) = (Single(from), Single(to));
            set |= low <= high ? ByteSet.Range(low, high) : throw Refused("a range runs backwards");
        }

        return set == default ? throw Refused("an empty class matches nothing") : set;
    }

    private ByteSet ClassMember()
    {
        if (_at >= _text.Length)
        {
            throw Refused("'[' is never closed");
        }

        if (Take('\\'))
        {
            return Escape();
        }

        var c = _text[_at++];
        return c < 128 ? ByteSet.Of((byte)c) : throw Refused("a class holds ASCII only");
    }

    private byte Single(ByteSet set)
    {
        for (var value = 0; value < 128; value++)
        {
            if (set == ByteSet.Of((byte)value))
            {
                return (byte)value;
            }
        }

        throw Refused("a range runs between two characters");
    }

    private ByteSet Escape()
    {
        var c = _at < _text.Length ? _text[_at++] : throw Refused("'\\' at the end");
        return c switch
        {
            'd' => ByteSet.Range((byte)'0', (byte)'9'),
            's' => ByteSet.Of((byte)' ') | ByteSet.Range(9, 13),
            'n' => ByteSet.Of((byte)'\n'),
            'r' => ByteSet.Of((byte)'\r'),
            't' => ByteSet.Of((byte)'\t'),
            _ when c < 128 && !char.IsAsciiLetterOrDigit(c) => ByteSet.Of((byte)c),
            _ => throw Refused($"'\\{c}' is not supported"),
        };
    }

    private ByteSet Cased(ByteSet set) => _ignoreCase ? set.WithBothCases() : set;

    private bool Peek(char c) => _at < _text.Length && _text[_at] == c;

    private bool Take(char c)
    {
        if (!Peek(c))
        {
            return false;
        }

        _at++;
        return true;
    }

    private PatternRuleException Refused(string reason) => new(_rule, $"column {_at + 1}: {reason}");
}
