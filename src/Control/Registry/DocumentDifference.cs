using System.Text;
using System.Text.Json;
using Provost.Ledger.Statements;

namespace Provost.Control.Registry;

/// <summary>One place where two documents differ; null where one of them has nothing there.</summary>
/// <param name="Path">Dotted path, with positions in brackets; <c>file:</c> and a path for a file's text.</param>
public sealed record Change(string Path, string? Before, string? After);

/// <summary>What changed between two releases or two terms, as people are shown it and as its digest binds
/// it.</summary>
public static class DocumentDifference
{
    /// <summary>Largest file whose text is shown rather than its digest.</summary>
    public const int MaxText = 16 << 10;

    /// <summary>Every difference, in the order of the paths; all of it when there is nothing before.</summary>
    public static IReadOnlyList<Change> Between(byte[]? before, byte[] after)
    {
        var old = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var fresh = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (before is not null)
            Flatten(before, old);

        Flatten(after, fresh);
        return Between(old, fresh);
    }

    /// <summary>The differences of files, as text where they are short text and by digest otherwise.</summary>
    public static IReadOnlyList<Change> Between(
        IReadOnlyDictionary<string, byte[]> before, IReadOnlyDictionary<string, byte[]> after) =>
        Between(Texts(before), Texts(after));

    /// <summary>Digest of a difference: canonical JSON of <c>[{after, before, path}]</c>.</summary>
    public static string DigestOf(IReadOnlyList<Change> changes) => Digest.Of(Write(changes));

    /// <summary>The bytes that <see cref="DigestOf"/> is the digest of.</summary>
    public static byte[] Write(IReadOnlyList<Change> changes)
    {
        var json = JsonSerializer.SerializeToElement(changes.Select(c => new Dictionary<string, string?>
        {
            ["path"] = c.Path,
            ["before"] = c.Before,
            ["after"] = c.After,
        }));
        return CanonicalJson.From(json);
    }

    /// <summary>Reads what <see cref="Write"/> wrote; null when it is something else.</summary>
    public static IReadOnlyList<Change>? TryRead(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return
            [
                .. document.RootElement.EnumerateArray().Select(c => new Change(
                    c.GetProperty("path").GetString()!, c.GetProperty("before").GetString(),
                    c.GetProperty("after").GetString())),
            ];
        }
        catch (Exception other) when (other is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The same without what stands in files: their texts by digest.</summary>
    public static IReadOnlyList<Change> WithoutFiles(IReadOnlyList<Change> changes) =>
    [
        .. changes.Select(c => c.Path.StartsWith("file:", StringComparison.Ordinal)
            ? c with { Before = Hidden(c.Before), After = Hidden(c.After) }
            : c),
    ];

    private static string? Hidden(string? text) => text is null ? null : Digest.Of(Encoding.UTF8.GetBytes(text));

    private static List<Change> Between(SortedDictionary<string, string> old, SortedDictionary<string, string> fresh) =>
    [
        .. old.Keys.Union(fresh.Keys).Order(StringComparer.Ordinal)
            .Select(path => new Change(path, old.GetValueOrDefault(path), fresh.GetValueOrDefault(path)))
            .Where(change => change.Before != change.After),
    ];

    private static SortedDictionary<string, string> Texts(IReadOnlyDictionary<string, byte[]> files)
    {
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, bytes) in files)
            texts["file:" + path] = Text(bytes) ?? Digest.Of(bytes);

        return texts;
    }

    private static string? Text(byte[] bytes)
    {
        if (bytes.Length > MaxText)
            return null;

        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null; // no text: shown by digest
        }
    }

    private static void Flatten(byte[] json, SortedDictionary<string, string> leaves)
    {
        using var document = JsonDocument.Parse(json);
        Flatten(document.RootElement, "", leaves);
    }

    private static void Flatten(JsonElement value, string path, SortedDictionary<string, string> leaves)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                    Flatten(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}", leaves);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray())
                    Flatten(item, $"{path}[{index++}]", leaves);
                break;
            default:
                leaves[path] = value.ToString();
                break;
        }
    }
}
