using System.Text.Json;
using Provost.Ledger.Records;

namespace Provost.Ledger.Vault;

/// <summary>What the vault is told of an entry whose payloads are sealed.</summary>
/// <param name="Record">Id of the decision; of a record that is none, its own.</param>
internal readonly record struct SealedRecord(
    string Node, long NodeSeq, Guid Record, string? System, string? Class, string? Subject, DateTimeOffset Time);

/// <summary>
/// Takes them from an entry in one pass over its bytes: this is done for every call, so nothing is read twice and
/// texts that recur are made once. Not safe for concurrent use.
/// </summary>
/// <remarks>The form of an entry stands at <see cref="Leaf"/>; its keys are printable ASCII without escapes.</remarks>
internal sealed class SealedRecordReader
{
    private readonly KeptText _node = new();
    private readonly KeptText _system = new();
    private readonly KeptText _class = new();
    private readonly KeptText _subject = new();

    /// <exception cref="FormatException">The bytes are no entry of a known version, or its record lacks a member that
    /// every record has.</exception>
    public SealedRecord Read(ReadOnlySpan<byte> entry)
    {
        try
        {
            return ReadMembers(entry);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            throw new FormatException("The entry is not JSON of the log's form.", broken);
        }
    }

    private SealedRecord ReadMembers(ReadOnlySpan<byte> entry)
    {
        var json = new Utf8JsonReader(entry);
        var found = default(SealedRecord);
        var (version, hasRecord) = (0L, false);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.ValueSpan;
            if (name.SequenceEqual("node"u8))
                found = found with { Node = _node.Of(ref json)! };
            else if (name.SequenceEqual("nodeSeq"u8))
                found = found with { NodeSeq = json.Read() ? json.GetInt64() : 0 };
            else if (name.SequenceEqual("v"u8))
                version = json.Read() ? json.GetInt64() : 0;
            else if (name.SequenceEqual("record"u8))
                (found, hasRecord) = (ReadRecord(ref json, found), true);
            else
                json.Skip();
        }

        return version == Leaf.Version && hasRecord && found.Node is not null
            ? found
            : throw new FormatException($"The entry is not of the log's form of version {Leaf.Version}.");
    }

    private SealedRecord ReadRecord(ref Utf8JsonReader json, SealedRecord into)
    {
        Guid? decision = null, id = null;
        DateTimeOffset? time = null;
        string? system = null, kind = null, subject = null;
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.ValueSpan;
            switch (name.Length)
            {
                case 2 when name.SequenceEqual("id"u8):
                    id = json.Read() ? json.GetGuid() : null;
                    break;
                case 4 when name.SequenceEqual("time"u8):
                    time = json.Read() ? json.GetDateTimeOffset() : null;
                    break;
                case 6 when name.SequenceEqual("system"u8):
                    system = _system.Of(ref json);
                    break;
                case 7 when name.SequenceEqual("subject"u8):
                    subject = _subject.Of(ref json);
                    break;
                case 8 when name.SequenceEqual("decision"u8):
                    decision = json.Read() ? json.GetGuid() : null;
                    break;
                case 9 when name.SequenceEqual("retention"u8):
                    kind = _class.Of(ref json);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        return into with
        {
            Record = decision ?? id ?? throw new FormatException("The record lacks its id."),
            System = system,
            Class = kind,
            Subject = subject,
            Time = time ?? throw new FormatException("The record lacks its time."),
        };
    }

    /// <summary>A text that is most often the one before it.</summary>
    private sealed class KeptText
    {
        private byte[] _utf8 = [];
        private string _text = "";

        /// <summary>The string that follows the name that the reader stands on; null for a value of another
        /// kind.</summary>
        public string? Of(ref Utf8JsonReader json)
        {
            json.Read();
            if (json.TokenType != JsonTokenType.String)
            {
                json.Skip();
                return null;
            }

            if (json.ValueIsEscaped)
                return json.GetString();

            if (!json.ValueSpan.SequenceEqual(_utf8))
                (_utf8, _text) = (json.ValueSpan.ToArray(), json.GetString()!);

            return _text;
        }
    }
}
