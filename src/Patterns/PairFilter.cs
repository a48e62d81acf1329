using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Provost.Patterns;

/// <summary>
/// Which pairs of bytes a match can begin with: 65,536 bits that stay in the first-level cache. Most positions of
/// ordinary text end here, one load each.
/// </summary>
internal sealed class PairFilter
{
    private readonly uint[] _bits = new uint[65_536 / 32];
    private readonly bool[] _firsts = new bool[256];

    public void Mark(byte first, byte second)
    {
        var pair = first | second << 8;
        _bits[pair >> 5] |= 1u << (pair & 31);
        _firsts[first] = true;
    }

    /// <summary>Whether a match can begin with this byte, for the last byte of what has arrived.</summary>
    public bool MayBegin(byte first) => _firsts[first];

    /// <summary>First position from here on where a match can begin; the length when there is none.</summary>
    public int Next(ReadOnlySpan<byte> text, int from)
    {
        // Read without bounds checks: the loop's condition keeps both bytes inside the text, and a pair has 16 bits.
        ref var bytes = ref MemoryMarshal.GetReference(text);
        ref var bits = ref MemoryMarshal.GetArrayDataReference(_bits);
        var last = text.Length - 1;
        for (; from < last; from++)
        {
            int pair = Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref bytes, from));
            if ((Unsafe.Add(ref bits, pair >> 5) >> (pair & 31) & 1) != 0)
            {
                return from;
            }
        }

        return from == last && _firsts[text[last]] ? last : text.Length;
    }
}
