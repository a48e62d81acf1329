using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Provost.Control.Governance;
using Provost.Ledger.Statements;

namespace Provost.Control.Incidents;

/// <summary>Events as verb and body of a governance record: canonical JSON, unbound members null.</summary>
public static class IncidentEventJson
{
    private static readonly FrozenDictionary<string, JsonTypeInfo> Types = new Dictionary<string, JsonTypeInfo>
    {
        ["incident_opened"] = EventJson.Default.Opened,
        ["incident_signal"] = EventJson.Default.SignalJoined,
        ["incident_signal_recovered"] = EventJson.Default.SignalRecovered,
        ["incident_action"] = EventJson.Default.ActionTaken,
        ["incident_not_recovered"] = EventJson.Default.NotRecovered,
        ["incident_acknowledged"] = EventJson.Default.Acknowledged,
        ["incident_exhausted"] = EventJson.Default.Exhausted,
        ["incident_closed"] = EventJson.Default.Closed,
        ["page_attempted"] = EventJson.Default.PageAttempted,
        ["page_delivered"] = EventJson.Default.PageDelivered,
        ["page_failed"] = EventJson.Default.PageFailed,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<Type, string> VerbsByType =
        Types.ToFrozenDictionary(t => t.Value.Type, t => t.Key);

    /// <summary>Every verb of these events.</summary>
    public static IReadOnlyCollection<string> Verbs => Types.Keys;

    public static string VerbOf(IncidentEvent said) => VerbsByType[said.GetType()];

    public static byte[] ToBody(IncidentEvent said) =>
        CanonicalJson.From(JsonSerializer.SerializeToElement(said, Types[VerbOf(said)]));

    /// <exception cref="JsonException">The body is not one of this verb.</exception>
    public static IncidentEvent FromBody(string verb, JsonElement body) => Types.TryGetValue(verb, out var type)
        ? (IncidentEvent)(body.Deserialize(type) ?? throw new JsonException($"The body of {verb} is null."))
        : throw new JsonException($"{verb} is no verb of an incident.");
}

/// <summary>Canonical JSON has no fractions: a decimal travels as text, shortest form.</summary>
internal sealed class DecimalTextConverter : JsonConverter<decimal>
{
    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        decimal.TryParse(
            reader.GetString(), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new JsonException("A decimal is due, as text.");

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
        writer.WriteStringValue(CanonicalJson.DecimalText(value));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(DecimalTextConverter), typeof(InstantConverter)])]
[JsonSerializable(typeof(IncidentEvent.Opened))]
[JsonSerializable(typeof(IncidentEvent.SignalJoined))]
[JsonSerializable(typeof(IncidentEvent.SignalRecovered))]
[JsonSerializable(typeof(IncidentEvent.ActionTaken))]
[JsonSerializable(typeof(IncidentEvent.NotRecovered))]
[JsonSerializable(typeof(IncidentEvent.PageAttempted))]
[JsonSerializable(typeof(IncidentEvent.PageDelivered))]
[JsonSerializable(typeof(IncidentEvent.PageFailed))]
[JsonSerializable(typeof(IncidentEvent.Acknowledged))]
[JsonSerializable(typeof(IncidentEvent.Exhausted))]
[JsonSerializable(typeof(IncidentEvent.Closed))]
internal sealed partial class EventJson : JsonSerializerContext;
