using System.Buffers;
using System.Text;

namespace Provost.Gateway.Protocols;

/// <summary>
/// Strings of JSON as text and back. A lone half of a surrogate pair becomes U+FFFD: it is no text, and no reader
/// downstream may see something else than what was inspected.
/// </summary>
internal static class JsonText
{
    /// <summary>Decodes what stands between the quotes of a valid JSON string.</summary>
    public static void Unescape(ReadOnlySpan<byte> raw, ByteBuffer into)
    {
        while (true)
        {
            var at = raw.IndexOf((byte)'\\');
            if (at < 0)
            {
                into.Write(raw);
                return;
            }

            into.Write(raw[..at]);
            raw = raw[at..];
            raw = raw[1] == (byte)'u' ? Unicode(raw, into) : Simple(raw, into);
        }
    }

    /// <summary>Writes text as a JSON string with its quotes, escaping only what the grammar demands.</summary>
    public static void WriteQuoted(ReadOnlySpan<byte> utf8, ByteBuffer into)
    {
        into.Write((byte)'"');
        while (true)
        {
            var at = utf8.IndexOfAny(MustEscape);
            if (at < 0)
            {
                into.Write(utf8);
                break;
            }

            into.Write(utf8[..at]);
            WriteEscape(utf8[at], into);
            utf8 = utf8[(at + 1)..];
        }

        into.Write((byte)'"');
    }

    private static void WriteEscape(byte value, ByteBuffer into)
    {
        var letter = value switch
        {
            (byte)'"' => (byte)'"',
            (byte)'\\' => (byte)'\\',
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            _ => (byte)0,
        };
        into.Write((byte)'\\');
        if (letter != 0)
        {
            into.Write(letter);
            return;
        }

        into.Write("u00"u8);
        into.Write("0123456789abcdef"u8[value >> 4]);
        into.Write("0123456789abcdef"u8[value & 15]);
    }

    private static ReadOnlySpan<byte> Simple(ReadOnlySpan<byte> raw, ByteBuffer into)
    {
        into.Write(raw[1] switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            (byte)'b' => (byte)'\b',
            (byte)'f' => (byte)'\f',
            var other => other,
        });
        return raw[2..];
    }

    private static ReadOnlySpan<byte> Unicode(ReadOnlySpan<byte> raw, ByteBuffer into)
    {
        var unit = Hex(raw[2..6]);
        raw = raw[6..];
        var rune = Rune.ReplacementChar;
        if (char.IsHighSurrogate(unit) && raw.Length >= 6 && raw[0] == '\\' && raw[1] == 'u'
            && char.IsLowSurrogate(Hex(raw[2..6])))
        {
            rune = new Rune(unit, Hex(raw[2..6]));
            raw = raw[6..];
        }
        else if (!char.IsSurrogate(unit))
        {
            rune = new Rune(unit);
        }

        into.Advance(rune.EncodeToUtf8(into.GetSpan(4)));
        return raw;
    }

    private static char Hex(ReadOnlySpan<byte> four)
    {
        var value = 0;
        foreach (var digit in four)
        {
            value = (value << 4) | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        return (char)value;
    }

    private static readonly SearchValues<byte> MustEscape = SearchValues.Create(
    [
        .. Enumerable.Range(0, 32).Select(i => (byte)i), (byte)'"', (byte)'\\',
    ]);
}
