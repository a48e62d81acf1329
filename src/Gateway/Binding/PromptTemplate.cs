using System.Buffers;
using System.Text;
using Provost.Gateway.Manifests;

namespace Provost.Gateway.Binding;

/// <summary>
/// An approved text with named holes, <c>{{name}}</c>. A text matches when the literal parts stand in their order, from
/// its first to its last byte, and what lies between fits the hole's bounds.
/// </summary>
/// <remarks>
/// <para>Bounds count Unicode scalar values. A value may be empty. Line breaks (LF, VT, FF, CR, NEL, LS, PS) are
/// outside the bounds unless the hole allows them: a value that starts a new line could pass for an instruction.</para>
/// <para>Matching is linear: holes × bytes. It keeps, for each literal, every end that can be reached. The nearest end
/// before an occurrence leaves the shortest value, so it alone decides whether that occurrence can be reached.</para>
/// </remarks>
internal sealed class PromptTemplate
{
    private readonly byte[][] _literals;
    private readonly int[][] _borders;
    private readonly HoleSpec[] _holes;

    private PromptTemplate(byte[][] literals, HoleSpec[] holes, IReadOnlyList<string> names,
        IReadOnlyList<string> faults)
    {
        _literals = literals;
        _holes = holes;
        _borders = [.. literals.Select(Borders)];
        HoleNames = names;
        Faults = faults;
    }

    /// <summary>In the order of the text.</summary>
    public IReadOnlyList<string> HoleNames { get; }

    /// <summary>Why the text cannot be a template; it must not be matched against then.</summary>
    public IReadOnlyList<string> Faults { get; }

    public static PromptTemplate Compile(ReadOnlySpan<byte> text, IReadOnlyDictionary<string, HoleSpec> holes)
    {
        var faults = new List<string>();
        if (text.StartsWith("\uFEFF"u8))
        {
            faults.Add("it begins with a byte order mark, which clients do not send.");
        }

        if (!System.Text.Unicode.Utf8.IsValid(text))
        {
            return new PromptTemplate([[]], [], [], ["it is not UTF-8."]);
        }

        var literals = new List<byte[]>();
        var specs = new List<HoleSpec>();
        var names = new List<string>();
        var start = 0;
        var at = 0;
        while (TryNextHole(text, at, faults, out var open, out var close))
        {
            var name = Encoding.ASCII.GetString(text[(open + 2)..(close - 2)]);
            if (!holes.TryGetValue(name, out var spec))
            {
                faults.Add($"the hole {{{{{name}}}}} has no bounds; give them under prompt.holes.");
                spec = new HoleSpec(1, Lines: false);
            }

            if (names.Contains(name))
            {
                faults.Add($"the hole {{{{{name}}}}} stands twice; give the second its own name.");
            }

            if (specs.Count > 0 && open == start)
            {
                faults.Add($"the hole {{{{{name}}}}} follows another at once; put a text between them.");
            }

            literals.Add(text[start..open].ToArray());
            specs.Add(spec);
            names.Add(name);
            start = at = close;
        }

        literals.Add(text[start..].ToArray());
        return new PromptTemplate([.. literals], [.. specs], names, faults);
    }

    public bool Matches(ReadOnlySpan<byte> text)
    {
        if (_holes.Length == 0)
        {
            return text.SequenceEqual(_literals[0]);
        }

        var first = _literals[0];
        var last = _literals[^1];
        if (text.Length < first.Length + last.Length || !text.StartsWith(first) || !text.EndsWith(last))
        {
            return false;
        }

        // The last literal is anchored; only what lies before it is searched.
        var lastStart = text.Length - last.Length;
        return _holes.Length == 1
            ? Fits(text[first.Length..lastStart], _holes[0])
            : MatchMany(text[..lastStart], first.Length);
    }

    private bool MatchMany(ReadOnlySpan<byte> text, int firstEnd)
    {
        var pool = ArrayPool<int>.Shared;
        var ends = pool.Rent(text.Length + 1);
        var next = pool.Rent(text.Length + 1);
        try
        {
            ends[0] = firstEnd;
            var count = 1;
            for (var k = 1; k < _literals.Length - 1 && count > 0; k++)
            {
                count = Advance(text, k, ends.AsSpan(0, count), next);
                (ends, next) = (next, ends);
            }

            // The nearest reachable end leaves the shortest last value.
            return count > 0 && Fits(text[ends[count - 1]..], _holes[^1]);
        }
        finally
        {
            pool.Return(ends);
            pool.Return(next);
        }
    }

