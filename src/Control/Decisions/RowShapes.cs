using System.Runtime.CompilerServices;

namespace Provost.Control.Decisions;

/// <summary>
/// A batch's rows by what most of them have in common: facets are made, written and offered as choices once for all
/// rows of a shape, and counted by it.
/// </summary>
internal sealed class RowShapes
{
    private readonly Dictionary<Key, RowShape> _known = [];
    private readonly List<(DecisionRow Row, RowShape Shape)> _rows;

    public RowShapes(IReadOnlyList<DecisionRow> rows)
    {
        _rows = new List<(DecisionRow, RowShape)>(rows.Count);
        var last = default(Key);
        RowShape? shape = null;
        foreach (var row in rows)
        {
            var key = new Key(row);
            if (shape is null || !key.Equals(last))
            {
                if (!_known.TryGetValue(key, out shape))
                {
                    _known.Add(key, shape = new RowShape(row));
                    Shapes.Add(shape);
                }

                last = key;
            }

            shape.Count(row.Time);
            _rows.Add((row, shape));
        }
    }

    public IReadOnlyList<(DecisionRow Row, RowShape Shape)> Rows => _rows;

    /// <summary>In the order in which they were met. Two may say the same: texts are compared by where they lie, and
    /// those that recur lie in one place.</summary>
    public List<RowShape> Shapes { get; } = [];

    private readonly struct Key(DecisionRow row) : IEquatable<Key>
    {
        private readonly DecisionRow _row = row;

        public bool Equals(Key other) => ReferenceEquals(_row.System, other._row.System)
            && ReferenceEquals(_row.Environment, other._row.Environment)
            && ReferenceEquals(_row.Release, other._row.Release)
            && ReferenceEquals(_row.Outcome, other._row.Outcome)
            && ReferenceEquals(_row.Code, other._row.Code)
            && ReferenceEquals(_row.CallerKey, other._row.CallerKey)
            && _row.UnderException == other._row.UnderException
            && _row.Adoption == other._row.Adoption
            && ReferenceEquals(_row.ModelRequested, other._row.ModelRequested)
            && ReferenceEquals(_row.ModelServed, other._row.ModelServed)
            && ReferenceEquals(_row.Cohort, other._row.Cohort)
            && ReferenceEquals(_row.Ran, other._row.Ran)
            && _row.Drill == other._row.Drill;

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            hash.Add(Place(_row.System));
            hash.Add(Place(_row.Environment));
            hash.Add(Place(_row.Release));
            hash.Add(Place(_row.Outcome));
            hash.Add(Place(_row.Code));
            hash.Add(Place(_row.CallerKey));
            hash.Add(Place(_row.ModelRequested));
            hash.Add(Place(_row.ModelServed));
            hash.Add(Place(_row.Cohort));
            hash.Add(Place(_row.Ran));
            return hash.ToHashCode();
        }

        private static int Place(object? shared) => RuntimeHelpers.GetHashCode(shared);
    }
}

/// <summary>What some rows have in common, and how many of them fall into each hour.</summary>
internal sealed class RowShape(DecisionRow row)
{
    private readonly List<(DateTime Hour, long Rows)> _hours = [];

    /// <summary>The first row of the shape.</summary>
    public DecisionRow First { get; } = row;

    public string System { get; } = DecisionColumns.Clean(row.System ?? "");

    public string Environment { get; } = DecisionColumns.Clean(row.Environment ?? "");

    public string Outcome { get; } = DecisionColumns.Clean(row.Outcome ?? "unknown");

    public bool Drill { get; } = row.Drill;

    /// <summary>What the rows can be found by.</summary>
    public string[] Facets { get; } = Facet.Of(row);

    /// <summary>The facets, and the system, which has an index of its own.</summary>
    public IEnumerable<string> Choices =>
        First.System is { } system ? Facets.Append(Facet.Of(Facet.System, system)) : Facets;

    /// <summary>Rows by hour, UTC.</summary>
    public IReadOnlyList<(DateTime Hour, long Rows)> Hours => _hours;

    public void Count(DateTimeOffset time)
    {
        var hour = HourlyCounts.HourOf(time).UtcDateTime;
        for (var i = _hours.Count - 1; i >= 0; i--)
        {
            if (_hours[i].Hour == hour)
            {
                _hours[i] = (hour, _hours[i].Rows + 1);
                return;
            }
        }

        _hours.Add((hour, 1));
    }
}
