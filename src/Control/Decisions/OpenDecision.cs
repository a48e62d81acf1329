using Npgsql;

namespace Provost.Control.Decisions;

/// <summary>An intent without outcome, shown in the same form as a decision.</summary>
internal static class OpenDecision
{
    public const string Names = "leaf_index, leaf_hash, id, time, stream, seq, record";

    private static readonly LeafParser Parser = new();

    public static DecisionRow Read(NpgsqlDataReader reader) =>
        Parser.ReadRecord(reader.GetFieldValue<byte[]>(6)).ToRow(intent: null, new DecisionRow
        {
            LeafIndex = reader.GetInt64(0),
            LeafHash = reader.GetFieldValue<byte[]>(1),
            IntentLeaf = reader.GetInt64(0),
            Id = reader.GetGuid(2),
            Time = reader.GetFieldValue<DateTimeOffset>(3),
            Stream = reader.GetString(4),
            Seq = reader.GetInt64(5),
            Cohort = [],
        });
}
