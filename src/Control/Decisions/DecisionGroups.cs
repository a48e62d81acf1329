using System.Globalization;
using Npgsql;
using Provost.Control.Storage;

namespace Provost.Control.Decisions;

/// <summary>Outcomes of one group.</summary>
/// <param name="Value">What the group has in common; null where a decision says nothing of the kind.</param>
/// <param name="Count">All of them.</param>
/// <param name="Outcomes">By outcome; those that none has are left out.</param>
public sealed record DecisionGroup(string? Value, long Count, IReadOnlyDictionary<string, long> Outcomes);

/// <summary>Groups, the largest first.</summary>
/// <param name="Rest">Decisions of groups beyond the last that is listed.</param>
public sealed record GroupedDecisions(
    string By, long Count, IReadOnlyDictionary<string, long> Outcomes, IReadOnlyList<DecisionGroup> Groups, long Rest)
{
    /// <summary>Whether decisions are grouped by that: a kind, or <c>cohort:</c> and a name.</summary>
    public static bool Knows(string by) => DecisionGroups.Knows(by);
}

/// <summary>Counts decisions by outcome and by group, exactly and without reading every row.</summary>
/// <remarks>Whole days come from <see cref="DailyGroups"/>, the hours at either end of the window and days with folded
/// groups from the rows.</remarks>
internal static class DecisionGroups
{
    /// <summary>Groups that one answer lists.</summary>
    public const int MostGroups = 200;

    /// <summary>What one may group by; a cohort is named after it, as <c>cohort:region</c>.</summary>
    public static readonly IReadOnlyList<string> Kinds =
        ["outcome", "release", "model", "code", "system", "environment", "cohort:NAME"];

    private const string Cohort = "cohort:";

    /// <summary>Whether <paramref name="by"/> is one of <see cref="Kinds"/>.</summary>
    public static bool Knows(string by) => by.StartsWith(Cohort, StringComparison.Ordinal)
        ? by.Length > Cohort.Length
        : Kinds.Contains(by);

    /// <summary>Whether days can answer: the filter asks for nothing that they do not hold.</summary>
    public static bool DaysAnswer(DecisionFilter filter) =>
        filter is { CallerKey: null, Exception: null, Adoption: null } && string.IsNullOrEmpty(filter.IdPrefix);

    /// <summary>Counts what matches, by the value of <paramref name="by"/> and outcome.</summary>
    public static async Task<Dictionary<(string? Value, string Outcome), long>> CountAsync(
        NpgsqlConnection connection, DecisionFilter filter, string by, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<(string?, string), long>();
        var (first, last) = (filter.From, filter.To); // whole days lie between these
        if (filter.From is { } from && from.UtcDateTime.TimeOfDay != TimeSpan.Zero)
            first = Midnight(from).AddDays(1);
        if (filter.To is { } to)
            last = Midnight(to);
        if (!DaysAnswer(filter) || first >= last)
        {
            await CountRowsAsync(connection, filter, by, counts, cancellationToken);
            return counts;
        }

        var whole = filter with { From = first, To = last };
        var folded = await FoldedDaysAsync(connection, whole, cancellationToken);
        await CountDaysAsync(connection, whole, by, folded, counts, cancellationToken);
        if (first != filter.From)
            await CountRowsAsync(connection, filter with { To = first }, by, counts, cancellationToken);
        if (last != filter.To)
            await CountRowsAsync(connection, filter with { From = last }, by, counts, cancellationToken);
        foreach (var day in folded)
        {
            var begin = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
            var today = filter with { From = begin, To = begin.AddDays(1) };
            await CountRowsAsync(connection, today, by, counts, cancellationToken);
        }

        return counts;
    }

    /// <summary>Groups as people read them, the largest first.</summary>
    public static GroupedDecisions Arrange(string by, Dictionary<(string? Value, string Outcome), long> counts)
    {
        var groups = counts.GroupBy(count => count.Key.Value)
            .Select(group => new DecisionGroup(
                group.Key, group.Sum(count => count.Value),
                group.OrderByDescending(count => count.Value)
                    .ToDictionary(count => count.Key.Outcome, count => count.Value)))
            .OrderByDescending(group => group.Count).ThenBy(group => group.Value, StringComparer.Ordinal).ToList();
        var outcomes = counts.GroupBy(count => count.Key.Outcome)
            .Select(outcome => KeyValuePair.Create(outcome.Key, outcome.Sum(count => count.Value)))
            .OrderByDescending(outcome => outcome.Value).ToDictionary();
        return new GroupedDecisions(
            by, outcomes.Values.Sum(), outcomes, [.. groups.Take(MostGroups)],
            groups.Skip(MostGroups).Sum(group => group.Count));
    }

    private static DateTimeOffset Midnight(DateTimeOffset time) => new(time.UtcDateTime.Date, TimeSpan.Zero);

    private static async Task CountRowsAsync(
        NpgsqlConnection connection, DecisionFilter filter, string by,
        Dictionary<(string?, string), long> counts, CancellationToken cancellationToken)
    {
        var conditions = await DecisionConditions.FromAsync(filter, connection, cancellationToken);
        if (conditions.IsEmpty)
            return;

        var value = Expression(by, conditions.Next);
        await using var command = conditions.Command(connection,
            $"SELECT {value}, outcome, count(*) FROM decision {conditions.Where} GROUP BY 1, 2");
        await AddAsync(command, counts, cancellationToken);
    }

    private static async Task<List<DateOnly>> FoldedDaysAsync(
        NpgsqlConnection connection, DecisionFilter filter, CancellationToken cancellationToken)
    {
        var conditions = DecisionConditions.OfDays(filter, foldedToo: true);
        await using var command = conditions.Command(connection,
            $"SELECT DISTINCT day FROM decision_group {conditions.Where} ORDER BY day");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var days = new List<DateOnly>();
        while (await reader.ReadAsync(cancellationToken))
            days.Add(reader.GetFieldValue<DateOnly>(0));
        return days;
    }

    private static async Task CountDaysAsync(
        NpgsqlConnection connection, DecisionFilter filter, string by, List<DateOnly> without,
        Dictionary<(string?, string), long> counts, CancellationToken cancellationToken)
    {
        var conditions = DecisionConditions.OfDays(filter, foldedToo: false);
        if (without.Count > 0)
            conditions.Add("NOT day = ANY ({0})", without.ToArray());
        var value = Expression(by, conditions.Next);
        await using var command = conditions.Command(connection, $"""
            SELECT {value}, outcome, sum(count)::bigint FROM decision_group {conditions.Where} GROUP BY 1, 2
            """);
        await AddAsync(command, counts, cancellationToken);
    }

    /// <summary>The columns have the same names in both tables.</summary>
    private static string Expression(string by, Func<object, string> parameter) => by switch
    {
        "outcome" or "release" or "code" or "system" or "environment" => by,
        "model" => "coalesce(model_served, model_requested)",
        _ when Knows(by) => string.Format(
            CultureInfo.InvariantCulture,
            "(SELECT substr(of, length({0}) + 1) FROM unnest(cohort) of WHERE starts_with(of, {0}) LIMIT 1)",
            parameter(DecisionColumns.Clean(by[Cohort.Length..]) + "=") + "::text"),
        _ => throw new ArgumentOutOfRangeException(nameof(by), by, "Nothing to group by."),
    };

    private static async Task AddAsync(
        NpgsqlCommand command, Dictionary<(string?, string), long> counts, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var place = (reader.IsDBNull(0) ? null : reader.GetString(0), reader.GetString(1));
            counts[place] = counts.GetValueOrDefault(place) + reader.GetInt64(2);
        }
    }
}
