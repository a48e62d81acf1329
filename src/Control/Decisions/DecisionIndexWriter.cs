using System.Globalization;
using Npgsql;
using Provost.Control.Storage;

namespace Provost.Control.Decisions;

/// <summary>How far the index goes.</summary>
internal sealed record IndexCursor(long NextLeaf, byte[]? LastHash);

/// <summary>Writes batches: rows and cursor in one transaction, so that nothing is lost or doubled.</summary>
internal sealed class DecisionIndexWriter(Database database)
{
    private const int ChoicesPerKind = 500;
    private readonly DailyGroups _groups = new();
    private readonly HashSet<DateOnly> _days = [];
    private readonly HashSet<string> _choices = [];
    private readonly Dictionary<string, int> _choicesOf = [];
    private readonly HashSet<Guid> _open = []; // of decision_open: most outcomes have no intent to look for

    public Task<IndexCursor> ReadCursorAsync(CancellationToken cancellationToken) =>
        database.RunAsync(async (connection, token) =>
        {
            await ReadChoicesAsync(connection, token);
            _days.Clear();
            // The cursor first: if another writer comes between, the cursor is found moved before the ids are used.
            var cursor = await ReadCursorAsync(connection, token);
            await ReadOpenAsync(connection, token);
            return cursor;
        }, cancellationToken);

    /// <summary>Empties the index, so that it is read from the log again.</summary>
    public Task ForgetAsync(CancellationToken cancellationToken) =>
        database.RunAsync(async (connection, token) =>
        {
            await using var command = new NpgsqlCommand(
                "TRUNCATE decision, decision_open, decision_facet, decision_count, decision_group, guardrail_minute, "
                + "guardrail_gap, refused_caller; "
                + "DELETE FROM index_progress WHERE name = 'decisions'", connection)
            { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync(token);
            return true;
        }, cancellationToken);

    /// <summary>Writes a batch that begins at <paramref name="from"/>.</summary>
    /// <returns>The cursor now in force: the batch's, or another one when somebody else moved it (then nothing was
    /// written).</returns>
    public Task<IndexCursor> WriteAsync(IndexCursor from, IndexBatch batch,
        Func<RefusedSource, CancellationToken, ValueTask<string?>> reveal, CancellationToken cancellationToken) =>
        database.RunAsync(async (connection, token) =>
        {
            await using var transaction = await connection.BeginTransactionAsync(token);
            // Losing the last commits in a crash is harmless here: the cursor goes back with them.
            await ExecuteAsync(connection, "SET LOCAL synchronous_commit = off", [], token);
            await ExecuteAsync(connection,
                "INSERT INTO index_progress VALUES ('decisions', 0, NULL) ON CONFLICT DO NOTHING", [], token);
            var current = await ReadCursorAsync(connection, token);
            if (current.NextLeaf != from.NextLeaf)
            {
                await ReadOpenAsync(connection, token);
                return current;
            }

            var taken = batch.Elsewhere(_open);
            var rows = batch.Decisions(await TakeIntentsAsync(connection, taken, token));
            var shapes = new RowShapes(rows);
            var left = batch.StillOpen();
            var madeDays = await MakeDaysAsync(connection, shapes.Shapes, token);
            await CopyDecisionsAsync(connection, shapes.Rows, token);
            await HourlyCounts.AddAsync(connection, shapes.Shapes, token);
            await _groups.AddAsync(connection, shapes.Shapes, token);
            await GuardrailCounts.AddAsync(connection, rows, token);
            await AddOpenAsync(connection, left, token);
            await CopyRefusedAsync(connection, await batch.RefusedAsync(reveal, token), token);
            var madeChoices = await AddChoicesAsync(connection, shapes.Shapes, token);
            await ExecuteAsync(connection,
                "UPDATE index_progress SET next_leaf = $1, last_hash = $2 WHERE name = 'decisions'",
                [batch.NextLeaf, batch.LastHash], token);
            await transaction.CommitAsync(token);
            _days.UnionWith(madeDays);
            madeChoices.ForEach(Remember);
            _open.ExceptWith(taken);
            _open.UnionWith(left.Select(intent => intent.Id));
            return new IndexCursor(batch.NextLeaf, batch.LastHash);
        }, cancellationToken);

    private static async Task<IndexCursor> ReadCursorAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT next_leaf, last_hash FROM index_progress WHERE name = 'decisions' FOR UPDATE", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return new IndexCursor(0, null);

        return new IndexCursor(reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetFieldValue<byte[]>(1));
    }

