using Npgsql;
using Provost.Control.Storage;

namespace Provost.Control.Decisions;

/// <summary>Calls bound to a system, as the index counted them.</summary>
/// <param name="System">Its name.</param>
/// <param name="Environment">Where.</param>
/// <param name="Calls">Decisions of any outcome, refusals included; drills are left out.</param>
public sealed record SystemTraffic(string System, string Environment, long Calls);

/// <summary>A system that answered calls.</summary>
/// <param name="At">The end of the newest hour in which it did, at most now.</param>
public sealed record ServedSystem(string System, string Environment, DateTimeOffset At);

/// <summary>What was seen to run, from the index.</summary>
public sealed class ObservedTraffic(Database database)
{
    /// <summary>Every system that was called since the hour of an instant, by name.</summary>
    /// <exception cref="DatabaseDownException">The database is down.</exception>
    public Task<IReadOnlyList<SystemTraffic>> SinceAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        database.RunAsync<IReadOnlyList<SystemTraffic>>(async (connection, token) =>
        {
            await using var command = new NpgsqlCommand("""
                SELECT system, environment, sum(count)::bigint FROM decision_count
                WHERE hour >= $1 AND NOT drill AND system <> ''
                GROUP BY system, environment ORDER BY system, environment
                """, connection);
            command.Parameters.Add(new NpgsqlParameter { Value = HourlyCounts.HourOf(since).UtcDateTime });
            await using var reader = await command.ExecuteReaderAsync(token);
            var seen = new List<SystemTraffic>();
            while (await reader.ReadAsync(token))
                seen.Add(new SystemTraffic(reader.GetString(0), reader.GetString(1), reader.GetInt64(2)));

            return seen;
        }, cancellationToken);

    /// <summary>The newest hour since an instant in which each system answered a call, to the hour. An answer is bound
    /// to a warrant, an exception or an adoption: what is not is refused.</summary>
    /// <exception cref="DatabaseDownException">The database is down.</exception>
    public Task<IReadOnlyList<ServedSystem>> LastServedAsync(
        DateTimeOffset since, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.RunAsync<IReadOnlyList<ServedSystem>>(async (connection, token) =>
        {
            await using var command = new NpgsqlCommand("""
                SELECT system, environment, least(max(hour) + interval '1 hour', $2) FROM decision_count
                WHERE hour >= $1 AND NOT drill AND system <> '' AND outcome IN ('allowed', 'redacted', 'fallback')
                GROUP BY system, environment
                """, connection);
            command.Parameters.Add(new NpgsqlParameter { Value = HourlyCounts.HourOf(since).UtcDateTime });
            command.Parameters.Add(new NpgsqlParameter { Value = now.UtcDateTime });
            await using var reader = await command.ExecuteReaderAsync(token);
            var seen = new List<ServedSystem>();
            while (await reader.ReadAsync(token))
            {
                seen.Add(new ServedSystem(
                    reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2)));
            }

            return seen;
        }, cancellationToken);
}
