using System.Text;
using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Gateway.Manifests;

namespace Provost.Control.Registry;

/// <summary>A file of a release.</summary>
/// <param name="Text">Its text; null where it is no UTF-8, or gone.</param>
public sealed record FileRecord(string Path, string Digest, string? Text);

/// <summary>A release as it was put forward.</summary>
/// <param name="Document">release.json; null when its bytes are gone.</param>
/// <param name="Files">Null for who may not read files (docs/people.md).</param>
public sealed record ReleaseRecord(
    string Version, string Digest, string State, JsonElement? Document, IReadOnlyList<FileRecord>? Files);

/// <summary>All that was declared of a system, so that a stranger can take it over without anybody of its
/// team.</summary>
/// <param name="Terms">Digest of the terms as declared now.</param>
/// <param name="Document">The terms themselves: purpose, population, data, retention, fail mode, runbook; null when
/// their bytes are gone.</param>
/// <param name="Runbook">Steps for who is on call, in order.</param>
/// <param name="Release">The one that serves; where none does the last one put forward; null before the first.</param>
public sealed record SystemRecord(
    string System, string Environment, string Terms, JsonElement? Document, IReadOnlyList<string> Runbook,
    ReleaseRecord? Release);

/// <summary>Reads what was declared back from the documents that the log names, each hashed again.</summary>
public sealed class RecordDesk(GovernanceLog log, BlobStore blobs, TimeProvider time)
{
    /// <summary>The record of a system in an environment.</summary>
    /// <param name="asks">Who reads; files are for those who may read them.</param>
    /// <param name="name">The system.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="version">This release; null for the one that serves.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<Answer<SystemRecord>> ReadAsync(
        Principal asks, string name, string environment, string? version, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(asks);
        var (state, now) = (log.State, time.GetUtcNow());
        if (!Permission.MayReadEstate(state, asks.Person))
            return AccessErrors.NoSuchPerson();

        if (state.Registry.Find(name, environment) is not { } system)
            return RegistryErrors.NoSuchSystem($"{name} in {environment}");

        var serves = state.Warrants.Live(system.Key, now)?.Release;
        var release = version is not null ? state.Registry.Version(name, version)
            : serves is not null ? state.Registry.Release(name, serves)
            : state.Registry.Releases.FindLast(r => r.System == name);
        if (version is not null && release is null)
            return RegistryErrors.NoSuchRelease($"{name}@{version}");

        var terms = await blobs.FindAsync(system.Terms, cancellationToken);
        return new SystemRecord(
            name, environment, system.Terms, terms is null ? null : Element(terms), RunbookOf(terms),
            release is null ? null : await ReleaseAsync(asks, state, system, release, now, cancellationToken));
    }

    /// <summary>The runbook that terms declare; empty where they have none or cannot be read.</summary>
    public static IReadOnlyList<string> RunbookOf(byte[]? terms)
    {
        try
        {
            return terms is null ? [] : SystemDocument.ReadTerms(terms).Runbook;
        }
        catch (ManifestException)
        {
            return []; // terms of another edition of manifests: the document itself is shown
        }
    }

    private async Task<ReleaseRecord> ReleaseAsync(
        Principal asks, GovernanceState state, SystemState system, ReleaseState release, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var json = await blobs.FindAsync(release.Digest, cancellationToken);
        var mayRead = release.Author == asks.Person || system.Owners.Includes(asks.Person)
            || Permission.MayReadFiles(state, asks.Person);
        return new ReleaseRecord(
            release.Version, release.Digest, Standing.Of(state, system.Key, release, now),
            json is null ? null : Element(json), mayRead ? await FilesAsync(release, cancellationToken) : null);
    }

    private async Task<IReadOnlyList<FileRecord>> FilesAsync(
        ReleaseState release, CancellationToken cancellationToken)
    {
        var files = new List<FileRecord>();
        foreach (var (path, digest) in release.Files.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            var bytes = await blobs.FindAsync(digest, cancellationToken);
            files.Add(new FileRecord(path, digest, bytes is null ? null : Text(bytes)));
        }

        return files;
    }

    private static string? Text(byte[] bytes)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static JsonElement Element(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
