using System.Text.Json.Nodes;

namespace Provost.Gateway.Manifests.Schema;

/// <summary>
/// A file beside the manifest. Only forward slashes and names that mean the same on every machine: the path is part of
/// the digest, and nothing above the manifest's folder can be reached.
/// </summary>
internal sealed class FilePathType()
    : SchemaType("a file beside the manifest such as prompts/refund.md (letters, digits, . _ - and /)")
{
    private const int MaxLength = 200;

    public static FilePathType Instance { get; } = new();

    public static bool IsSafe(string path) =>
        path.Length is > 0 and <= MaxLength && path.Split('/').All(IsSafeSegment);

    public override bool TryRead(ManifestNode node, string path, ReadContext context, out JsonNode? value)
    {
        context.Note(path, node.At);
        value = null;
        if (node is not ScalarNode scalar || !IsSafe(scalar.Text)
            || (context.Canonical && scalar.Kind is not ScalarKind.JsonString))
        {
            return Mismatch(node, path, context);
        }

        context.Files.Add((scalar.Text, path));
        value = JsonValue.Create(scalar.Text);
        return true;
    }

    public override JsonObject ToJsonSchema() => TextSchema("^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$");

    private static bool IsSafeSegment(string segment) =>
        segment.Length > 0 && segment is not ("." or "..")
        && segment.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
