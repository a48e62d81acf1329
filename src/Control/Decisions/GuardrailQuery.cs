using Npgsql;
using Provost.Control.Storage;

namespace Provost.Control.Decisions;

/// <summary>One system in one environment over whole minutes.</summary>
public sealed record GuardrailWindow(string System, string Environment, DateTimeOffset From, DateTimeOffset To);

/// <summary>How often a guardrail was in a state, by release.</summary>
/// <param name="Guardrail">Direction and id, as <c>output:pii</c>; empty where calls are counted.</param>
/// <param name="State"><c>looked</c>, <c>shadow</c>, or mode and reason as <c>skipped:fallback</c>.</param>
public sealed record GuardrailTotal(string Release, string Guardrail, string State, long Count);

/// <summary>A second in which a guardrail did not look.</summary>
/// <param name="Decision">One of the calls.</param>
/// <param name="Continues">
/// Whether it had not looked at any call since the second before of the same state either.
/// </param>
public sealed record GuardrailSecond(
    DateTimeOffset Second, string Release, string Guardrail, string State, long Count, Guid Decision, bool Continues);


/// <summary>Reads what guardrails did from the index. Whoever asks must have been authorised before.</summary>
public sealed class GuardrailQuery(Database database)
{
    /// <summary>Seconds that one answer reads; a window with more of them is asked for in parts.</summary>
    public const int MostSeconds = 20_000;

    /// <summary>Entries of the log that are in the index.</summary>
    public Task<long> ReachAsync(CancellationToken cancellationToken) =>
        database.RunAsync(async (connection, token) =>
        {
            await using var command = new NpgsqlCommand(
                "SELECT next_leaf FROM index_progress WHERE name = 'decisions'", connection);
            return await command.ExecuteScalarAsync(token) is long next ? next : 0L;
        }, cancellationToken);

    /// <summary>Calls, and what each guardrail did with them.</summary>
    public Task<IReadOnlyList<GuardrailTotal>> TotalsAsync(
        GuardrailWindow window, CancellationToken cancellationToken) =>
        database.RunAsync<IReadOnlyList<GuardrailTotal>>(async (connection, token) =>
        {
            await using var command = Command(connection, window, """
                SELECT release, guardrail, state, sum(count)::bigint FROM guardrail_minute
                WHERE system = $1 AND environment = $2 AND minute >= $3 AND minute < $4
                GROUP BY release, guardrail, state ORDER BY min(minute), release, guardrail, state
                """);
            await using var reader = await command.ExecuteReaderAsync(token);
            var totals = new List<GuardrailTotal>();
            while (await reader.ReadAsync(token))
            {
                totals.Add(new GuardrailTotal(
                    reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3)));
            }

            return totals;
        }, cancellationToken);

    /// <summary>Seconds in which some guardrail did not look and said why, in order; at most
    /// <see cref="MostSeconds"/> and one.</summary>
    public Task<IReadOnlyList<GuardrailSecond>> SecondsAsync(
        GuardrailWindow window, CancellationToken cancellationToken) =>
        database.RunAsync<IReadOnlyList<GuardrailSecond>>(async (connection, token) =>
        {
            await using var command = Command(connection, window, $"""
                WITH gap AS (
                    SELECT second, release, guardrail, state, count, decision, lag(second) OVER (
                        PARTITION BY release, guardrail, state ORDER BY second) AS before
                    FROM guardrail_gap
                    WHERE system = $1 AND environment = $2 AND second >= $3 AND second < $4
                    ORDER BY second, release, guardrail, state LIMIT {MostSeconds + 1})
                SELECT second, release, guardrail, state, count, decision, before IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM decision WHERE system = $1 AND environment = $2
                        AND time >= gap.before + interval '1 second' AND time < gap.second
                        AND decision.release = gap.release
                        AND (ran @> ARRAY[gap.guardrail] OR ran @> ARRAY[gap.guardrail || ':shadow']))
                FROM gap ORDER BY second, release, guardrail, state
                """);
            return await ReadAsync(command, token);
        }, cancellationToken);

    /// <summary>Seconds with calls whose record names a guardrail nowhere that their release owes them: searched
    /// in the rows, and only where the totals say that there are some.</summary>
    /// <param name="guardrail">Direction and id, as <c>output:pii</c>.</param>
    public Task<IReadOnlyList<GuardrailSecond>> MissingAsync(
        GuardrailWindow window, string release, string guardrail, CancellationToken cancellationToken) =>
        database.RunAsync<IReadOnlyList<GuardrailSecond>>(async (connection, token) =>
        {
            var place = guardrail.Split(':', 2);
            await using var command = Command(connection, window, $"""
                WITH called AS (
                    SELECT time, id, ended, NOT (ran @> ARRAY[$6] OR ran @> ARRAY[$6 || ':shadow']
                        OR COALESCE(exceptions @> jsonb_build_array(jsonb_build_object(
                            'surface', $7::text, 'id', $8::text, 'count', 0)), false)) AS missing
                    FROM decision WHERE system = $1 AND environment = $2 AND time >= $3 AND time < $4
                        AND release = $5),
                told AS (
                    SELECT *, count(*) FILTER (WHERE NOT missing) OVER (ORDER BY time, id) AS looked FROM called),
                gap AS (
                    SELECT date_trunc('second', time) AS second,
                        CASE WHEN ended = 'unknown' THEN 'missing:unknown' ELSE 'missing:missing' END AS state,
                        count(*) AS count, (array_agg(id ORDER BY time))[1] AS decision,
                        min(looked) AS first, max(looked) AS last
                    FROM told WHERE missing GROUP BY 1, 2)
                SELECT second, $5, $6, state, count, decision,
                    COALESCE(lag(last) OVER (PARTITION BY state ORDER BY second) = first, false)
                FROM gap ORDER BY second LIMIT {MostSeconds + 1}
                """);
            foreach (var value in (string[])[release, guardrail, place[0], place[^1]])
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            return await ReadAsync(command, token);
        }, cancellationToken);

    private static NpgsqlCommand Command(NpgsqlConnection connection, GuardrailWindow window, string sql)
    {
        var command = new NpgsqlCommand(sql, connection);
        object[] values = [window.System, window.Environment, window.From.UtcDateTime, window.To.UtcDateTime];
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    private static async Task<IReadOnlyList<GuardrailSecond>> ReadAsync(
        NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var seconds = new List<GuardrailSecond>();
        while (await reader.ReadAsync(cancellationToken))
        {
            seconds.Add(new GuardrailSecond(
                reader.GetFieldValue<DateTimeOffset>(0), reader.GetString(1), reader.GetString(2),
                reader.GetString(3), reader.GetInt64(4), reader.GetGuid(5), reader.GetBoolean(6)));
        }

        return seconds;
    }
}
