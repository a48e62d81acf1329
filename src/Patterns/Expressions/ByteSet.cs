namespace Provost.Patterns.Expressions;

/// <summary>A set of byte values, one bit each.</summary>
internal readonly record struct ByteSet(ulong A, ulong B, ulong C, ulong D)
{
    public static ByteSet Of(byte value) => (value >> 6) switch
    {
        0 => new(1UL << value, 0, 0, 0),
        1 => new(0, 1UL << (value & 63), 0, 0),
        2 => new(0, 0, 1UL << (value & 63), 0),
        _ => new(0, 0, 0, 1UL << (value & 63)),
    };

    public static ByteSet Range(byte from, byte to)
    {
        var set = default(ByteSet);
        for (int value = from; value <= to; value++)
        {
            set |= Of((byte)value);
        }

        return set;
    }

    public static ByteSet operator |(ByteSet left, ByteSet right) =>
        new(left.A | right.A, left.B | right.B, left.C | right.C, left.D | right.D);

    public bool Contains(byte value)
    {
        var word = (value >> 6) switch { 0 => A, 1 => B, 2 => C, _ => D };
        return (word >> (value & 63) & 1) != 0;
    }

    public bool ContainsAll(ByteSet other) => (this | other) == this;

    public int Count => System.Numerics.BitOperations.PopCount(A) + System.Numerics.BitOperations.PopCount(B)
        + System.Numerics.BitOperations.PopCount(C) + System.Numerics.BitOperations.PopCount(D);

    public bool[] ToTable()
    {
        var table = new bool[256];
        for (var value = 0; value < 256; value++)
        {
            table[value] = Contains((byte)value);
        }

        return table;
    }

    /// <summary>With both cases of every ASCII letter in it.</summary>
    public ByteSet WithBothCases()
    {
        var set = this;
        for (var lower = (byte)'a'; lower <= (byte)'z'; lower++)
        {
            var upper = (byte)(lower - 32);
            if (Contains(lower) || Contains(upper))
            {
                set |= Of(lower) | Of(upper);
            }
        }

        return set;
    }
}
