using System.Text.Json;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

/// <summary>A range of a stream that a manifest names; count is null where only the ends are named.</summary>
internal sealed record ManifestRange(string Stream, long First, long Last, long? Count);

/// <summary>What a bundle says about itself. It is not signed: it is held against the entries, which are.</summary>
internal sealed record BundleManifest(
    string Origin,
    long CheckpointSize,
    long Count,
    long? Since,
    IReadOnlyList<ManifestRange> Requested,
    IReadOnlyList<ManifestRange> Delivered)
{
    private static readonly string[] Names =
        ["checkpointSize", "count", "delivered", "origin", "query", "requested", "schema", "since", "tool"];

    /// <summary>Null when the bytes are no manifest of a version this program knows.</summary>
    public static BundleManifest? Parse(byte[] bytes)
    {
        if (!CanonicalJson.IsCanonical(bytes))
            return null;

        using var document = JsonDocument.Parse(bytes);
        var json = document.RootElement;
        try
        {
            if (!json.EnumerateObject().Select(m => m.Name).SequenceEqual(Names)
                || json.GetProperty("schema").GetString() != "provost.bundle/1")
            {
                return null;
            }

            return new BundleManifest(
                json.GetProperty("origin").GetString() ?? "",
                json.GetProperty("checkpointSize").GetInt64(),
                json.GetProperty("count").GetInt64(),
                json.GetProperty("since") is { ValueKind: JsonValueKind.Number } since ? since.GetInt64() : null,
                Ranges(json.GetProperty("requested"), isCounted: false),
                Ranges(json.GetProperty("delivered"), isCounted: true));
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static List<ManifestRange> Ranges(JsonElement ranges, bool isCounted) =>
        [.. ranges.EnumerateArray().Select(r => new ManifestRange(
            r.GetProperty("stream").GetString() ?? "",
            r.GetProperty("first").GetInt64(),
            r.GetProperty("last").GetInt64(),
            isCounted ? r.GetProperty("count").GetInt64() : null))];
}
