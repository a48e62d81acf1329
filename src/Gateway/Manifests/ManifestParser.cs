using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Provost.Gateway.Manifests.Schema;

namespace Provost.Gateway.Manifests;

/// <summary>
/// Reads manifests strictly: whatever is unknown, doubled, mistyped or beyond this build is an error with its place,
/// and all errors of all documents are collected before anything is refused.
/// </summary>
public sealed class ManifestParser
{
    internal const string ApiVersion = "provost/v1";

    private static readonly ObjectType Envelope = new("a document",
    [
        new("apiVersion", new ChoiceType("version", [ApiVersion], []),
            "Version of the manifest's form.") { Required = true },
        new("kind", new ChoiceType("document kind", [SystemSchema.Kind, ReleaseSchema.Kind], ["Policy"]),
            "Which document.") { Required = true },
        new("metadata", Untyped.Instance, "Name of the thing.") { Required = true },
        new("spec", Untyped.Instance, "The thing.") { Required = true },
    ]);

    private readonly ManifestFileReader _readFile;
    private readonly ManifestOptions _options;
    private readonly List<ManifestError> _errors = [];
    private readonly List<ManifestError> _warnings = [];
    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly List<ReleaseDocument> _releases = [];
    private SystemDocument? _system;

    private ManifestParser(ManifestFileReader readFile, ManifestOptions options)
    {
        _readFile = readFile;
        _options = options;
    }

    /// <summary>Reads the documents of all sources as one set with at most one System.</summary>
    public static ManifestSet Parse(
        IReadOnlyList<ManifestSource> sources, ManifestFileReader readFile, ManifestOptions options)
    {
        var parser = new ManifestParser(readFile, options);
        var documents = new List<Document>();
        foreach (var source in sources)
        {
            foreach (var node in YamlReader.Read(source.File, source.Bytes.Span, parser._errors))
            {
                if (parser.Open(source.File, node) is { } document)
                {
                    documents.Add(document);
                }
            }
        }

        // Systems first: a release is read by the kind of its system, wherever the two stand.
        foreach (var document in documents.OrderBy(d => d.IsSystem ? 0 : 1))
        {
            parser.Read(document);
        }

        return new ManifestSet
        {
            System = parser._system,
            Releases = parser._releases,
            Files = parser._files,
            Errors = [.. parser._errors.OrderBy(e => sources.TakeWhile(s => s.File != e.File).Count())
                .ThenBy(e => e.Line).ThenBy(e => e.Column)],
            Warnings = parser._warnings,
        };
    }

    private Document? Open(string file, ManifestNode node)
    {
        var context = new ReadContext(file, canonical: false, _errors);
        return Envelope.TryRead(node, "", context, out var read) && read is JsonObject envelope
            ? new Document(context, (MappingNode)node, envelope.Text("kind") == SystemSchema.Kind)
            : null;
    }

    private void Read(Document document)
    {
        if (document.IsSystem)
        {
            ReadSystem(document);
        }
        else
        {
            ReadRelease(document);
        }
    }

    private void ReadSystem(Document document)
    {
        var context = document.Context;
        var sound = SystemSchema.Metadata.TryRead(document.Metadata, "metadata", context, out var metadata);
        sound &= SystemSchema.Spec.TryRead(document.Spec, "spec", context, out var read);
        if (!sound || metadata is not JsonObject names || read is not JsonObject spec)
        {
            return;
        }

        if (_system is not null)
        {
            context.Error("metadata.name", "A second System stands in this set.", "Apply one system at a time.");
            return;
        }

        var owners = SystemDocument.OwnersFrom(spec.Member("owners"));
        var escalation = SystemDocument.EscalationFrom(spec, owners);
        spec.Remove("owners");
        spec.Remove("escalation");
        var terms = CanonicalDocument.Write(new JsonObject
        {
            ["schema"] = SystemSchema.TermsId,
            ["system"] = names.Text("name"),
            ["unit"] = names.Text("unit"),
            ["spec"] = spec,
        });
        _system = SystemDocument.From(terms, owners, escalation);
        SystemChecks.Run(_system, context);
    }

    private void ReadRelease(Document document)
    {
        var context = document.Context;
        if (!ReleaseSchema.Metadata.TryRead(document.Metadata, "metadata", context, out var metadata)
            || metadata is not JsonObject names || KindOf(names.Text("system"), context) is not { } kind
            || !kind.Schema.TryRead(document.Spec, "spec", context, out var spec) || spec is not JsonObject typed)
        {
            return;
        }

        var before = _errors.Count;
        var files = Resolve(context);
        if (_errors.Count > before)
        {
            return;
        }

        var release = ReleaseDocument.From(
            ReleaseDocument.Write(names.Text("system"), names.Text("version"), kind.Name, typed, files));
        new ReleaseChecks(release, _files, _options, context, _warnings).Run();
        if (_releases.Exists(r => r.System == release.System && r.Version == release.Version))
        {
            context.Error("metadata.version", $"Version {release.Version} stands twice.",
                "Give each release its own version.");
        }

        _releases.Add(release);
    }

    private (string Name, ObjectType Schema)? KindOf(string system, ReadContext context)
    {
        if (_system is not null && _system.Name != system)
        {
            context.Error("metadata.system", $"The System in this set is '{_system.Name}'.",
                "Name the same system in both.");
            return null;
        }

        var kind = _system?.Kind ?? _options.KindOf(system);
        if (kind is null || ReleaseKinds.ForKind(kind) is not { } schema)
        {
            context.Error("metadata.system", $"The system '{system}' is neither in this set nor registered.",
                "Put its System document into the same set.");
            return null;
        }

        return (kind, schema);
    }

    private List<ReleaseFile> Resolve(ReadContext context)
    {
        var files = new SortedDictionary<string, ReleaseFile>(StringComparer.Ordinal);
        foreach (var (file, path) in context.Files.Where(named => !files.ContainsKey(named.File)))
        {
            var bytes = _files.GetValueOrDefault(file) ?? _readFile(file);
            if (bytes is null)
            {
                context.Error(path, $"There is no file '{file}'.",
                    "Paths are relative to the manifest; links are not followed.");
                continue;
            }

            if (bytes.LongLength > ReleaseFile.MaxSize)
            {
                context.Error(path, $"The file '{file}' is larger than 64 MiB.", "Name a smaller file.");
                continue;
            }

            _files[file] = bytes;
            files[file] = new ReleaseFile(file, Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.LongLength);
        }

        return [.. files.Values];
    }

    private sealed record Document(ReadContext Context, MappingNode Root, bool IsSystem)
    {
        public ManifestNode Metadata => Root.Find("metadata")!.Value;

        public ManifestNode Spec => Root.Find("spec")!.Value;
    }

    /// <summary>Stands for a part that another schema reads once the kind is known.</summary>
    private sealed class Untyped() : SchemaType("a mapping")
    {
        public static Untyped Instance { get; } = new();

        public override JsonObject ToJsonSchema() => [];

        public override bool TryRead(ManifestNode node, string path, ReadContext context, out JsonNode? value)
        {
            context.Note(path, node.At);
            value = null;
            return node is MappingNode || Mismatch(node, path, context);
        }
    }
}
