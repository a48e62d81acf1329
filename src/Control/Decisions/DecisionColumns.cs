using Npgsql;
using NpgsqlTypes;

namespace Provost.Control.Decisions;

/// <summary>The columns of table <c>decision</c> in one order, for writing and reading alike.</summary>
internal static class DecisionColumns
{
    public const string Names =
        "leaf_index, leaf_hash, intent_leaf, id, time, stream, seq, system, environment, release, warrant, outcome, "
        + "ended, code, route, caller_key, subject, cohort, data_class, model_requested, model_served, status, "
        + "total_us, upstream_us, first_byte_us, tokens_in, tokens_out, drill, exceptions";

    public static async Task WriteAsync(NpgsqlBinaryImporter copy, DecisionRow row, CancellationToken cancellationToken)
    {
        await copy.WriteAsync(row.LeafIndex, cancellationToken);
        await copy.WriteAsync(row.LeafHash, cancellationToken);
        await NumberAsync(copy, row.IntentLeaf, cancellationToken);
        await copy.WriteAsync(row.Id, cancellationToken);
        await copy.WriteAsync(row.Time.ToUniversalTime(), NpgsqlDbType.TimestampTz, cancellationToken);
        await TextAsync(copy, row.Stream, cancellationToken);
        await copy.WriteAsync(row.Seq, cancellationToken);
        string?[] first =
        [
            row.System, row.Environment, row.Release, row.Warrant, row.Outcome ?? "unknown", row.Ended, row.Code,
            row.Route, row.CallerKey, row.Subject,
        ];
        foreach (var text in first)
            await TextAsync(copy, text, cancellationToken);
        await copy.WriteAsync(row.Cohort.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text, cancellationToken);
        await TextAsync(copy, row.DataClass, cancellationToken);
        await TextAsync(copy, row.ModelRequested, cancellationToken);
        await TextAsync(copy, row.ModelServed, cancellationToken);
        if (row.Status is { } status)
            await copy.WriteAsync(status, cancellationToken);
        else
            await copy.WriteNullAsync(cancellationToken);
        foreach (var number in new[] { row.TotalUs, row.UpstreamUs, row.FirstByteUs, row.TokensIn, row.TokensOut })
            await NumberAsync(copy, number, cancellationToken);
        await copy.WriteAsync(row.Drill, cancellationToken);
        // jsonb holds no NUL either, not even escaped.
        if (row.Exceptions?.Replace("\\u0000", "\\ufffd", StringComparison.Ordinal) is { } json)
            await copy.WriteAsync(json, NpgsqlDbType.Jsonb, cancellationToken);
        else
            await copy.WriteNullAsync(cancellationToken);
    }

    public static DecisionRow Read(NpgsqlDataReader reader) => new()
    {
        LeafIndex = reader.GetInt64(0),
        LeafHash = reader.GetFieldValue<byte[]>(1),
        IntentLeaf = Number(reader, 2),
        Id = reader.GetGuid(3),
        Time = reader.GetFieldValue<DateTimeOffset>(4),
        Stream = reader.GetString(5),
        Seq = reader.GetInt64(6),
        System = Text(reader, 7),
        Environment = Text(reader, 8),
        Release = Text(reader, 9),
        Warrant = Text(reader, 10),
        Outcome = Text(reader, 11),
        Ended = Text(reader, 12),
        Code = Text(reader, 13),
        Route = Text(reader, 14),
        CallerKey = Text(reader, 15),
        Subject = Text(reader, 16),
        Cohort = reader.GetFieldValue<string[]>(17),
        DataClass = Text(reader, 18),
        ModelRequested = Text(reader, 19),
        ModelServed = Text(reader, 20),
        Status = reader.IsDBNull(21) ? null : reader.GetInt32(21),
        TotalUs = Number(reader, 22),
        UpstreamUs = Number(reader, 23),
        FirstByteUs = Number(reader, 24),
        TokensIn = Number(reader, 25),
        TokensOut = Number(reader, 26),
        Drill = reader.GetBoolean(27),
        Exceptions = Text(reader, 28),
    };

    /// <summary>PostgreSQL holds no NUL in text; a client's model name may.</summary>
    public static string Clean(string text) => text.Replace('\0', '\uFFFD');

    public static Task TextAsync(NpgsqlBinaryImporter copy, string? text, CancellationToken cancellationToken) =>
        text is null
            ? copy.WriteNullAsync(cancellationToken)
            : copy.WriteAsync(Clean(text), NpgsqlDbType.Text, cancellationToken);

    private static Task NumberAsync(NpgsqlBinaryImporter copy, long? number, CancellationToken cancellationToken) =>
        number is { } value ? copy.WriteAsync(value, cancellationToken) : copy.WriteNullAsync(cancellationToken);

    private static string? Text(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);

    private static long? Number(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetInt64(column);
}
