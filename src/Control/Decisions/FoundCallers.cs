using Npgsql;
using Provost.Control.Storage;

namespace Provost.Control.Decisions;

/// <summary>A caller that the gateway refused because nobody registered it: shadow use of AI.</summary>
/// <param name="Source">Key id or address; <c>sealed:</c> and the commitment where it may not be opened here.</param>
/// <param name="UserAgent">What it says it is.</param>
/// <param name="Model">The model it asked for.</param>
/// <param name="Count">Calls.</param>
/// <param name="Bytes">Request bytes.</param>
/// <param name="FirstSeen">First call.</param>
/// <param name="LastSeen">Last call.</param>
public sealed record FoundCaller(string Source, string? UserAgent, string? Model, long Count, long Bytes,
    DateTimeOffset FirstSeen, DateTimeOffset LastSeen);

/// <summary>The shadow list, from the refusals in the index.</summary>
public sealed class FoundCallers(Database database)
{
    /// <summary>Callers seen since an instant, the last seen first.</summary>
    /// <exception cref="DatabaseDownException">The database is down.</exception>
    public Task<IReadOnlyList<FoundCaller>> ListAsync(
        DateTimeOffset since, int atMost, CancellationToken cancellationToken) =>
        database.RunAsync<IReadOnlyList<FoundCaller>>(async (connection, token) =>
        {
            await using var command = new NpgsqlCommand("""
                SELECT source, user_agent, model, sum(count)::bigint, sum(bytes)::bigint,
                    min(first_seen), max(last_seen)
                FROM refused_caller WHERE last_seen >= $1
                GROUP BY source, user_agent, model ORDER BY max(last_seen) DESC, source, user_agent, model LIMIT $2
                """, connection);
            command.Parameters.Add(new NpgsqlParameter { Value = since.UtcDateTime });
            command.Parameters.Add(new NpgsqlParameter { Value = atMost });
            await using var reader = await command.ExecuteReaderAsync(token);
            var callers = new List<FoundCaller>();
            while (await reader.ReadAsync(token))
            {
                callers.Add(new FoundCaller(reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1),
                    reader.IsDBNull(2) ? null : reader.GetString(2), reader.GetInt64(3), reader.GetInt64(4),
                    reader.GetFieldValue<DateTimeOffset>(5), reader.GetFieldValue<DateTimeOffset>(6)));
            }

            return callers;
        }, cancellationToken);
}
