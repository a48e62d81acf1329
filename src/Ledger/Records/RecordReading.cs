using System.Globalization;
using System.Text.Json;

namespace Provost.Ledger.Records;

/// <summary>
/// Reads the members that <see cref="RecordWriting"/> writes; whatever is missing or of another kind is a
/// <see cref="FormatException"/> to the caller of a view.
/// </summary>
internal static class RecordReading
{
    public static JsonDocument Parse(ReadOnlyMemory<byte> record)
    {
        try
        {
            return JsonDocument.Parse(record);
        }
        catch (JsonException broken)
        {
            throw new FormatException("The record is not JSON.", broken);
        }
    }

    public static T Checked<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception broken) when (broken is KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("The record is not of its schema's form.", broken);
        }
    }

    public static string? Type(this JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty("type", out var type)
        && type.ValueKind == JsonValueKind.String
            ? type.GetString()
            : throw new FormatException("The record has no type.");

    /// <summary>A schema that is not known is refused: what it means cannot be guessed.</summary>
    public static void ExpectSchema(this JsonElement json, string schema)
    {
        if (json.Required("schema") != schema)
            throw new FormatException($"The record's schema is {json.Required("schema")}; {schema} is read here.");
    }

    public static string? Text(this JsonElement json, string name) => json.GetProperty(name).GetString();

    public static string Required(this JsonElement json, string name) =>
        json.Text(name) ?? throw new FormatException($"The record's {name} is null.");

    public static long Number(this JsonElement json, string name) => json.GetProperty(name).GetInt64();

    public static long? OptionalNumber(this JsonElement json, string name) =>
        json.GetProperty(name) is { ValueKind: not JsonValueKind.Null } value ? value.GetInt64() : null;

    public static bool Flag(this JsonElement json, string name) => json.GetProperty(name).GetBoolean();

    public static Guid Id(this JsonElement json, string name) => json.GetProperty(name).GetGuid();

    public static Guid? OptionalId(this JsonElement json, string name) =>
        json.GetProperty(name) is { ValueKind: not JsonValueKind.Null } value ? value.GetGuid() : null;

    public static DateTimeOffset Time(this JsonElement json, string name) => DateTimeOffset.ParseExact(
        json.Required(name), RecordWriting.TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    public static Commitment? Commitment(this JsonElement json, string name) =>
        json.GetProperty(name) is { ValueKind: not JsonValueKind.Null } value
            ? new Commitment(
                value.Required("hmac"),
                (int)value.Number("length"),
                value.Required("media"),
                Words.ToCapture(value.Required("capture")))
            : null;
}
