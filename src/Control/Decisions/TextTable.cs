using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Provost.Control.Decisions;

/// <summary>
/// Texts that recur from leaf to leaf (a system, a release, a model), made once and then found by their bytes. Bounded:
/// a place holds the last text that fell on it, so texts that clients choose push out others and nothing more. Safe for
/// concurrent use.
/// </summary>
internal sealed class TextTable
{
    private const int Places = 4096; // a power of two
    private const int LongestBytes = 128;

    private readonly string?[] _texts = new string?[Places];

    /// <summary>The string that a reader stands on.</summary>
    public string Of(ref Utf8JsonReader json)
    {
        var utf8 = json.ValueSpan;
        if (json.ValueIsEscaped || utf8.Length is 0 or > LongestBytes)
            return json.GetString()!;

        ref var place = ref _texts[PlaceOf(utf8)];
        return place is { } known && Ascii.Equals(utf8, known) ? known : place = json.GetString()!;
    }

    /// <summary>Length, beginning and end tell apart what recurs: digests, ids, names.</summary>
    private static int PlaceOf(ReadOnlySpan<byte> utf8)
    {
        ulong first, last;
        if (utf8.Length >= sizeof(ulong))
        {
            first = BinaryPrimitives.ReadUInt64LittleEndian(utf8);
            last = BinaryPrimitives.ReadUInt64LittleEndian(utf8[^sizeof(ulong)..]);
        }
        else
        {
            first = 0;
            foreach (var unit in utf8)
                first = (first << 8) | unit;
            last = 0;
        }

        var mixed = ((first * 31) + last + (ulong)utf8.Length) * 0x9E3779B97F4A7C15; // 2^64 / golden ratio
        return (int)(mixed >> 52);
    }
}
