using System.Text.Json;
using System.Text.Json.Nodes;
using Provost.Gateway.Manifests.Schema;

namespace Provost.Gateway.Manifests;

/// <summary>
/// One immutable composition of a system. Its identity is <see cref="Digest"/> over <see cref="ReleaseJson"/>, the
/// canonical JSON of <c>{schema, system, version, kind, spec, files}</c>.
/// </summary>
public sealed record ReleaseDocument
{
    public required string System { get; init; }

    public required string Version { get; init; }

    /// <summary>Kind of the system: <c>model</c>, <c>llm</c>, <c>agent</c>, <c>vendor</c> or <c>chain</c>.</summary>
    public required string Kind { get; init; }

    public required ReleaseSpec Spec { get; init; }

    /// <summary>The files the manifest names, by path.</summary>
    public required IReadOnlyList<ReleaseFile> Files { get; init; }

    /// <summary>release.json: the canonical bytes that are approved.</summary>
    public required byte[] ReleaseJson { get; init; }

    /// <summary><c>sha256:…</c> of <see cref="ReleaseJson"/>.</summary>
    public required string Digest { get; init; }

    /// <summary>Reads release.json back; the bytes must be exactly what this build writes for them.</summary>
    /// <exception cref="ManifestException">The bytes are not a release that this build reads.</exception>
    public static ReleaseDocument Read(ReadOnlyMemory<byte> releaseJson)
    {
        const string name = "release.json";
        var document = CanonicalDocument.Read(releaseJson, name, ReleaseSchema.Id,
            root => root["kind"] is JsonValue kind && kind.TryGetValue(out string? word)
                ? ReleaseKinds.ForKind(word)
                : null);
        try
        {
            return From(document);
        }
        catch (Exception fault) when (fault is NullReferenceException or InvalidOperationException or FormatException)
        {
            // Only the members beside spec (system, version, files) can be misshapen here; spec has been checked.
            throw CanonicalDocument.Fault(name, "", "The members beside spec are not those of a release.");
        }
    }

    internal static ReleaseDocument From(CanonicalDocument document)
    {
        var root = document.Root;
        return new ReleaseDocument
        {
            System = root.Text("system"),
            Version = root.Text("version"),
            Kind = root.Text("kind"),
            Spec = ReleaseSpec.From(document.Spec),
            Files = [.. root.Objects("files")
                .Select(f => new ReleaseFile(f.Text("path"), f.Text("sha256"), f.Integer("size")))],
            ReleaseJson = document.Bytes,
            Digest = document.Digest,
        };
    }

    internal static CanonicalDocument Write(
        string system, string version, string kind, JsonObject spec, IEnumerable<ReleaseFile> files) =>
        CanonicalDocument.Write(new JsonObject
        {
            ["schema"] = ReleaseSchema.Id,
            ["system"] = system,
            ["version"] = version,
            ["kind"] = kind,
            ["spec"] = spec,
            ["files"] = new JsonArray([.. files.Select(file => new JsonObject
            {
                ["path"] = file.Path,
                ["sha256"] = file.Sha256,
                ["size"] = file.Size,
            })]),
        });
}

/// <summary>A file under the release's digest, as raw bytes.</summary>
/// <param name="Path">Relative to the manifest, with forward slashes.</param>
/// <param name="Sha256">64 lower-case hex digits.</param>
/// <param name="Size">Bytes.</param>
public sealed record ReleaseFile(string Path, string Sha256, long Size)
{
    /// <summary>64 MiB.</summary>
    public const long MaxSize = 64L << 20;
}
