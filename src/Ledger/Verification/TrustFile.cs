using System.Text.Encodings.Web;
using System.Text.Json;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

/// <summary>
/// What a verifier believes before it reads anything: the organisation, the log's origin, the public keys, and the hash
/// of the log's first entry. Written at genesis for the customer's own version control; never fetched from the server
/// that is checked. JSON: <c>{"v":1,"org","origin","log":[vkey],"warrant":[key],"snapshot":[key],"root":[key],
/// "genesis":"hex of 32 bytes"}</c>, keys in the text form of <see cref="Ed25519PublicKey"/>. Once the log's key was
/// replaced: <c>"v":2</c> and <c>"logKeys":[{"key":vkey,"from":size,"to":size or null}]</c> beside it, a term for each
/// key of <c>log</c>.
/// </summary>
public sealed record TrustFile
{
    private static readonly JsonWriterOptions Indented = new()
    {
        Indented = true,
        // Verifier keys hold "+": written as it is, so that the line can be compared by eye and by grep.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly string[] Names = ["v", "org", "origin", "log", "warrant", "snapshot", "root", "genesis"];

    public required string Org { get; init; }

    public required string Origin { get; init; }

    public required IReadOnlyList<NoteVerifierKey> Log { get; init; }

    /// <summary>For which sizes each log key's signature counts; empty: each for every size.</summary>
    public IReadOnlyList<LogKeyTerm> LogTerms { get; init; } = [];

    public required IReadOnlyList<Ed25519PublicKey> Warrant { get; init; }

    public required IReadOnlyList<Ed25519PublicKey> Snapshot { get; init; }

    public required IReadOnlyList<Ed25519PublicKey> Root { get; init; }

    /// <summary>Leaf hash of entry 0, 64 lowercase hexadecimal digits.</summary>
    public required string Genesis { get; init; }

    /// <summary>Whether a log key's signature counts for a checkpoint of that size.</summary>
    public bool Counts(NoteVerifierKey key, long size) =>
        LogTerms.Count == 0 || LogTerms.Any(t => t.Key == key && t.Holds(size));

    /// <summary>Reads a trust file strictly; throws <see cref="FormatException"/> saying what is wrong.</summary>
    public static TrustFile Parse(ReadOnlyMemory<byte> json)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 3 });
        }
        catch (JsonException broken)
        {
            throw new FormatException($"The trust file is not JSON: {broken.Message}", broken);
        }

        using (document)
        {
            try
            {
                return Read(document.RootElement);
            }
            catch (InvalidOperationException broken)
            {
                throw new FormatException("The trust file holds text that is not UTF-8.", broken);
            }
        }
    }

    /// <summary>The file's bytes: indented, one key a line, so that a change shows in a difference.</summary>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Indented))
        {
            writer.WriteStartObject();
            writer.WriteNumber("v", LogTerms.Count == 0 ? 1 : 2);
            writer.WriteString("org", Org);
            writer.WriteString("origin", Origin);
            WriteKeys(writer, "log", Log);
            WriteTerms(writer);
            WriteKeys(writer, "warrant", Warrant);
            WriteKeys(writer, "snapshot", Snapshot);
            WriteKeys(writer, "root", Root);
            writer.WriteString("genesis", Genesis);
            writer.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    private static void WriteKeys<T>(Utf8JsonWriter writer, string name, IReadOnlyList<T> keys)
    {
        writer.WriteStartArray(name);
        foreach (var key in keys)
            writer.WriteStringValue(key!.ToString());

        writer.WriteEndArray();
    }

    private void WriteTerms(Utf8JsonWriter writer)
    {
        if (LogTerms.Count == 0)
            return;

        writer.WriteStartArray("logKeys");
        foreach (var (key, from, to) in LogTerms)
        {
            writer.WriteStartObject();
            writer.WriteString("key", key.ToString());
            writer.WriteNumber("from", from);
            if (to is { } end)
                writer.WriteNumber("to", end);
            else
                writer.WriteNull("to");

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static TrustFile Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new FormatException("The trust file is a JSON object.");

        var members = json.EnumerateObject().Select(m => m.Name).Order().ToList();
        if (!members.Contains("v") || json.GetProperty("v") is not { ValueKind: JsonValueKind.Number } v
            || !v.TryGetInt32(out var version) || version is not (1 or 2))
        {
            throw new FormatException("The trust file is of a version that this program does not know.");
        }

        string[] names = version == 1 ? Names : [.. Names, "logKeys"];
        if (!members.SequenceEqual(names.Order()))
            throw new FormatException($"The trust file holds exactly {string.Join(", ", names)}.");

        var genesis = Text(json, "genesis");
        if (genesis.Length != 64 || genesis.Any(c => !char.IsAsciiHexDigitLower(c)))
            throw new FormatException("\"genesis\" is 64 lowercase hexadecimal digits.");

        return new TrustFile
        {
            Org = Text(json, "org"),
            Origin = Text(json, "origin"),
            Log = [.. Texts(json, "log").Select(NoteVerifierKey.Parse)],
            LogTerms = version == 1 ? [] : Terms(json),
            Warrant = Keys(json, "warrant"),
            Snapshot = Keys(json, "snapshot"),
            Root = Keys(json, "root"),
            Genesis = genesis,
        };
    }

    private static List<LogKeyTerm> Terms(JsonElement json)
    {
        var array = json.GetProperty("logKeys");
        var terms = array.ValueKind == JsonValueKind.Array ? array.EnumerateArray().Select(Term).ToList() : [];
        return terms.Select(t => t.Key.ToString()).Order(StringComparer.Ordinal)
            .SequenceEqual(Texts(json, "log").Order(StringComparer.Ordinal))
                ? terms
                : throw new FormatException("\"logKeys\" holds a term for each key of \"log\".");
    }

    private static LogKeyTerm Term(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object
        && json.EnumerateObject().Select(m => m.Name).SequenceEqual(["key", "from", "to"])
        && json.GetProperty("key") is { ValueKind: JsonValueKind.String } key
        && json.GetProperty("from") is { ValueKind: JsonValueKind.Number } from && from.TryGetInt64(out var first)
        && json.GetProperty("to") is { ValueKind: JsonValueKind.Number or JsonValueKind.Null } to
            ? new LogKeyTerm(
                NoteVerifierKey.Parse(key.GetString()!), first,
                to.ValueKind == JsonValueKind.Null ? null : to.GetInt64())
            : throw new FormatException("A term of \"logKeys\" holds key, from and to.");

    private static List<Ed25519PublicKey> Keys(JsonElement json, string name) =>
        [.. Texts(json, name).Select(t => Ed25519PublicKey.TryParse(t)
            ?? throw new FormatException($"\"{t}\" in \"{name}\" is no key: ed25519: and base64 of 32 bytes."))];

    private static IEnumerable<string> Texts(JsonElement json, string name) =>
        json.GetProperty(name) is { ValueKind: JsonValueKind.Array } array
        && array.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String)
            ? array.EnumerateArray().Select(e => e.GetString()!)
            : throw new FormatException($"\"{name}\" is an array of strings.");

    private static string Text(JsonElement json, string name) =>
        json.GetProperty(name) is { ValueKind: JsonValueKind.String } text
            ? text.GetString()!
            : throw new FormatException($"\"{name}\" is a string.");
}
