using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Provost.Patterns;

/// <summary>
/// Which pairs of bytes a match can begin with, apart for starts right after an ASCII digit: two times 65,536 bits that
/// stay in the first-level cache. Most positions of ordinary text end here, one load each; so do all digits of a number
/// but its first.
/// </summary>
internal sealed class PairFilter
{
    private const int Words = 65_536 / 32;

    private readonly uint[] _bits = new uint[2 * Words];
    private readonly bool[] _firsts = new bool[256];

    public void Mark(byte first, byte second, bool afterDigit)
    {
        var pair = first | second << 8;
        _bits[(afterDigit ? Words : 0) + (pair >> 5)] |= 1u << (pair & 31);
        _firsts[first] = true;
    }

    /// <summary>First position from here on where a match can begin; the length when there is none.</summary>
    public int Next(ReadOnlySpan<byte> text, int from)
    {
        // Read without bounds checks: the loop's condition keeps both bytes inside the text, and a pair has 16 bits.
        ref var bytes = ref MemoryMarshal.GetReference(text);
        ref var bits = ref MemoryMarshal.GetArrayDataReference(_bits);
        var last = text.Length - 1;
        var half = from > 0 && from <= last ? HalfAfter(text[from - 1]) : 0;
        for (; from < last; from++)
        {
            int pair = Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref bytes, from));
            if ((Unsafe.Add(ref bits, half + (pair >> 5)) >> (pair & 31) & 1) != 0)
            {
                return from;
            }

            half = HalfAfter((byte)pair);
        }

        return from == last && _firsts[text[last]] ? last : text.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int HalfAfter(byte before) => (uint)(before - '0') <= 9 ? Words : 0;
}
