using System.Globalization;
using Provost.Gateway.Manifests;
using Provost.Gateway.Routing;

namespace Provost.Control.Evaluations;

/// <summary>What came of one case.</summary>
/// <param name="Predicted">The class that the answer names; null where none was asked for or none came.</param>
/// <param name="Failure">Why it fails; null when it passes.</param>
/// <param name="Decision">The decision in the log; null where the call never became one.</param>
public sealed record CaseOutcome(EvaluationCase Case, string? Predicted, string? Failure, Guid? Decision)
{
    /// <summary>What the judge said of the answer; null where there is no judge. No answer is worth 0.</summary>
    public Judged? Judged { get; init; }
}

/// <summary>A measure of a whole set.</summary>
/// <param name="Name">As <c>evaluation.minimum</c> names it.</param>
/// <param name="Value">From 0 to 1, four decimals; null where it cannot be told (nothing to divide by).</param>
/// <param name="N">What the value is a share of; cases, or cases of the class or group.</param>
/// <param name="Low">Lower end of the 95 % interval; null for what is no share.</param>
/// <param name="High">Its upper end.</param>
public sealed record Measure(string Name, decimal? Value, int N, decimal? Low, decimal? High);

/// <summary>
/// Scores a set: deterministic, from the cases alone. <c>correct</c> is the share of cases that pass. Where cases have
/// labels: <c>accuracy</c>; <c>precision-C</c>, <c>recall-C</c>, <c>f1-C</c> of each class C, and their unweighted
/// means <c>precision</c>, <c>recall</c>, <c>f1</c>. Where the set names a favourable class and cases have groups:
/// <c>rate-G-V</c>, the share of group G's value V that gets it, and <c>impact-ratio-G</c>, the lowest rate over the
/// highest (the four-fifths rule looks at 0.8: 29 CFR 1607.4 D).
/// </summary>
/// <remarks>Intervals are Wilson's score interval (E. B. Wilson, 1927, JASA 22, 209-212) at 95 %.</remarks>
public static class EvaluationScore
{
    private const double Z = 1.959963984540054;

    public static IReadOnlyList<Measure> Of(IReadOnlyList<CaseOutcome> outcomes, string? favourable)
    {
        var measures = new List<Measure> { Share("correct", outcomes.Count(o => o.Failure is null), outcomes.Count) };
        var labelled = outcomes.Where(o => o.Case.Label is not null).ToList();
        if (labelled.Count > 0)
            measures.AddRange(Classes(labelled));

        if (outcomes.Any(o => o.Judged is not null))
            measures.Add(Mean(outcomes));

        if (favourable is not null)
            measures.AddRange(Groups(outcomes, favourable));

        return measures;
    }

    /// <summary>The mean of what the judge gave; not to be told where it gave nothing for one of the cases.</summary>
    private static Measure Mean(IReadOnlyList<CaseOutcome> outcomes)
    {
        var scores = outcomes.Select(o => o.Judged?.Score).ToList();
        return new Measure(
            ReleaseEvaluation.Judged,
            scores.Contains(null) ? null : Math.Floor(scores.Sum()!.Value / scores.Count * 10_000) / 10_000,
            scores.Count, null, null);
    }

    /// <summary>What falls short of a minimum, in words; empty when all is reached. A measure that the set does not
    /// yield falls short.</summary>
    public static IReadOnlyList<string> Shortfalls(
        IReadOnlyList<Measure> measures, IReadOnlyDictionary<string, decimal> minimum) =>
    [
        .. minimum.OrderBy(m => m.Key, StringComparer.Ordinal)
            .Select(m => (wanted: m, found: measures.FirstOrDefault(f => f.Name == m.Key)))
            .Where(m => m.found?.Value is not { } value || value < m.wanted.Value)
            .Select(m => m.found?.Value is { } value
                ? string.Create(
                    CultureInfo.InvariantCulture, $"{m.wanted.Key} is {value}, at least {m.wanted.Value} is asked")
                : $"{m.wanted.Key} cannot be told from this set"),
    ];

    private static IEnumerable<Measure> Classes(List<CaseOutcome> labelled)
    {
        yield return Share("accuracy", labelled.Count(o => o.Predicted == o.Case.Label), labelled.Count);
        var classes = labelled.Select(o => o.Case.Label!).Distinct().Order(StringComparer.Ordinal).ToList();
        var each = classes.Select(c => Class(labelled, c)).ToList();
        foreach (var measure in each.SelectMany(m => new[] { m.Precision, m.Recall, m.F1 }))
            yield return measure;

        yield return Mean("precision", [.. each.Select(m => m.Precision)]);
        yield return Mean("recall", [.. each.Select(m => m.Recall)]);
        yield return Mean("f1", [.. each.Select(m => m.F1)]);
    }

    private static (Measure Precision, Measure Recall, Measure F1) Class(List<CaseOutcome> labelled, string name)
    {
        var hits = labelled.Count(o => o.Case.Label == name && o.Predicted == name);
        var predicted = labelled.Count(o => o.Predicted == name);
        var actual = labelled.Count(o => o.Case.Label == name);
        var f1 = predicted + actual == 0 ? (decimal?)null : Four(2m * hits / (predicted + actual));
        return (
            Share($"precision-{name}", hits, predicted), Share($"recall-{name}", hits, actual),
            new Measure($"f1-{name}", f1, actual, null, null));
    }

    private static IEnumerable<Measure> Groups(IReadOnlyList<CaseOutcome> outcomes, string favourable)
    {
        foreach (var group in outcomes.SelectMany(o => o.Case.Groups.Keys).Distinct().Order(StringComparer.Ordinal))
        {
            var rates = outcomes.Where(o => o.Case.Groups.ContainsKey(group))
                .GroupBy(o => o.Case.Groups[group])
                .OrderBy(of => of.Key, StringComparer.Ordinal)
                .Select(of => Share(
                    $"rate-{group}-{of.Key}", of.Count(o => o.Predicted == favourable), of.Count()))
                .ToList();
            foreach (var rate in rates)
                yield return rate;

            var highest = rates.Max(r => r.Value);
            yield return new Measure(
                $"impact-ratio-{group}",
                rates.Count < 2 || highest is not > 0 ? null : Four(rates.Min(r => r.Value)!.Value / highest.Value),
                rates.Sum(r => r.N), null, null);
        }
    }

    private static Measure Mean(string name, List<Measure> each) => new(
        name, each.Exists(m => m.Value is null) ? null : Four(each.Average(m => m.Value!.Value)), each.Sum(m => m.N),
        null, null);

    internal static Measure Share(string name, int hits, int n)
    {
        if (n == 0)
            return new Measure(name, null, 0, null, null);

        var p = (double)hits / n;
        var center = (p + (Z * Z / (2 * n))) / (1 + (Z * Z / n));
        var half = Z * Math.Sqrt((p * (1 - p) / n) + (Z * Z / (4.0 * n * n))) / (1 + (Z * Z / n));
        return new Measure(
            name, Four((decimal)hits / n), n, Four((decimal)Math.Max(0, center - half)),
            Four((decimal)Math.Min(1, center + half)));
    }

    private static decimal Four(decimal value) => Math.Round(value, 4, MidpointRounding.ToZero);
}
