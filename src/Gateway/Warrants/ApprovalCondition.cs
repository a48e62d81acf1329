using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Provost.Gateway.Warrants;

/// <summary>
/// What a sign-off is tied to, in the words of who signed. In JSON a text alone, or <c>{"text","until"}</c>.
/// </summary>
/// <param name="Text">3 to 200 printable characters.</param>
/// <param name="Until">The warrant ends then at the latest; null: it lasts as long as the release says.</param>
[JsonConverter(typeof(ApprovalConditionConverter))]
public sealed record ApprovalCondition(string Text, DateTimeOffset? Until = null)
{
    /// <summary>The condition as people read it.</summary>
    public string Words => Until is { } until
        ? string.Create(
            CultureInfo.InvariantCulture, $"{Text} (until {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC)")
        : Text;

    /// <summary>Whether a warrant with these conditions and this end keeps an approval's.</summary>
    public static bool AreKept(
        IReadOnlyList<ApprovalCondition> ofApproval, IReadOnlyList<ApprovalCondition> ofWarrant,
        DateTimeOffset notAfter) =>
        ofApproval.All(c => ofWarrant.Contains(c) && (c.Until is not { } until || notAfter <= until));

    /// <summary>The end of a warrant that would last until <paramref name="end"/> without conditions.</summary>
    public static DateTimeOffset EndUnder(IEnumerable<ApprovalCondition> conditions, DateTimeOffset end) =>
        conditions.Select(c => c.Until ?? end).Append(end).Min();
}

/// <summary>Reads both forms, and nothing beside them.</summary>
internal sealed class ApprovalConditionConverter : JsonConverter<ApprovalCondition>
{
    public override bool HandleNull => true;

    public override ApprovalCondition Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            return new ApprovalCondition(reader.GetString()!);

        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("A condition is a text, or a text with its end.");

        string? text = null;
        DateTimeOffset? until = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            if (name == "text" && text is null && reader.TokenType == JsonTokenType.String)
                text = reader.GetString();
            else if (name == "until" && until is null && reader.TokenType == JsonTokenType.String
                && reader.TryGetDateTimeOffset(out var end))
                until = end.ToUniversalTime();
            else
                throw new JsonException($"A condition has text and until, each once; not \"{name}\" as it stands.");
        }

        return text is null ? throw new JsonException("A condition has no text.") : new ApprovalCondition(text, until);
    }

    public override void Write(Utf8JsonWriter writer, ApprovalCondition value, JsonSerializerOptions options)
    {
        if (value.Until is not { } until)
        {
            writer.WriteStringValue(value.Text);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("text", value.Text);
        writer.WriteString("until", until.UtcDateTime);
        writer.WriteEndObject();
    }
}
