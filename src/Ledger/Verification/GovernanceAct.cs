using System.Globalization;
using System.Text.Json;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

/// <summary>A record of the stream <c>gov</c> as the verifier reads it: who did what, when, and what was signed.
/// Members that are missing throw <see cref="FormatException"/> where they are asked for.</summary>
internal sealed class GovernanceAct(JsonElement record)
{
    private const string StatementType = "application/vnd.in-toto+json";

    /// <summary>The word after <c>gov.</c>; null when the record is not one of governance.</summary>
    public string? Verb { get; } = Text(record, "type") is { } type && type.StartsWith("gov.", StringComparison.Ordinal)
        ? type[4..]
        : null;

    public string Actor => Text(Member(record, "actor"), "id") ?? throw Missing("actor");

    public string Target => Text(record, "object") ?? throw Missing("object");

    public JsonElement Body => Member(record, "body");

    public DateTimeOffset Time => Instant(record, "time");

    /// <summary>The digest of the body, as a statement names it.</summary>
    public string BodyDigest => Digest.Of(CanonicalJson.From(Body));

    /// <summary>Whether anything was signed.</summary>
    public bool IsSigned => record.TryGetProperty("statement", out var signed)
        && signed.ValueKind == JsonValueKind.Object;

    /// <summary>The envelope that was signed, and nothing believed of it yet.</summary>
    public Envelope Envelope => Dsse.Read(Member(record, "statement"));

    /// <summary>The in-toto statement in an envelope: its subjects and its predicate of the type asked for.</summary>
    public static SignedWords Words(Envelope envelope, string predicateType)
    {
        if (envelope.PayloadType != StatementType || !CanonicalJson.IsCanonical(envelope.Payload))
            throw new FormatException("what was signed is no canonical in-toto statement");

        using var document = JsonDocument.Parse(envelope.Payload);
        var json = document.RootElement.Clone();
        return Text(json, "predicateType") == predicateType
            ? new SignedWords(Member(json, "subject"), Member(json, "predicate"))
            : throw new FormatException($"what was signed is not of type {predicateType}");
    }

    public static JsonElement Member(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value)
            ? value
            : throw Missing(name);

    /// <summary>A string member; null when it is missing, null or of another kind.</summary>
    public static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    public static bool IsTrue(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.True;

    private static DateTimeOffset Instant(JsonElement json, string name) =>
        DateTimeOffset.TryParse(
            Text(json, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant
            : throw Missing(name);

    private static FormatException Missing(string name) => new($"\"{name}\" is missing or of another type");
}

/// <summary>What a statement is about and what it says.</summary>
internal sealed record SignedWords(JsonElement Subject, JsonElement Predicate)
{
    public string? Say(string name) => GovernanceAct.Text(Predicate, name);

    /// <summary>Whether a subject of that name has this digest (<c>sha256:…</c>).</summary>
    public bool IsAbout(string name, string? digest) =>
        Subject.ValueKind == JsonValueKind.Array && digest is not null
        && Subject.EnumerateArray().Any(s => GovernanceAct.Text(s, "name") == name
            && "sha256:" + GovernanceAct.Text(GovernanceAct.Member(s, "digest"), "sha256") == digest);
}
