using System.Text.Json;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

/// <summary>A range of a stream that a manifest names; count is null where only the ends are named.</summary>
internal sealed record ManifestRange(string Stream, long First, long Last, long? Count);

/// <summary>What a bundle says about itself: signed by the entry of its export, and held against the entries.</summary>
internal sealed record BundleManifest(
    string Digest,
    long Size,
    long Count,
    string Leaves,
    long? Since,
    string? From,
    string? Until,
    IReadOnlyList<ManifestRange> Requested,
    IReadOnlyList<ManifestRange> Delivered,
    IReadOnlyDictionary<string, long> Nodes,
    long? Reveals)
{
    private const string Schema = "provost.bundle/2";
    private const string SchemaWithReveals = "provost.bundle/3";

    private static readonly string[] Names =
    [
        "count", "delivered", "leaves", "nodes", "query", "requested", "schema", "since", "size", "tool", "vkeys",
        "window",
    ];

    private static readonly string[] NamesWithReveals = [.. Names[..6], "reveals", .. Names[6..]];

    /// <summary>Null and a fault when the bytes are no manifest of a version this program knows.</summary>
    public static BundleManifest? Parse(byte[] bytes, out VerificationFault? fault)
    {
        fault = new VerificationFault(
            FaultKind.Manifest, "manifest.json is damaged: it is not the JSON of a manifest.");
        if (!CanonicalJson.IsCanonical(bytes))
            return null;

        try
        {
            using var document = JsonDocument.Parse(bytes);
            var json = document.RootElement;
            var schema = json.GetProperty("schema").GetString();
            if (schema is not (Schema or SchemaWithReveals))
            {
                fault = new VerificationFault(
                    FaultKind.Version,
                    $"The bundle is of version {schema}; this program knows {Schema} and {SchemaWithReveals}.");
                return null;
            }

            var names = schema == Schema ? Names : NamesWithReveals;
            if (!json.EnumerateObject().Select(m => m.Name).SequenceEqual(names))
                return null;

            var manifest = Read(bytes, json);
            fault = null;
            return manifest;
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            return null;
        }
    }

    private static BundleManifest Read(byte[] bytes, JsonElement json) => new(
        Statements.Digest.Of(bytes),
        json.GetProperty("size").GetInt64(),
        json.GetProperty("count").GetInt64(),
        json.GetProperty("leaves").GetString() ?? "",
        json.GetProperty("since") is { ValueKind: JsonValueKind.Number } since ? since.GetInt64() : null,
        json.GetProperty("window").GetProperty("from").GetString(),
        json.GetProperty("window").GetProperty("until").GetString(),
        Ranges(json.GetProperty("requested"), isCounted: false),
        Ranges(json.GetProperty("delivered"), isCounted: true),
        json.GetProperty("nodes").EnumerateArray().ToDictionary(
            n => n.GetProperty("node").GetString() ?? "", n => n.GetProperty("last").GetInt64()),
        json.TryGetProperty("reveals", out var reveals) ? reveals.GetInt64() : null);

    private static List<ManifestRange> Ranges(JsonElement ranges, bool isCounted) =>
        [.. ranges.EnumerateArray().Select(r => new ManifestRange(
            r.GetProperty("stream").GetString() ?? "",
            r.GetProperty("first").GetInt64(),
            r.GetProperty("last").GetInt64(),
            isCounted ? r.GetProperty("count").GetInt64() : null))];
}
