using System.Data;
using System.Globalization;
using Npgsql;
using Provost.Control.Storage;

namespace Provost.Control.Decisions;

/// <summary>Reads the index of decisions. Whoever asks must have been authorised before.</summary>
/// <remarks>Every method throws <see cref="DatabaseDownException"/> at once while the database is down.</remarks>
public sealed class DecisionQuery(Database database)
{
    /// <summary>The most rows a page may have.</summary>
    public const int LargestPage = 1000;

    /// <summary>One page, newest first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size below 1 or above <see cref="LargestPage"/>.</exception>
    public Task<DecisionPage> PageAsync(
        DecisionFilter filter, DecisionCursor? after, int size, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, LargestPage);
        return database.RunAsync(async (connection, token) =>
        {
            var conditions = await DecisionConditions.FromAsync(filter, connection, token);
            if (conditions.IsEmpty)
                return new DecisionPage([], null);

            conditions.After(after);
            var rows = conditions.IsSelective
                ? await WalkAsync(conditions, size + 1, connection, token)
                    ?? await GatherAsync(conditions, size + 1, connection, token)
                : await InOrderAsync(conditions, size + 1, connection, token);
            if (rows.Count <= size)
                return new DecisionPage(rows, null);

            rows.RemoveAt(size);
            return new DecisionPage(rows, new DecisionCursor(rows[^1].Time, rows[^1].LeafIndex));
        }, cancellationToken);
    }

    /// <summary>How many decisions match, by outcome; outcomes that none has are left out.</summary>
    public Task<IReadOnlyDictionary<string, long>> CountByOutcomeAsync(
        DecisionFilter filter, CancellationToken cancellationToken) =>
        database.RunAsync<IReadOnlyDictionary<string, long>>(async (connection, token) =>
        {
            var counts = new Dictionary<string, long>();
            if (!HourlyCounts.Answer(filter))
            {
                foreach (var ((_, outcome), count) in
                    await DecisionGroups.CountAsync(connection, filter, "outcome", token))
                    counts[outcome] = count;
                return counts;
            }

            var (first, last) = (filter.From, filter.To); // whole hours lie between these
            if (filter.From is { } from && HourlyCounts.HourOf(from) != from)
                first = HourlyCounts.HourOf(from).AddHours(1);
            if (filter.To is { } to)
                last = HourlyCounts.HourOf(to);
            if (first >= last)
            {
                await CountRowsAsync(filter, counts, connection, token);
                return counts;
            }

            await HourlyCounts.CountAsync(connection, filter with { From = first, To = last }, counts, token);
            if (first != filter.From)
                await CountRowsAsync(filter with { To = first }, counts, connection, token);
            if (last != filter.To)
                await CountRowsAsync(filter with { From = last }, counts, connection, token);
            return counts;
        }, cancellationToken);

    /// <summary>How many decisions were made under an exception.</summary>
    public async Task<long> CountUnderAsync(Guid exception, CancellationToken cancellationToken)
    {
        var counts = await CountByOutcomeAsync(
            new DecisionFilter { Exception = exception.ToString() }, cancellationToken);
        return counts.Values.Sum();
    }

    /// <summary>How many decisions match, by a kind of group and by outcome.</summary>
    /// <param name="filter">What is asked for.</param>
    /// <param name="by">One of <c>outcome</c>, <c>release</c>, <c>model</c>, <c>code</c>, <c>system</c>,
    /// <c>environment</c>, or <c>cohort:</c> and the name of a cohort.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another <paramref name="by"/>.</exception>
    public Task<GroupedDecisions> GroupAsync(
        DecisionFilter filter, string by, CancellationToken cancellationToken) =>
        database.RunAsync(async (connection, token) =>
            DecisionGroups.Arrange(by, await DecisionGroups.CountAsync(connection, filter, by, token)),
            cancellationToken);

    /// <summary>A decision by its id; one that has an intent alone comes without outcome; null when unknown.</summary>
    public Task<DecisionRow?> FindByIdAsync(Guid id, CancellationToken cancellationToken) =>
        database.RunAsync(async (connection, token) =>
        {
            // The id holds its time (UUIDv7): older partitions need no look. An hour allows for skewed clocks.
            var notBefore = TimeOf(id) - TimeSpan.FromHours(1);
            await using var command = new NpgsqlCommand($"""
                SELECT {DecisionColumns.Names} FROM decision WHERE id = $1 AND time >= $2
                ORDER BY leaf_index DESC LIMIT 1
                """, connection);
            command.Parameters.Add(new NpgsqlParameter { Value = id });
            command.Parameters.Add(new NpgsqlParameter { Value = notBefore });
            var rows = await ReadAsync(command, token);
            return rows.Count > 0 ? rows[0] : await FindOpenAsync(id, connection, token);
        }, cancellationToken);

    /// <summary>Decisions whose outcome is not recorded yet, newest first.</summary>
    public Task<IReadOnlyList<DecisionRow>> OpenAsync(int atMost, CancellationToken cancellationToken) =>
        database.RunAsync<IReadOnlyList<DecisionRow>>(async (connection, token) =>
        {
            await using var command = new NpgsqlCommand(
                $"SELECT {OpenDecision.Names} FROM decision_open ORDER BY time DESC, leaf_index DESC LIMIT $1",
                connection);
            command.Parameters.Add(new NpgsqlParameter { Value = atMost });
            await using var reader = await command.ExecuteReaderAsync(token);
            var rows = new List<DecisionRow>();
            while (await reader.ReadAsync(token))
                rows.Add(OpenDecision.Read(reader));
            return rows;
        }, cancellationToken);

    /// <summary>Hands every matching decision over, oldest first, while it is read: memory stays flat.</summary>
    /// <remarks>Day by day in one snapshot of the database: the first row leaves at once, where sorting millions
    /// first kept it back for a minute.</remarks>
    public Task ForEachAsync(
        DecisionFilter filter, Func<DecisionRow, CancellationToken, ValueTask> take,
        CancellationToken cancellationToken) =>
        database.RunAsync(async (connection, token) =>
        {
            await using var snapshot = await connection.BeginTransactionAsync(
                IsolationLevel.RepeatableRead, token);
            foreach (var day in await DaysAsync(connection, token))
            {
                var (begin, end) = (day, day.AddDays(1));
                var today = filter with
                {
                    From = filter.From > begin ? filter.From : begin,
                    To = filter.To < end ? filter.To : end,
                };
                if (today.From >= today.To)
                    continue;

                var conditions = await DecisionConditions.FromAsync(today, connection, token);
                if (conditions.IsEmpty)
                    return;

                // Most of a day is read in the order that an index has; what is rare is found first and then sorted.
                await using (var order = new NpgsqlCommand(
                    $"SET LOCAL enable_sort = {(conditions.IsSelective ? "on" : "off")}", connection))
                    await order.ExecuteNonQueryAsync(token);
                await using var command = conditions.Command(connection,
                    $"SELECT {DecisionColumns.Names} FROM decision {conditions.Where} ORDER BY time, leaf_index");
                command.CommandTimeout = 0; // as long as the receiver takes
                await using var reader = await command.ExecuteReaderAsync(token);
                while (await reader.ReadAsync(token))
                    await take(DecisionColumns.Read(reader), token);
            }
        }, cancellationToken);

    /// <summary>The leaves that prove what matches, intents included, ascending: a bundle's contents. Of more decisions
    /// than <paramref name="atMost"/> only so many, any of them.</summary>
    public Task<IReadOnlyList<long>> LeavesAsync(
        DecisionFilter filter, int atMost, CancellationToken cancellationToken) =>
        database.RunAsync<IReadOnlyList<long>>(async (connection, token) =>
        {
            var conditions = await DecisionConditions.FromAsync(filter, connection, token);
            var leaves = new SortedSet<long>();
            if (conditions.IsEmpty)
                return [];

            await using var command = conditions.Command(connection,
                $"SELECT leaf_index, intent_leaf FROM decision {conditions.Where} LIMIT {atMost}");
            command.CommandTimeout = 0;
            await using var reader = await command.ExecuteReaderAsync(token);
            while (await reader.ReadAsync(token))
            {
                leaves.Add(reader.GetInt64(0));
                if (!reader.IsDBNull(1))
                    leaves.Add(reader.GetInt64(1));
            }

            return [.. leaves];
        }, cancellationToken);

    /// <summary>Values seen so far, for a filter's list: of <c>system</c>, <c>env</c>, <c>release</c>, <c>model</c>,
    /// <c>outcome</c>, <c>code</c>, <c>key</c> or <c>cohort</c>; at most 500 of a kind.</summary>
    public Task<IReadOnlyList<string>> ChoicesAsync(string kind, CancellationToken cancellationToken) =>
        database.RunAsync<IReadOnlyList<string>>(async (connection, token) =>
        {
            await using var command = new NpgsqlCommand(
                "SELECT substr(facet, length($1) + 1) FROM decision_facet WHERE starts_with(facet, $1) ORDER BY 1",
                connection);
            command.Parameters.Add(new NpgsqlParameter { Value = kind + "=" });
            await using var reader = await command.ExecuteReaderAsync(token);
            var values = new List<string>();
            while (await reader.ReadAsync(token))
                values.Add(reader.GetString(0));
            return values;
        }, cancellationToken);

    /// <summary>Newest first through the index by time; null when that takes longer than it may.</summary>
    /// <remarks>Statistics do not know rare values and rare pairs, so no plan chosen beforehand is right for all of
    /// them. Common ones fill a page within milliseconds this way; what does not is rare, and gathering it is cheap.
    /// Measured with 1 M rows: a value that is nowhere took 500 ms in order, 5 ms gathered.</remarks>
    private static async Task<List<DecisionRow>?> WalkAsync(
        DecisionConditions conditions, int limit, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // Before its first ANALYZE a day's partition is planned blindly: the order is not left to chance.
        await using (var patience = new NpgsqlCommand(
            "SET LOCAL statement_timeout = '200ms'; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off",
            connection))
            await patience.ExecuteNonQueryAsync(cancellationToken);
        try
        {
            return await InOrderAsync(conditions, limit, connection, cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled)
        {
            return null;
        }
    }

    internal static async Task<List<DecisionRow>> InOrderAsync(
        DecisionConditions conditions, int limit, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = conditions.Command(connection, $"""
            SELECT {DecisionColumns.Names} FROM decision {conditions.Where}
            ORDER BY time DESC, leaf_index DESC LIMIT {limit}
            """);
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>All that match through the inverted index, then the newest of them.</summary>
    internal static async Task<List<DecisionRow>> GatherAsync(
        DecisionConditions conditions, int limit, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = conditions.Command(connection, $"""
            WITH found AS MATERIALIZED (SELECT time, leaf_index FROM decision {conditions.Where})
            SELECT {DecisionColumns.Names} FROM decision JOIN
                (SELECT time, leaf_index FROM found ORDER BY time DESC, leaf_index DESC LIMIT {limit}) newest
                USING (time, leaf_index)
            ORDER BY time DESC, leaf_index DESC
            """);
        return await ReadAsync(command, cancellationToken);
    }

    private static async Task CountRowsAsync(DecisionFilter filter, Dictionary<string, long> counts,
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var conditions = await DecisionConditions.FromAsync(filter, connection, cancellationToken);
        if (conditions.IsEmpty)
            return;

        await using var command = conditions.Command(connection,
            $"SELECT outcome, count(*) FROM decision {conditions.Where} GROUP BY outcome");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            counts[reader.GetString(0)] = counts.GetValueOrDefault(reader.GetString(0)) + reader.GetInt64(1);
    }

    /// <summary>Midnights of the days that hold decisions, by the names of their partitions.</summary>
    private static async Task<List<DateTimeOffset>> DaysAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            SELECT right(relname, 8) FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
            WHERE inhparent = 'decision'::regclass ORDER BY relname
            """, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var days = new List<DateTimeOffset>();
        while (await reader.ReadAsync(cancellationToken))
        {
            days.Add(DateTimeOffset.ParseExact(
                reader.GetString(0), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
        }

        return days;
    }

    private static async Task<DecisionRow?> FindOpenAsync(
        Guid id, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT {OpenDecision.Names} FROM decision_open WHERE id = $1", connection);
        command.Parameters.Add(new NpgsqlParameter { Value = id });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? OpenDecision.Read(reader) : null;
    }

    private static async Task<List<DecisionRow>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<DecisionRow>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(DecisionColumns.Read(reader));
        return rows;
    }

    /// <summary>RFC 9562 section 5.7: the first 48 bits are milliseconds since 1970.</summary>
    private static DateTime TimeOf(Guid id)
    {
        if (id.Version != 7)
            return DateTime.UnixEpoch.AddDays(1);

        var milliseconds = Convert.ToInt64(id.ToString("N")[..12], 16);
        var latest = new DateTimeOffset(9000, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        return DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, 7_200_000, latest)).UtcDateTime;
    }
}
