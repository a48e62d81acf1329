using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Provost.Gateway.Snapshot;
using Provost.Ledger.Statements;

namespace Provost.Gateway.Warrants;

/// <summary>
/// What a person signs to let a registered system's traffic pass for a while before anything of it was approved. The
/// act names the digest of exactly this.
/// </summary>
public sealed record AdoptionContent
{
    /// <summary>Days in a row that a system may be adopted, whoever signs.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>The verb of the acts.</summary>
    public const string Verb = "adopt";

    private static readonly string[] Tiers = ["minimal", "limited"];

    public required Guid Id { get; init; }
    public required string System { get; init; }
    public required string Environment { get; init; }

    /// <summary>Where its calls go: a provider's name in the platform's settings.</summary>
    public required string Provider { get; init; }

    /// <summary>The terms it passes under: digest.</summary>
    public required string Terms { get; init; }

    /// <summary>The tier of these terms: <c>minimal</c> or <c>limited</c>.</summary>
    public required string Tier { get; init; }

    /// <summary>Why, in clear.</summary>
    public required string Reason { get; init; }

    /// <summary>The adoption that this one goes on from: then a second person signs too. Null for a system's
    /// first, and then absent from the JSON.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? Renews { get; init; }

    /// <summary>When the days in a row began: of a renewal what its first one says.</summary>
    [JsonConverter(typeof(WholeSecondConverter))]
    public required DateTimeOffset Since { get; init; }

    /// <summary>Over by itself from then on.</summary>
    [JsonConverter(typeof(WholeSecondConverter))]
    public required DateTimeOffset Until { get; init; }

    /// <summary>How many persons sign it.</summary>
    public int Signers() => Renews is null ? 1 : 2;

    /// <summary>Whether a system of this tier may be adopted at all.</summary>
    public static bool Takes(string tier) => Tiers.Contains(tier);

    /// <summary>Whether it is of the form above and ends within the days in a row.</summary>
    public bool IsWellFormed() => System.Length > 0 && Environment.Length > 0 && Provider.Length > 0
        && Digest.IsWellFormed(Terms) && Takes(Tier) && Since < Until && Until <= Since + Longest;

    /// <summary>What the acts' <c>after</c> names.</summary>
    public string DigestOf() => Digest.Of(CanonicalJson.From(
        JsonSerializer.SerializeToElement(this, SnapshotJson.Default.AdoptionContent)));
}

/// <summary>An instant in whole seconds, UTC, in one spelling wherever it is written: <c>2026-11-21T09:00:00Z</c>. What
/// signs it, the log and a verifier see the same characters.</summary>
public sealed class WholeSecondConverter : JsonConverter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>The instant without its fraction of a second.</summary>
    public static DateTimeOffset Floor(DateTimeOffset value) =>
        new(value.UtcTicks - (value.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);

    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && DateTimeOffset.TryParseExact(
            reader.GetString(), Format, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant)
            ? instant
            : throw new JsonException("Not an instant in whole seconds, as 2026-11-21T09:00:00Z.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture));
    }
}
