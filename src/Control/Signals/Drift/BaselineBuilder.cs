using System.Globalization;

namespace Provost.Control.Signals.Drift;

/// <summary>A feature to freeze.</summary>
/// <param name="IsNumber">True: deciles; false: one bin per frequent value.</param>
public sealed record FeatureColumn(string Name, bool IsNumber);

/// <summary>Chooses bins once, from raw rows.</summary>
internal static class BaselineBuilder
{
    private const int Deciles = 10;
    private const int MostValues = 64;

    public static Baseline Freeze(
        IReadOnlyList<FeatureColumn> columns, IReadOnlyList<IReadOnlyList<FeatureValue>> rows)
    {
        if (rows.Count == 0)
        {
            throw new ArgumentException("A baseline needs rows.", nameof(rows));
        }

        if (rows.Any(row => row.Count != columns.Count))
        {
            throw new ArgumentException($"Every row needs {columns.Count} values.", nameof(rows));
        }

        return new Baseline(
            rows.Count,
            [.. columns.Select((column, i) => Freeze(column, [.. rows.Select(r => r[i])]))]);
    }

    private static FrozenBins Freeze(FeatureColumn column, FeatureValue[] values)
    {
        var cuts = column.IsNumber ? Edges(values) : Frequent(values);
        var blank = new long[cuts.Count + 2];
        blank[0] = 1; // bins are made twice: once to count with, once with what they counted
        var bins = Make(column, cuts, blank);
        return Make(column, cuts, bins.Count(values));
    }

    private static FrozenBins Make(FeatureColumn column, IReadOnlyList<string> cuts, long[] counts) => column.IsNumber
        ? FrozenBins.Numbers(column.Name, cuts, counts)
        : FrozenBins.Categories(column.Name, cuts, counts);

    /// <summary>
    /// The nine inner deciles. Equal ones merge, and one at the maximum goes: it would leave the last bin empty.
    /// </summary>
    private static List<string> Edges(FeatureValue[] values)
    {
        double[] sorted = [.. values.Select(v => v.AsNumber()).OfType<double>().Order()];
        if (sorted.Length == 0)
        {
            return [];
        }

        return [.. Enumerable.Range(1, Deciles - 1)
            .Select(j => sorted[(((long)j * sorted.Length) + Deciles - 1) / Deciles - 1])
            .Where(edge => edge < sorted[^1])
            .Select(Plain)
            .Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Values by falling frequency, at most sixty-four, then in ordinal order.</summary>
    private static List<string> Frequent(FeatureValue[] values) =>
        [.. values.Select(v => v.AsCategory()).OfType<string>()
            .CountBy(v => v, StringComparer.Ordinal)
            .OrderByDescending(p => p.Value).ThenBy(p => p.Key, StringComparer.Ordinal)
            .Take(MostValues)
            .Select(p => p.Key)
            .Order(StringComparer.Ordinal)];

    /// <summary>Decimal text without exponent; the range of <see cref="decimal"/> is enough for a feature.</summary>
    private static string Plain(double edge)
    {
        var text = edge.ToString("R", CultureInfo.InvariantCulture);
        return text.Contains('E', StringComparison.Ordinal)
            ? decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)
                .ToString("0.############################", CultureInfo.InvariantCulture)
            : text;
    }
}
