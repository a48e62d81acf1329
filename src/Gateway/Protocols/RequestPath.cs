using System.Text;
using System.Text.Json;

namespace Provost.Gateway.Protocols;

/// <summary>
/// A dotted path of a manifest (<c>metadata.region</c>) into a request's body. A step into an array takes the element
/// whose <c>name</c> is the step (the tensors of a scoring call); an array where a value is expected gives its first
/// element, and of a tensor its first datum. A value that is no string, number or boolean is absent.
/// </summary>
internal sealed class RequestPath(string dotted)
{
    private readonly byte[][] _steps = [.. dotted.Split('.').Select(Encoding.UTF8.GetBytes)];

    /// <summary>The value as text; null when the request has none there.</summary>
    public string? Find(ReadOnlyMemory<byte> body, CallView view)
    {
        var root = view.Find(_steps[0]);
        if (root.IsEmpty)
        {
            return null;
        }

        var reader = new Utf8JsonReader(body.Span.Slice(root.Start, root.Length), JsonCursor.Strict);
        reader.Read();
        for (var i = 1; i < _steps.Length; i++)
        {
            if (!TryStep(ref reader, _steps[i]))
            {
                return null;
            }
        }

        return Scalar(ref reader);
    }

    private static bool TryStep(ref Utf8JsonReader reader, byte[] step) => reader.TokenType switch
    {
        JsonTokenType.StartObject => TryMember(ref reader, step),
        JsonTokenType.StartArray => TryNamed(ref reader, step),
        _ => false,
    };

    private static bool TryMember(ref Utf8JsonReader reader, ReadOnlySpan<byte> step)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(step);
            reader.Read();
            if (found)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private static bool TryNamed(ref Utf8JsonReader reader, byte[] step)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var element = reader;
            if (TryMember(ref element, "name"u8)
                && element.TokenType == JsonTokenType.String && element.ValueTextEquals(step))
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private static string? Scalar(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartObject && !TryMember(ref reader, "data"u8))
        {
            return null;
        }

        while (reader.TokenType == JsonTokenType.StartArray)
        {
            reader.Read();
        }

        return reader.TokenType switch
        {
            JsonTokenType.String => Text(ref reader),
            JsonTokenType.Number => Encoding.ASCII.GetString(reader.ValueSpan),
            JsonTokenType.True => "true",
            JsonTokenType.False => "false",
            _ => null,
        };
    }

    private static string Text(ref Utf8JsonReader reader)
    {
        using var text = new ByteBuffer();
        JsonText.Unescape(reader.ValueSpan, text);
        return Encoding.UTF8.GetString(text.Span);
    }
}
