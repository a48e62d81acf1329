using System.Text;
using System.Text.Json;
using Provost.Ledger.Statements;

namespace Provost.Gateway.Protocols.OpenInference;

/// <summary>
/// Filters a scorer's answer: every text is inspected, the version that answered is compared with the approved one, the
/// first score is taken for the record.
/// </summary>
internal sealed class InferAnswerFilter(
    TextGuards guards, AnswerFacts facts, string approvedName, ReadOnlyMemory<byte> approvedVersion)
{
    public AnswerFate Filter(ReadOnlySpan<byte> body, ByteBuffer output)
    {
        using var filter = new JsonFilter(guards, output);
        try
        {
            var reader = new Utf8JsonReader(body, JsonCursor.Strict);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return AnswerFate.Unreadable;
            }

            Note(reader);
            filter.Scanned(ref reader, "output.tensor");
            if (reader.Read() || facts.IsError)
            {
                return AnswerFate.Unreadable;
            }
        }
        catch (JsonException)
        {
            return AnswerFate.Unreadable;
        }

        return guards.IsBlocked ? AnswerFate.Blocked : filter.Changed ? AnswerFate.Edited : AnswerFate.Untouched;
    }

    private void Note(Utf8JsonReader reader)
    {
        var isName = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = reader.ValueTextEquals("model_version"u8) ? 'v'
                : reader.ValueTextEquals("model_name"u8) ? 'n'
                : reader.ValueTextEquals("outputs"u8) ? 'o'
                : reader.ValueTextEquals("error"u8) ? 'e'
                : ' ';
            reader.Read();
            switch (member)
            {
                case 'v' when reader.TokenType == JsonTokenType.String && facts.IsApprovedModel is not false:
                    facts.IsApprovedModel = reader.ValueTextEquals(approvedVersion.Span);
                    facts.ModelServed = $"{approvedName}/{Printable(reader.ValueSpan)}";
                    break;
                case 'n':
                    isName &= reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(approvedName);
                    break;
                case 'o' when reader.TokenType == JsonTokenType.StartArray:
                    TakeScore(reader);
                    break;
                case 'e':
                    facts.IsError |= reader.TokenType != JsonTokenType.Null;
                    break;
            }

            reader.Skip();
        }

        if (!isName)
        {
            facts.IsApprovedModel = false;
        }
    }

    /// <summary>The first datum of the tensor named <c>score</c> or <c>probability</c>.</summary>
    private void TakeScore(Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var isScore = false;
            string? first = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isName = reader.ValueTextEquals("name"u8);
                var isData = reader.ValueTextEquals("data"u8);
                reader.Read();
                isScore |= isName && reader.TokenType == JsonTokenType.String
                    && (reader.ValueTextEquals("score"u8) || reader.ValueTextEquals("probability"u8));
                first = isData ? FirstNumber(reader) : first;
                reader.Skip();
            }

            if (isScore)
            {
                facts.Score ??= first;
            }
        }
    }

    private static string? FirstNumber(Utf8JsonReader reader)
    {
        while (reader.TokenType == JsonTokenType.StartArray && reader.Read())
        {
        }

        return reader.TokenType == JsonTokenType.Number && reader.TryGetDecimal(out var number)
            ? CanonicalJson.DecimalText(number)
            : null;
    }

    private static string Printable(ReadOnlySpan<byte> raw)
    {
        var text = Encoding.ASCII.GetString(raw[..Math.Min(raw.Length, 64)]);
        return new string([.. text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '?')]);
    }
}
