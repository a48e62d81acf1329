using System.Text;
using System.Text.Json.Nodes;
using Provost.Cli.Session;
using Provost.Gateway.Manifests;
using Provost.Ledger.Statements;

namespace Provost.Cli.Systems;

/// <summary>A manifest and the files it names, read from a checkout and sent by digest.</summary>
internal static class ManifestUpload
{
    /// <summary>Reads, checks offline as far as this side can, uploads the files, gives the body.</summary>
    public static async Task<JsonObject> SendAsync(
        string path, ControlClient client, CancellationToken cancellationToken)
    {
        var (text, files) = Read(path);
        var digests = new JsonObject();
        foreach (var (name, content) in files)
        {
            var digest = Digest.Of(content);
            await client.PutBytesAsync($"/api/blobs/{digest}", content, cancellationToken);
            digests[name] = digest;
        }

        return new JsonObject { ["file"] = Path.GetFileName(path), ["manifest"] = text, ["files"] = digests };
    }

    /// <summary>The manifest's text and every file it names, by path.</summary>
    public static (string Text, IReadOnlyDictionary<string, byte[]> Files) Read(string path)
    {
        var (text, set) = ReadSet(path);
        return (text, set.Files);
    }

    /// <summary>The digests that this checkout's manifest gives a version and the terms; null for the terms when the
    /// manifest holds no System document.</summary>
    public static (string Release, string? Terms) DigestsOf(string path, string version)
    {
        var set = ReadSet(path).Set;
        return set.Releases.FirstOrDefault(r => r.Version == version) is { } release
            ? (release.Digest, set.System?.TermsDigest)
            : throw new CommandFault($"{path} has no release {version}.");
    }

    /// <summary>What can be said of a checkout without a server: its digests.</summary>
    public static JsonObject PlanOffline(string path)
    {
        var set = ReadSet(path).Set;
        return new JsonObject
        {
            ["system"] = set.System?.Name ?? (set.Releases is [var first, ..] ? first.System : null),
            ["terms"] = set.System?.TermsDigest,
            ["releases"] = new JsonArray(
            [
                .. set.Releases.Select(r => new JsonObject { ["version"] = r.Version, ["digest"] = r.Digest }),
            ]),
        };
    }

    private static (string Text, ManifestSet Set) ReadSet(string path)
    {
        if (!File.Exists(path))
            throw new CommandFault($"{path} does not exist.", 2);

        var bytes = File.ReadAllBytes(path);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var set = Parse(path, bytes, folder);
        foreach (var warning in set.Warnings)
            Console.Error.WriteLine($"{warning.File}:{warning.Line}:{warning.Column}: {warning.Message}");

        if (set.Errors.Count > 0)
        {
            throw new CommandFault(string.Join('\n', set.Errors.Select(e =>
                $"{e.File}:{e.Line}:{e.Column}: {e.Path}: {e.Message}\n    {e.Remedy}")));
        }

        return (Encoding.UTF8.GetString(bytes), set);
    }

    private static ManifestSet Parse(string path, byte[] bytes, string folder) => ManifestParser.Parse(
        [new ManifestSource(Path.GetFileName(path), bytes)],
        name => ReadFile(folder, name),
        ManifestOptions.OfThisBuild(_ => null));

    /// <summary>Links are not followed: what is approved is what lies in the checkout.</summary>
    private static byte[]? ReadFile(string folder, string name)
    {
        var info = new FileInfo(Path.Combine(folder, name));
        for (FileSystemInfo? part = info; part is not null && part.FullName.Length > folder.Length;
            part = Directory.GetParent(part.FullName))
        {
            if (part.LinkTarget is not null)
                throw new CommandFault($"{name} is or lies behind a link; put the file itself into the checkout.");
        }

        return info.Exists ? File.ReadAllBytes(info.FullName) : null;
    }
}
