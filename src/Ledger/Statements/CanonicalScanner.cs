using System.Text.Unicode;

namespace Provost.Ledger.Statements;

/// <summary>One pass over bytes that says whether they are canonical JSON; it builds nothing.</summary>
internal ref struct CanonicalScanner(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    /// <summary>The letter of a two-character escape, or 0 where RFC 8785 wants the six-character form.</summary>
    public static byte Shorthand(byte value) => value switch
    {
        (byte)'"' => (byte)'"',
        (byte)'\\' => (byte)'\\',
        0x08 => (byte)'b',
        0x09 => (byte)'t',
        0x0A => (byte)'n',
        0x0C => (byte)'f',
        0x0D => (byte)'r',
        _ => 0,
    };

    /// <summary>Keys need no escape at all, so that the order of their bytes is the order of RFC 8785.</summary>
    public static bool IsKey(ReadOnlySpan<byte> key) =>
        key.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E) < 0 && key.IndexOfAny((byte)'"', (byte)'\\') < 0;

    public bool Document() => Utf8.IsValid(_bytes) && Value(0) && _at == _bytes.Length;

    private bool Value(int depth)
    {
        if (_at == _bytes.Length)
            return false;

        return _bytes[_at] switch
        {
            (byte)'{' => depth < CanonicalWriter.MaxDepth && Object(depth + 1),
            (byte)'[' => depth < CanonicalWriter.MaxDepth && Array(depth + 1),
            (byte)'"' => Text(),
            (byte)'t' => Take("true"u8),
            (byte)'f' => Take("false"u8),
            (byte)'n' => Take("null"u8),
            _ => Integer(),
        };
    }

    private bool Object(int depth)
    {
        _at++;
        if (Take("}"u8))
            return true;

        ReadOnlySpan<byte> previous = default;
        for (var first = true; ; first = false)
        {
            if (!Take("\""u8))
                return false;

            var length = _bytes[_at..].IndexOf((byte)'"');
            if (length < 0)
                return false;

            var key = _bytes.Slice(_at, length);
            if (!IsKey(key) || (!first && previous.SequenceCompareTo(key) >= 0))
                return false;

            _at += length + 1;
            previous = key;
            if (!Take(":"u8) || !Value(depth))
                return false;

            if (!Take(","u8))
                return Take("}"u8);
        }
    }

    private bool Array(int depth)
    {
        _at++;
        if (Take("]"u8))
            return true;

        while (Value(depth))
        {
            if (!Take(","u8))
                return Take("]"u8);
        }

        return false;
    }

    private bool Text()
    {
        _at++;
        while (_at < _bytes.Length)
        {
            var value = _bytes[_at++];
            if (value == (byte)'"')
                return true;

            if (value < 0x20 || (value == (byte)'\\' && !Escape()))
                return false;
        }

        return false;
    }

    private bool Escape()
    {
        var rest = _bytes[_at..];
        if (rest.IsEmpty)
            return false;

        if (rest[0] != (byte)'u')
        {
            _at++;
            return "\"\\btnfr"u8.Contains(rest[0]);
        }

        if (rest.Length < 5 || !rest[1..3].SequenceEqual("00"u8) || rest[3] is not ((byte)'0' or (byte)'1'))
            return false;

        var low = "0123456789abcdef"u8.IndexOf(rest[4]);
        _at += 5;
        return low >= 0 && Shorthand((byte)(((rest[3] - '0') << 4) | low)) == 0;
    }

    private bool Integer()
    {
        var negative = Take("-"u8);
        var start = _at;
        long value = 0;
        while (_at < _bytes.Length && _bytes[_at] is >= (byte)'0' and <= (byte)'9' && _at - start < 17)
            value = (value * 10) + _bytes[_at++] - '0';

        var digits = _at - start;
        var leadingZero = digits > 0 && _bytes[start] == (byte)'0' && (digits > 1 || negative);
        return digits is > 0 and < 17 && !leadingZero && value <= CanonicalWriter.MaxInteger;
    }

    private bool Take(ReadOnlySpan<byte> token)
    {
        if (!_bytes[_at..].StartsWith(token))
            return false;

        _at += token.Length;
        return true;
    }
}
