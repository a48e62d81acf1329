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
        for (var before = 0; before <= 256; before++)
        {
            var open = new HashSet<int>();
            foreach (var (entry, notAfter) in entries)
            {
                if (before == 256 || !notAfter.Contains((byte)before))
                {
                    steps.Close(entry, open);
                }
            }

            starts[before] = builder.Intern(open);
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
        var known = new Dictionary<string, byte>(StringComparer.Ordinal);
        var representatives = new List<byte>();
        for (var value = 0; value < 256; value++)
        {
            var signature = string.Concat(sets.Select(s => s.Contains((byte)value) ? '1' : '0'));
            if (!known.TryGetValue(signature, out var found))
            {
                found = (byte)known.Count;
                known.Add(signature, found);
                representatives.Add((byte)value);
            }

            _classes[value] = found;
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