    /// <summary>
    /// Finds every occurrence of literal <paramref name="k"/> (Knuth-Morris-Pratt) that hole k - 1 can bridge to from
    /// the nearest of <paramref name="from"/>, and writes their ends, ascending.
    /// </summary>
    private int Advance(ReadOnlySpan<byte> text, int k, ReadOnlySpan<int> from, Span<int> ends)
    {
        var literal = _literals[k];
        var borders = _borders[k];
        var gap = new Gap(_holes[k - 1], from);
        var count = 0;
        var matched = 0;
        for (var i = from[0]; i < text.Length; i++)
        {
            while (matched > 0 && text[i] != literal[matched])
            {
                matched = borders[matched - 1];
            }

            matched += text[i] == literal[matched] ? 1 : 0;
            if (matched == literal.Length)
            {
                if (gap.Reaches(text, i + 1 - literal.Length))
                {
                    ends[count++] = i + 1;
                }

                matched = borders[matched - 1];
            }
        }

        return count;
    }

    private static bool Fits(ReadOnlySpan<byte> value, HoleSpec hole)
    {
        // A scalar value takes at most four bytes: most oversize values are refused without looking at them.
        if (value.Length > hole.Max * 4L)
        {
            return false;
        }

        var count = 0;
        for (var i = 0; i < value.Length; i++)
        {
            count += IsLead(value[i]) ? 1 : 0;
            if (!hole.Lines && IsLineBreak(value, i))
            {
                return false;
            }
        }

        return count <= hole.Max;
    }

    private static bool IsLead(byte b) => (b & 0xC0) != 0x80;

    private static bool IsLineBreak(ReadOnlySpan<byte> text, int i) => text[i] switch
    {
        >= 0x0A and <= 0x0D => true,
        0xC2 => i + 1 < text.Length && text[i + 1] == 0x85,
        0xE2 => i + 2 < text.Length && text[i + 1] == 0x80 && text[i + 2] is 0xA8 or 0xA9,
        _ => false,
    };

    private static bool TryNextHole(ReadOnlySpan<byte> text, int from, List<string> faults, out int open, out int close)
    {
        for (open = from; open + 4 < text.Length; open++)
        {
            if (!text[open..].StartsWith("{{"u8))
            {
                continue;
            }

            var end = open + 2;
            while (end < text.Length && (char.IsAsciiLetterOrDigit((char)text[end])
                || text[end] is (byte)'_' or (byte)'-' or (byte)' '))
            {
                end++;
            }

            if (end == open + 2 || !text[end..].StartsWith("}}"u8))
            {
                continue;
            }

            close = end + 2;
            if (!text[open..close].Contains((byte)' '))
            {
                return true;
            }

            faults.Add($"write {Encoding.ASCII.GetString(text[open..close])} without spaces.");
        }

        close = open;
        return false;
    }

    private static int[] Borders(byte[] literal)
    {
        var borders = new int[literal.Length];
        for (int i = 1, length = 0; i < literal.Length; i++)
        {
            while (length > 0 && literal[i] != literal[length])
            {
                length = borders[length - 1];
            }

            length += literal[i] == literal[length] ? 1 : 0;
            borders[i] = length;
        }

        return borders;
    }

    /// <summary>Walks forward once: the nearest end, and characters and line breaks since it.</summary>
    private ref struct Gap(HoleSpec hole, ReadOnlySpan<int> ends)
    {
        private readonly ReadOnlySpan<int> _ends = ends;
        private int _nearest;
        private int _at = ends[0];
        private int _characters;
        private bool _broken;

        /// <summary>Starts must come ascending.</summary>
        public bool Reaches(ReadOnlySpan<byte> text, int start)
        {
            if (start < _ends[0])
            {
                return false;
            }

            while (true)
            {
                while (_nearest + 1 < _ends.Length && _ends[_nearest + 1] <= _at)
                {
                    _nearest++;
                }

                if (_ends[_nearest] == _at)
                {
                    _characters = 0;
                    _broken = false;
                }

                if (_at == start)
                {
                    return _characters <= hole.Max && (hole.Lines || !_broken);
                }

                _characters += IsLead(text[_at]) ? 1 : 0;
                _broken |= IsLineBreak(text, _at);
                _at++;
            }
        }
    }
}
