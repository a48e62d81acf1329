using Npgsql;
using Provost.Control.Storage;

namespace Provost.Control.Decisions;

/// <summary>Finds the decisions that one belongs with. Whoever asks must have been authorised before.</summary>
public sealed class DecisionSteps(Database database)
{
    /// <summary>Steps that one answer lists.</summary>
    public const int Most = 100;

    private static readonly TimeSpan TraceSpan = TimeSpan.FromDays(1);
    private static readonly TimeSpan SessionSpan = TimeSpan.FromDays(7);

    /// <summary>
    /// The decision before and those that follow from this one; those of its trace within a day; those of its session
    /// (of the same system and client key) within a week. Oldest first, at most <see cref="Most"/> and one.
    /// </summary>
    /// <param name="readable">Systems that may be shown; null for all.</param>
    public Task<IReadOnlyList<DecisionRow>> OfAsync(
        DecisionRow of, IReadOnlyList<string>? readable, CancellationToken cancellationToken) =>
        database.RunAsync<IReadOnlyList<DecisionRow>>(async (connection, token) =>
        {
            // Each half is bounded by itself: a session of thousands must not push out the parent.
            await using var command = new NpgsqlCommand($"""
                SELECT {DecisionColumns.Names} FROM (
                    (SELECT * FROM decision WHERE id = $2 AND time <= $6 ORDER BY time DESC LIMIT 1)
                    UNION (SELECT * FROM decision WHERE parent = $1 AND time >= $3 AND time < $5
                        ORDER BY time LIMIT {Most + 1})
                    UNION (SELECT * FROM decision WHERE trace = $4 AND time >= $3 AND time < $5
                        ORDER BY time LIMIT {Most + 1})
                    UNION (SELECT * FROM decision WHERE session = $7 AND system = $8 AND caller_key = $9
                        AND time >= $10 AND time < $11 ORDER BY time LIMIT {Most + 1})) step
                WHERE id <> $1 AND ($12::text[] IS NULL OR system = ANY ($12))
                ORDER BY time, leaf_index LIMIT {Most + 1}
                """, connection);
            var time = of.Time.UtcDateTime;
            Add<Guid?>(of.Id);
            Add(of.Parent);
            Add<DateTime?>(time - TraceSpan);
            Add(of.Trace);
            Add<DateTime?>(time + TraceSpan);
            Add<DateTime?>(time);
            Add(of.Session);
            Add(of.System);
            Add(of.CallerKey);
            Add<DateTime?>(time - SessionSpan);
            Add<DateTime?>(time + SessionSpan);
            Add(readable?.ToArray());
            await using var reader = await command.ExecuteReaderAsync(token);
            var rows = new List<DecisionRow>();
            while (await reader.ReadAsync(token))
                rows.Add(DecisionColumns.Read(reader));
            return rows;

            void Add<T>(T value) => command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        }, cancellationToken);
}
