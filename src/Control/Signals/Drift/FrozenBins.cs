using System.Globalization;

namespace Provost.Control.Signals.Drift;

/// <summary>
/// The bins of one feature, fixed when the release was approved, with the rows of the baseline in each. Because bins
/// never move, counts of any panes and nodes add exactly.
/// <list type="bullet">
/// <item>number: bin i holds values in (edge i-1, edge i], the last one all above; then missing.</item>
/// <item>category: one bin per value, then all other values, then missing.</item>
/// </list>
/// </summary>
public sealed class FrozenBins
{
    private readonly double[] _edges;
    private readonly Dictionary<string, int> _values;

    private FrozenBins(string name, bool isNumber, IReadOnlyList<string> cuts, IReadOnlyList<long> counts)
    {
        Name = name;
        IsNumber = isNumber;
        Cuts = cuts;
        Counts = counts;
        _edges = isNumber ? [.. cuts.Select(c => double.Parse(c, CultureInfo.InvariantCulture))] : [];
        _values = isNumber ? [] : cuts.Select((value, i) => (value, i)).ToDictionary(p => p.value, p => p.i);
    }

    public string Name { get; }

    /// <summary>True for a number with edges, false for a category with values.</summary>
    public bool IsNumber { get; }

    /// <summary>Edges as decimal text, rising, or the kept values.</summary>
    public IReadOnlyList<string> Cuts { get; }

    /// <summary>Rows of the baseline per bin.</summary>
    public IReadOnlyList<long> Counts { get; }

    /// <summary>Number of bins: cuts, one for the rest, one for missing.</summary>
    public int Bins => Cuts.Count + 2;

    /// <summary>Events that the drift detector bets on, each a share of rows.</summary>
    internal int Events => IsNumber ? Cuts.Count + 1 : Cuts.Count + 2;

    private int Rest => Cuts.Count;

    private int MissingBin => Cuts.Count + 1;

    /// <exception cref="FormatException">Edges do not rise, values repeat, or counts do not fit the bins.</exception>
    public static FrozenBins Numbers(string name, IReadOnlyList<string> edges, IReadOnlyList<long> counts)
    {
        var last = double.NegativeInfinity;
        foreach (var edge in edges)
        {
            if (!double.TryParse(edge, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                || !double.IsFinite(value) || value <= last)
            {
                throw new FormatException($"Feature {name}: edge {edge} is no number above the one before.");
            }

            last = value;
        }

        return Checked(new FrozenBins(name, isNumber: true, edges, counts));
    }

    /// <inheritdoc cref="Numbers"/>
    public static FrozenBins Categories(string name, IReadOnlyList<string> values, IReadOnlyList<long> counts)
    {
        if (values.Distinct(StringComparer.Ordinal).Count() != values.Count)
        {
            throw new FormatException($"Feature {name}: a value stands twice.");
        }

        return Checked(new FrozenBins(name, isNumber: false, values, counts));
    }

    /// <summary>Bin of a value. A text where a number is due is missing: it cannot be what was approved.</summary>
    public int BinOf(FeatureValue value)
    {
        if (!IsNumber)
        {
            return value.AsCategory() is not { } category ? MissingBin : _values.GetValueOrDefault(category, Rest);
        }

        if (value.AsNumber() is not { } number)
        {
            return MissingBin;
        }

        var at = Array.BinarySearch(_edges, number);
        return at >= 0 ? at : ~at;
    }

    /// <summary>Rows per bin of some values.</summary>
    public long[] Count(IEnumerable<FeatureValue> values)
    {
        var counts = new long[Bins];
        foreach (var value in values)
        {
            counts[BinOf(value)]++;
        }

        return counts;
    }

    /// <summary>Turns rows per bin into rows per event: a number's are cumulative, then missing.</summary>
    internal void AddEvents(ReadOnlySpan<long> bins, PaneCounts into)
    {
        var sum = 0L;
        for (var e = 0; e < Events; e++)
        {
            if (!IsNumber)
            {
                into.Hit(e, bins[e]);
                continue;
            }

            sum += bins[e];
            into.Hit(e, e < Rest ? sum : bins[MissingBin]);
        }
    }

    /// <summary>Share of each event in the baseline.</summary>
    internal double[] ReferenceShares()
    {
        var total = Counts.Sum();
        var events = new PaneCounts(Events);
        AddEvents([.. Counts], events);
        return [.. events.EventArray.Select(e => (double)e / total)];
    }

    /// <summary>What an event says, in words for a page.</summary>
    internal string Describe(int @event) => (IsNumber, @event - Rest) switch
    {
        (true, < 0) => $"{Name} at most {Cuts[@event]}",
        (false, < 0) => $"{Name} = {Cuts[@event]}",
        (false, 0) => $"{Name} = a value the baseline lacks",
        _ => $"{Name} missing",
    };

    private static FrozenBins Checked(FrozenBins bins)
    {
        if (bins.Counts.Count != bins.Bins || bins.Counts.Any(c => c < 0) || bins.Counts.Sum() == 0)
        {
            throw new FormatException(
                $"Feature {bins.Name}: {bins.Counts.Count} counts, {bins.Bins} are due, none negative, not all zero.");
        }

        return bins;
    }
}
