using System.Text.Json;

namespace Provost.Ledger.Vectors;

/// <summary>The cases of a file of public test vectors, one a line.</summary>
internal static class VectorFile
{
    public static IReadOnlyList<JsonElement> Read(string name)
    {
        using var file = typeof(VectorFile).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(file);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
    }

    public static string Text(this JsonElement vector, string name) => vector.GetProperty(name).GetString()!;

    public static byte[] Bytes(this JsonElement vector, string name) => vector.GetProperty(name).GetBytesFromBase64();

    /// <summary>A list of hashes; the vectors write an empty one as null too.</summary>
    public static byte[][] Hashes(this JsonElement vector, string name) =>
        vector.GetProperty(name) is { ValueKind: JsonValueKind.Array } hashes
            ? [.. hashes.EnumerateArray().Select(h => h.GetBytesFromBase64())]
            : [];
}
