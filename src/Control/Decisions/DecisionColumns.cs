using Npgsql;

namespace Provost.Control.Decisions;

/// <summary>The columns of table <c>decision</c> in one order, for writing and reading alike.</summary>
internal static class DecisionColumns
{
    public const string Names =
        "leaf_index, leaf_hash, intent_leaf, id, time, stream, seq, system, environment, release, warrant, outcome, "
        + "ended, code, route, caller_key, subject, cohort, data_class, model_requested, model_served, status, "
        + "total_us, upstream_us, first_byte_us, tokens_in, tokens_out, drill, exceptions, ran, session, "
        + "trace, parent, score, exception, adoption";

    /// <summary>How many <see cref="Names"/> are.</summary>
    public const short Count = 36;

    /// <summary>Writes the columns of <see cref="Names"/>.</summary>
    public static void Write(CopyBuffer copy, DecisionRow row)
    {
        copy.Number(row.LeafIndex);
        copy.Bytes(row.LeafHash);
        copy.Number(row.IntentLeaf);
        copy.Id(row.Id);
        copy.Time(row.Time);
        copy.Text(row.Stream);
        copy.Number(row.Seq);
        copy.Text(row.System);
        copy.Text(row.Environment);
        copy.Text(row.Release);
        copy.Text(row.Warrant);
        copy.Text(row.Outcome ?? "unknown");
        copy.Text(row.Ended);
        copy.Text(row.Code);
        copy.Text(row.Route);
        copy.Text(row.CallerKey);
        copy.Text(row.Subject);
        copy.Texts(row.Cohort);
        copy.Text(row.DataClass);
        copy.Text(row.ModelRequested);
        copy.Text(row.ModelServed);
        copy.Small(row.Status);
        copy.Number(row.TotalUs);
        copy.Number(row.UpstreamUs);
        copy.Number(row.FirstByteUs);
        copy.Number(row.TokensIn);
        copy.Number(row.TokensOut);
        copy.Flag(row.Drill);
        copy.Json(row.Exceptions);
        copy.Texts(row.Ran);
        copy.Text(row.Session);
        copy.Text(row.Trace);
        if (row.Parent is { } parent)
            copy.Id(parent);
        else
            copy.Null();
        copy.Text(row.Score);
        copy.Text(row.UnderException);
        copy.Text(row.Adoption);
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
        Ran = reader.GetFieldValue<string[]>(29),
        Session = Text(reader, 30),
        Trace = Text(reader, 31),
        Parent = reader.IsDBNull(32) ? null : reader.GetGuid(32),
        Score = Text(reader, 33),
        UnderException = Text(reader, 34),
        Adoption = Text(reader, 35),
    };

    /// <summary>PostgreSQL holds no NUL in text; a client's model name may.</summary>
    public static string Clean(string text) => text.Replace('\0', '\uFFFD');

    private static string? Text(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);

    private static long? Number(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetInt64(column);
}