    private static async Task<Dictionary<Guid, OpenIntent>> TakeIntentsAsync(
        NpgsqlConnection connection, Guid[] ids, CancellationToken cancellationToken)
    {
        var found = new Dictionary<Guid, OpenIntent>();
        if (ids.Length == 0)
            return found;

        await using var command = new NpgsqlCommand("""
            DELETE FROM decision_open WHERE id = ANY($1)
            RETURNING leaf_index, leaf_hash, id, time, stream, seq, system, record
            """, connection);
        command.Parameters.Add(new NpgsqlParameter { Value = ids });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var intent = new OpenIntent(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), reader.GetGuid(2),
                reader.GetFieldValue<DateTimeOffset>(3), reader.GetString(4), reader.GetInt64(5),
                reader.IsDBNull(6) ? null : reader.GetString(6), reader.GetFieldValue<byte[]>(7));
            found.Add(intent.Id, intent);
        }

        return found;
    }

    /// <summary>Makes the partitions of days not seen yet.</summary>
    /// <remarks>Made apart and then attached: <c>CREATE … PARTITION OF</c> would lock every reader out, and one long
    /// export would hold up the index and all readers behind it.</remarks>
    private async Task<List<DateOnly>> MakeDaysAsync(
        NpgsqlConnection connection, List<RowShape> shapes, CancellationToken cancellationToken)
    {
        var made = new List<DateOnly>();
        foreach (var day in shapes.SelectMany(shape => shape.Hours)
            .Select(hour => DateOnly.FromDateTime(hour.Hour)).Distinct().Order())
        {
            if (_days.Contains(day))
                continue;

            made.Add(day);
            var name = "decision_" + day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
            await using var known = new NpgsqlCommand("SELECT to_regclass($1)::oid", connection);
            known.Parameters.Add(new NpgsqlParameter { Value = name });
            if (await known.ExecuteScalarAsync(cancellationToken) is not DBNull)
                continue;

            // Identifiers and bounds cannot be parameters; these come from a date alone.
            await ExecuteAsync(connection, $"""
                CREATE TABLE {name} (LIKE decision INCLUDING ALL)
                    WITH (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
                ALTER TABLE decision ATTACH PARTITION {name}
                    FOR VALUES FROM ('{day:yyyy-MM-dd} 00:00:00+00') TO ('{day.AddDays(1):yyyy-MM-dd} 00:00:00+00')
                """, [], cancellationToken);
        }

        return made;
    }

    private static Task CopyDecisionsAsync(NpgsqlConnection connection,
        IReadOnlyList<(DecisionRow Row, RowShape Shape)> rows, CancellationToken cancellationToken) =>
        CopyBuffer.SendAsync(connection, $"decision ({DecisionColumns.Names}, facets)", DecisionColumns.Count + 1, rows,
            static (copy, part) =>
            {
                DecisionColumns.Write(copy, part.Row);
                copy.Texts(part.Shape.Facets);
            }, cancellationToken);

    /// <summary>An id that is open already keeps its first intent: a node's mistake must not stop the index.</summary>
    private static async Task AddOpenAsync(
        NpgsqlConnection connection, List<OpenIntent> intents, CancellationToken cancellationToken)
    {
        if (intents.Count == 0)
            return;

        await using var command = new NpgsqlCommand("""
            INSERT INTO decision_open (leaf_index, leaf_hash, id, time, stream, seq, system, record)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING
            """, connection);
        Add(intents.Select(intent => intent.LeafIndex));
        Add(intents.Select(intent => intent.LeafHash));
        Add(intents.Select(intent => intent.Id));
        Add(intents.Select(intent => intent.Time.UtcDateTime));
        Add(intents.Select(intent => DecisionColumns.Clean(intent.Stream)));
        Add(intents.Select(intent => intent.Seq));
        Add(intents.Select(intent => intent.System is { } system ? DecisionColumns.Clean(system) : null));
        Add(intents.Select(intent => intent.Record));
        await command.ExecuteNonQueryAsync(cancellationToken);

        void Add<T>(IEnumerable<T> values) =>
            command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = [.. values] });
    }

    private static Task CopyRefusedAsync(
        NpgsqlConnection connection, List<RefusedRow> rows, CancellationToken cancellationToken) =>
        CopyBuffer.SendAsync(connection, """
            refused_caller
            (leaf_index, leaf_hash, time, source, user_agent, model, count, bytes, first_seen, last_seen)
            """, 10, rows,
            static (copy, row) =>
            {
                copy.Number(row.LeafIndex);
                copy.Bytes(row.LeafHash);
                copy.Time(row.Time);
                copy.Text(row.Source);
                copy.Text(row.UserAgent);
                copy.Text(row.Model);
                copy.Number(row.Count);
                copy.Number(row.Bytes);
                copy.Time(row.First);
                copy.Time(row.Last);
            }, cancellationToken);

    /// <summary>Notes values not seen before, so that filters can offer them.</summary>
    /// <remarks>Clients choose model names and cohort values: a kind stops growing at 500, and can still be
    /// filtered by.</remarks>
    private async Task<List<string>> AddChoicesAsync(
        NpgsqlConnection connection, List<RowShape> shapes, CancellationToken cancellationToken)
    {
        var fresh = new HashSet<string>();
        var counts = new Dictionary<string, int>(_choicesOf);
        foreach (var facet in shapes.SelectMany(shape => shape.Choices))
        {
            var kind = KindOf(facet);
            var count = counts.GetValueOrDefault(kind);
            if (count >= ChoicesPerKind || _choices.Contains(facet) || !fresh.Add(facet))
                continue;

            counts[kind] = count + 1;
        }

        if (fresh.Count > 0)
        {
            await ExecuteAsync(connection,
                "INSERT INTO decision_facet SELECT unnest($1::text[]) ON CONFLICT DO NOTHING", [fresh.ToArray()],
                cancellationToken);
        }

        return [.. fresh];
    }

    private async Task ReadOpenAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        _open.Clear();
        await using var command = new NpgsqlCommand("SELECT id FROM decision_open", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            _open.Add(reader.GetGuid(0));
    }

    private async Task ReadChoicesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        _choices.Clear();
        _choicesOf.Clear();
        await using var command = new NpgsqlCommand("SELECT facet FROM decision_facet", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            Remember(reader.GetString(0));
    }

    private void Remember(string facet)
    {
        if (_choices.Add(facet))
            _choicesOf[KindOf(facet)] = _choicesOf.GetValueOrDefault(KindOf(facet)) + 1;
    }

    private static string KindOf(string facet) => facet[..facet.IndexOf('=', StringComparison.Ordinal)];

    private static async Task ExecuteAsync(
        NpgsqlConnection connection, string sql, object[] values, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
