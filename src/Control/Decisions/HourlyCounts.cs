using Npgsql;

namespace Provost.Control.Decisions;

/// <summary>Decisions by hour, system, environment, outcome and drill: totals without reading rows.</summary>
internal static class HourlyCounts
{
    /// <summary>Adds a batch's rows to their hours.</summary>
    public static async Task AddAsync(
        NpgsqlConnection connection, IEnumerable<RowShape> shapes, CancellationToken cancellationToken)
    {
        // In the key's order: two writers lock the same hours in the same order.
        var groups = shapes.SelectMany(shape => shape.Hours, (shape, hour) => (
                Key: (hour.Hour, shape.System, shape.Environment, shape.Outcome, shape.Drill), hour.Rows))
            .GroupBy(part => part.Key, part => part.Rows).OrderBy(group => group.Key).ToList();
        if (groups.Count == 0)
            return;

        await using var command = new NpgsqlCommand("""
            INSERT INTO decision_count AS known (hour, system, environment, outcome, drill, count)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
            ON CONFLICT (hour, system, environment, outcome, drill)
            DO UPDATE SET count = known.count + excluded.count
            """, connection);
        Add(groups.Select(group => group.Key.Hour));
        Add(groups.Select(group => group.Key.System));
        Add(groups.Select(group => group.Key.Environment));
        Add(groups.Select(group => group.Key.Outcome));
        Add(groups.Select(group => group.Key.Drill));
        Add(groups.Select(group => group.Sum()));
        await command.ExecuteNonQueryAsync(cancellationToken);

        void Add<T>(IEnumerable<T> values) =>
            command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = [.. values] });
    }

    /// <summary>Whether hours can answer: the filter asks for nothing that they do not hold.</summary>
    public static bool Answer(DecisionFilter filter) =>
        filter is { Release: null, Model: null, CallerKey: null, Exception: null, Adoption: null, Cohort.Count: 0 }
        && string.IsNullOrEmpty(filter.Code) && string.IsNullOrEmpty(filter.IdPrefix);

    /// <summary>Counts by outcome over whole hours.</summary>
    public static async Task CountAsync(NpgsqlConnection connection, DecisionFilter filter,
        Dictionary<string, long> counts, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            SELECT outcome, sum(count)::bigint FROM decision_count
            WHERE ($1::timestamptz IS NULL OR hour >= $1) AND ($2::timestamptz IS NULL OR hour < $2)
                AND ($3::text IS NULL OR system = $3) AND ($4::text IS NULL OR environment = $4)
                AND ($5::text IS NULL OR outcome = $5) AND ($6::boolean IS NULL OR drill = $6)
            GROUP BY outcome
            """, connection);
        object?[] values =
        [
            filter.From?.UtcDateTime, filter.To?.UtcDateTime, filter.System, filter.Environment, filter.Outcome,
            filter.Drill,
        ];
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            counts[reader.GetString(0)] = counts.GetValueOrDefault(reader.GetString(0)) + reader.GetInt64(1);
    }

    /// <summary>The hour that an instant lies in.</summary>
    public static DateTimeOffset HourOf(DateTimeOffset time) =>
        new(time.UtcTicks - time.UtcTicks % TimeSpan.TicksPerHour, TimeSpan.Zero);
}
