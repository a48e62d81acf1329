namespace Provost.Patterns.Expressions;

/// <summary>Subset construction over <see cref="Steps"/>, whole at load, refused above a number of states.</summary>
internal sealed class AutomatonBuilder
{
    private readonly Steps _steps;
    private readonly int _maxStates;
    private readonly byte[] _classes = new byte[256];
    private readonly byte[] _representatives;
    private readonly Dictionary<int[], int> _ids = new(new SameSteps());
    private readonly List<int[]> _states = [];
    private readonly List<int[]> _rows = [];

    private AutomatonBuilder(Steps steps, int maxStates)
    {
        _steps = steps;
        _maxStates = maxStates;
        _representatives = DivideBytes();
        _states.Add([]);
        _ids.Add([], 0);
    }

    /// <param name="steps">The program.</param>
    /// <param name="entries">Entry of each expression, and the class that the byte before it must not be in.</param>
    /// <param name="maxStates">Above this the set is refused.</param>
    /// <returns>Null when more states are needed.</returns>
    public static Automaton? Build(Steps steps, IReadOnlyList<(int Entry, ByteSet NotAfter)> entries, int maxStates)
    {
        var builder = new AutomatonBuilder(steps, maxStates);
        var starts = new int[257];
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var before = 0; before <= 256; before++)
        {
            // Few of the 257 differ in which expressions they let begin.
            var open = entries.Where(e => before == 256 || !e.NotAfter.Contains((byte)before)).ToList();
            var key = string.Join(',', open.Select(e => e.Entry));
            if (!known.TryGetValue(key, out var start))
            {
                var reached = new HashSet<int>();
                open.ForEach(e => steps.Close(e.Entry, reached));
                start = builder.Intern(reached);
                known.Add(key, start);
            }

            starts[before] = start;
        }

        return builder.Explore() ? builder.Finish(starts) : null;
    }

    private bool Explore()
    {
        for (var state = 0; state < _states.Count; state++)
        {
            if (_states.Count > _maxStates)
            {
                return false;
            }

            var row = new int[_representatives.Length];
            for (var column = 0; column < row.Length; column++)
            {
                row[column] = Follow(_states[state], _representatives[column]);
            }

            _rows.Add(row);
        }

        return true;
    }

    private int Follow(int[] state, byte value)
    {
        HashSet<int>? open = null;
        foreach (var index in state)
        {
            var step = _steps[index];
            if (step.Kind == StepKind.Bytes && step.Set.Contains(value))
            {
                _steps.Close(step.Next, open ??= []);
            }
        }

        return open is null ? 0 : Intern(open);
    }

    private int Intern(HashSet<int> open)
    {
        int[] key = [.. open.Where(step => _steps[step].Kind != StepKind.Split).Order()];
        if (!_ids.TryGetValue(key, out var id))
        {
            id = _states.Count;
            _ids.Add(key, id);
            _states.Add(key);
        }

        return id;
    }

    private Automaton Finish(int[] starts)
    {
        var shift = 0;
        while (1 << shift < _representatives.Length)
        {
            shift++;
        }

        int[] order = [.. Enumerable.Range(0, _states.Count).OrderBy(s => IsAccepting(s) ? 1 : 0)];
        var renamed = new ushort[order.Length];
        for (var position = 0; position < order.Length; position++)
        {
            renamed[order[position]] = (ushort)position;
        }

        var next = new ushort[order.Length << shift];
        for (var position = 0; position < order.Length; position++)
        {
            var row = _rows[order[position]];
            for (var column = 0; column < row.Length; column++)
            {
                next[(position << shift) + column] = renamed[row[column]];
            }
        }

        int[] accepting = [.. order.Where(IsAccepting)];
        return new Automaton(
            next,
            _classes,
            shift,
            [.. starts.Select(s => renamed[s])],
            order.Length - accepting.Length,
            [.. accepting.Select(s => RulesOf(s))],
            [.. accepting.Select(s => Array.TrueForAll(_rows[s], target => target == 0))]);
    }

    private bool IsAccepting(int state) => Array.Exists(_states[state], s => _steps[s].Kind == StepKind.Match);

    private int[] RulesOf(int state) =>
        [.. _states[state].Where(s => _steps[s].Kind == StepKind.Match).Select(s => _steps[s].Next).Order()];

    /// <summary>Bytes that no expression tells apart share a class; returns one byte of each.</summary>
    private byte[] DivideBytes()
    {
        var sets = Enumerable.Range(0, _steps.Count).Select(i => _steps[i])
            .Where(s => s.Kind == StepKind.Bytes).Select(s => s.Set).Distinct().ToList();
        var representatives = new List<byte> { 0 };
        foreach (var set in sets)
        {
            // Each set splits the classes that it cuts; the part outside keeps the class.
            var split = new Dictionary<byte, byte>();
            for (var value = 0; value < 256; value++)
            {
                var whole = _classes[value];
                if (set.Contains((byte)value) == set.Contains(representatives[whole]))
                {
                    continue;
                }

                if (!split.TryGetValue(whole, out var part))
                {
                    part = (byte)representatives.Count;
                    representatives.Add((byte)value);
                    split.Add(whole, part);
                }

                _classes[value] = part;
            }
        }

        return [.. representatives];
    }

    private sealed class SameSteps : IEqualityComparer<int[]>
    {
        public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(int[] obj)
        {
            var hash = default(HashCode);
            hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(obj.AsSpan()));
            return hash.ToHashCode();
        }
    }
}
