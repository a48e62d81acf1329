using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Provost.Gateway.Protocols.OpenInference;

/// <summary>
/// Reads an inference request of the Open Inference Protocol v2 in place: <c>{id?, parameters?, inputs[{name, shape,
/// datatype, data}], outputs?}</c>. Tensors travel as JSON; the binary extension is refused, for nobody here looks into
/// it.
/// </summary>
internal static class InferRequestReader
{
    public static ReadFault? Read(ReadOnlyMemory<byte> body, RouteTarget target, CallView view)
    {
        view.Model = Encoding.UTF8.GetBytes(target.Model);
        view.ModelVersion = Encoding.UTF8.GetBytes(target.Version);
        if (!Utf8.IsValid(body.Span))
        {
            return new ReadFault("", "the body is not valid UTF-8 (binary tensors are not taken)");
        }

        try
        {
            var reader = new Utf8JsonReader(body.Span, JsonCursor.Strict);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return new ReadFault("", "the body is not a JSON object");
            }

            return ReadRoot(ref reader, body, view)
                ?? (reader.Read() ? new ReadFault("", "something follows the JSON object") : null)
                ?? (view.Payload.IsEmpty ? new ReadFault("inputs", "inputs are required") : null);
        }
        catch (JsonException broken)
        {
            return new ReadFault("", $"not JSON at line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}");
        }
    }

    private static ReadFault? ReadRoot(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, CallView view)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonCursor.Name(ref reader, body);
            reader.Read();
            if (!view.Find(name.Span).IsEmpty)
            {
                return new ReadFault(Encoding.UTF8.GetString(name.Span), "this member appears twice");
            }

            var start = (int)reader.TokenStartIndex;
            if (name.Span.SequenceEqual("inputs"u8))
            {
                if (ReadInputs(ref reader, view) is { } fault)
                {
                    return fault;
                }

                view.Payload = new ByteRange(start, (int)reader.BytesConsumed - start);
            }
            else if (name.Span.SequenceEqual("id"u8))
            {
                view.ClientId = JsonCursor.TakeValue(ref reader);
                view.Texts.AddRange(IdText(body, view.ClientId));
            }
            else if (name.Span.SequenceEqual("parameters"u8) || name.Span.SequenceEqual("outputs"u8))
            {
                TensorTexts.Take(ref reader, view);
            }
            else
            {
                return new ReadFault(Encoding.UTF8.GetString(name.Span), "the protocol has no such member");
            }

            view.Members.Add(new RootMember(name, new ByteRange(start, (int)reader.BytesConsumed - start)));
        }

        return null;
    }

    private static IEnumerable<InputText> IdText(ReadOnlyMemory<byte> body, ByteRange id) =>
        id.Length > 2 && body.Span[id.Start] == '"' ? [new InputText("input.id", id, IsJson: false)] : [];

    private static ReadFault? ReadInputs(ref Utf8JsonReader reader, CallView view)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return new ReadFault("inputs", "inputs is an array of tensors");
        }

        for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return new ReadFault($"inputs[{index}]", "a tensor is an object");
            }

            if (ReadTensor(ref reader, index, view) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static ReadFault? ReadTensor(ref Utf8JsonReader reader, int index, CallView view)
    {
        var seen = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = IndexOf(reader);
            if (member < 0 || (seen & (1 << member)) != 0)
            {
                return new ReadFault($"inputs[{index}]", "has name, shape, datatype, parameters and data, each once");
            }

            seen |= 1 << member;
            reader.Read();
            if (member == 1 && index == 0)
            {
                view.Rows = FirstOf(reader);
            }

            TensorTexts.Take(ref reader, view);
        }

        return (seen & 0b1001) == 0b1001 ? null : new ReadFault($"inputs[{index}]", "a tensor has a name and data");
    }

    private static int IndexOf(Utf8JsonReader reader) =>
        reader.ValueTextEquals("name"u8) ? 0
        : reader.ValueTextEquals("shape"u8) ? 1
        : reader.ValueTextEquals("datatype"u8) ? 2
        : reader.ValueTextEquals("data"u8) ? 3
        : reader.ValueTextEquals("parameters"u8) ? 4
        : -1;

    /// <summary>Rows of the batch: the first number of the first tensor's shape.</summary>
    private static int FirstOf(Utf8JsonReader reader)
    {
        const int most = 100_000;
        return reader.TokenType == JsonTokenType.StartArray && reader.Read()
            && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var rows)
            ? Math.Clamp(rows, 1, most)
            : 1;
    }
}

/// <summary>Collects the strings under a value as texts of the request.</summary>
internal static class TensorTexts
{
    public static void Take(ref Utf8JsonReader reader, CallView view)
    {
        var depth = reader.CurrentDepth;
        while (true)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                var range = new ByteRange(
                    (int)reader.TokenStartIndex, (int)(reader.BytesConsumed - reader.TokenStartIndex));
                view.Texts.Add(new InputText("input.tensor", range, IsJson: false));
            }

            var opens = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
            if ((!opens && reader.CurrentDepth <= depth) || !reader.Read())
            {
                return;
            }
        }
    }
}
