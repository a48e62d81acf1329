using System.Text.Json;

namespace Provost.Ledger.Records;

/// <summary>
/// What a record says of itself that decides where it belongs, read in one pass over its outermost members.
/// </summary>
/// <param name="Type">For example <c>decision.outcome</c>.</param>
/// <param name="System">The system's name; null when unbound or not a record of a system.</param>
/// <param name="Decision">Of decisions, otherwise empty.</param>
public readonly record struct RecordHead(
    string Type, Guid Id, string Node, long NodeSeq, string? System, Guid Decision)
{
    private const string GovernancePrefix = "gov.";

    /// <summary>Whether the record is an act of governance.</summary>
    public bool IsGovernance => Type.StartsWith(GovernancePrefix, StringComparison.Ordinal);

    /// <summary>The stream of the log it belongs to.</summary>
    public string Stream =>
        IsGovernance ? Leaf.GovernanceStream : System is null ? Leaf.UnboundStream : Leaf.StreamOf(System);

    /// <exception cref="FormatException">The bytes are no record: one of the common members is missing.</exception>
    public static RecordHead Read(ReadOnlySpan<byte> record)
    {
        try
        {
            return ReadMembers(record);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            throw new FormatException("The record is not JSON of the vocabulary's form.", broken);
        }
    }

    private static RecordHead ReadMembers(ReadOnlySpan<byte> record)
    {
        var json = new Utf8JsonReader(record);
        string? type = null, node = null, system = null;
        Guid? id = null;
        Guid decision = default;
        long? nodeSeq = null;
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            // by length first: most names are told apart by it; keys of a record are written without escapes
            var name = json.ValueSpan;
            switch (name.Length)
            {
                case 2 when name.SequenceEqual("id"u8):
                    id = json.Read() ? json.GetGuid() : null;
                    break;
                case 4 when name.SequenceEqual("type"u8):
                    type = Text(ref json);
                    break;
                case 4 when name.SequenceEqual("node"u8):
                    node = Text(ref json);
                    break;
                case 6 when name.SequenceEqual("system"u8):
                    system = Text(ref json);
                    break;
                case 7 when name.SequenceEqual("nodeSeq"u8):
                    nodeSeq = json.Read() ? json.GetInt64() : null;
                    break;
                case 8 when name.SequenceEqual("decision"u8):
                    decision = json.Read() ? json.GetGuid() : default;
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        return type is null || node is null || id is not { } known || nodeSeq is not { } number
            ? throw new FormatException("The record lacks one of type, id, node, nodeSeq.")
            : new RecordHead(type, known, node, number, system, decision);
    }

    private static string? Text(ref Utf8JsonReader json)
    {
        json.Read();
        return json.GetString();
    }
}
