using System.Runtime.CompilerServices;

namespace Provost.Patterns.Expressions;

/// <summary>
/// All expressions of a set as one deterministic automaton over bytes, started anew at each position. Immutable and
/// complete before its first use: there is no state cache to fill, flush or lock. State 0 is dead. It has no cycles, so
/// a run ends after at most the longest match; where a run is alive, some rule may still match, and where it is dead
/// none can: that is all the hold-back needs to know.
/// </summary>
internal sealed class Automaton
{
    private readonly ushort[] _next;
    private readonly byte[] _classes;
    private readonly int _shift;
    private readonly ushort[] _starts;
    private readonly int _firstAccepting;
    private readonly int[][] _accepted;
    private readonly bool[] _terminal;

    /// <param name="next">Transitions, a row of two to the power of shift for each state, accepting ones last.</param>
    /// <param name="starts">Start state by the byte before, and at index 256 by the start of the text.</param>
    internal Automaton(
        ushort[] next,
        byte[] classes,
        int shift,
        ushort[] starts,
        int firstAccepting,
        int[][] accepted,
        bool[] terminal)
    {
        _next = next;
        _classes = classes;
        _shift = shift;
        _starts = starts;
        _firstAccepting = firstAccepting;
        _accepted = accepted;
        _terminal = terminal;
    }

    /// <summary>Number of states, the dead one counted.</summary>
    public int States => _firstAccepting + _accepted.Length;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Start(ReadOnlySpan<byte> text, int at) => _starts[at == 0 ? 256 : text[at - 1]];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Step(int state, byte value) => _next[(state << _shift) + _classes[value]];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsAccepting(int state) => state >= _firstAccepting;

    /// <summary>Rules whose expression matches what led to this accepting state.</summary>
    public ReadOnlySpan<int> Accepted(int state) => _accepted[state - _firstAccepting];

    /// <summary>Whether nothing longer can match from this accepting state.</summary>
    public bool IsTerminal(int state) => _terminal[state - _firstAccepting];

    /// <summary>Marks every pair of first bytes that some match can begin with.</summary>
    public void MarkPairs(PairFilter pairs)
    {
        var starts = _starts.Select((start, before) => (start, afterDigit: before is >= '0' and <= '9')).Distinct();
        foreach (var (start, afterDigit) in starts)
        {
            for (var first = 0; first < 256; first++)
            {
                var state = Step(start, (byte)first);
                for (var second = 0; state != 0 && second < 256; second++)
                {
                    if (Step(state, (byte)second) != 0)
                    {
                        pairs.Mark((byte)first, (byte)second, afterDigit);
                    }
                }
            }
        }
    }
}
