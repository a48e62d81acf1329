using System.Text;
using Provost.Control.Access;
using Provost.Control.Approvals;
using Provost.Control.Governance;
using Provost.Control.Storage;
using Provost.Gateway.Guardrails;
using Provost.Gateway.Manifests;
using Provost.Ledger.Statements;

namespace Provost.Control.Registry;

/// <summary>A manifest as a client sends it; the files it names were uploaded before.</summary>
/// <param name="File">Name that errors carry.</param>
/// <param name="Files">Path to digest.</param>
public sealed record ManifestRequest(string File, string Manifest, IReadOnlyDictionary<string, string> Files);

/// <summary>A release of a plan.</summary>
/// <param name="IsNew">Whether applying adds it.</param>
/// <param name="Difference">Against the release that serves now; everything when none does.</param>
/// <param name="Missing">All that it lacks, in the strictest of its environments, before anybody may approve it; one
/// sentence each.</param>
public sealed record PlannedRelease(
    string Version, string Digest, bool IsNew, IReadOnlyList<Change> Difference, IReadOnlyList<string> Missing);

/// <summary>What an apply changes, and who must approve what follows.</summary>
public sealed record Plan(
    string System, string Tier, IReadOnlyList<string> Reasons, IReadOnlyList<string> Approvers,
    IReadOnlyList<Change> Changes, IReadOnlyList<PlannedRelease> Releases, bool Applied);

/// <summary>From a manifest to the registry: <c>plan</c> says what would change, <c>apply</c> does it.</summary>
public sealed class ManifestDesk(
    GovernanceLog log, BlobStore blobs, PeopleDirectory directory, SnapshotPublisher publisher, Database database,
    RegistryOptions options, TimeProvider time)
{
    /// <summary>Longest manifest, in characters.</summary>
    public const int MaxLength = 1 << 20;

    /// <summary>Who sent which file.</summary>
    public UploadBook Uploads { get; } = new();

    /// <summary>What applying would change; changes nothing.</summary>
    public async Task<Answer<Plan>> PlanAsync(
        Principal asks, ManifestRequest request, CancellationToken cancellationToken)
    {
        var reading = await ReadAsync(asks, request, cancellationToken);
        return reading.Fault is { } fault ? fault : reading.Value.Plan;
    }

    /// <summary>Applies it: documents first, durably, then the records that name them.</summary>
    public async Task<Answer<Plan>> ApplyAsync(
        Principal asks, ManifestRequest request, CancellationToken cancellationToken)
    {
        if (!database.IsUp)
            return RegistryErrors.LooseningNeedsDatabase();

        var reading = await ReadAsync(asks, request, cancellationToken);
        if (reading.Fault is { } fault)
            return fault;

        if (reading.Value.Set.System is { } system)
            await blobs.PutAsync(system.TermsJson, cancellationToken);

        foreach (var release in reading.Value.Set.Releases)
            await blobs.PutAsync(release.ReleaseJson, cancellationToken);

        var outcome = await log.AppendAsync(
            _ => new Answer<IReadOnlyList<GovernanceDraft>>(
                [.. reading.Value.Drafts, .. reading.Value.Confirmations]),
            cancellationToken);
        if (outcome is GovernanceOutcome.Refused refused)
            return refused.Fault;

        if (reading.Value.Drafts.Count > 0)
            await publisher.PublishAsync(CancellationToken.None);

        return reading.Value.Plan with { Applied = true };
    }

    /// <summary>A manifest held against the state, with nothing written.</summary>
    internal async Task<Answer<ManifestReading>> ReadAsync(
        Principal asks, ManifestRequest request, CancellationToken cancellationToken)
    {
        var state = log.State;
        if (!Permission.MayReadEstate(state, asks.Person))
            return AccessErrors.NoSuchPerson();

        if (request.Manifest.Length > MaxLength)
            return RegistryErrors.TooLong();

        var files = new Dictionary<string, byte[]>();
        foreach (var (path, digest) in request.Files)
        {
            if (Uploads.Has(asks.Person, digest) && await blobs.FindAsync(digest, cancellationToken) is { } bytes)
                files[path] = bytes;
        }

        var set = ManifestParser.Parse(
            [new ManifestSource(request.File, Encoding.UTF8.GetBytes(request.Manifest))],
            files.GetValueOrDefault,
            new ManifestOptions
            {
                Guardrails = GuardrailCatalog.Known,
                CheckGuardrail = GuardrailCatalog.Check,
                KindOf = name => state.Registry.Everywhere(name).FirstOrDefault()?.Kind,
            });
        if (set.Errors.Count > 0)
            return RegistryErrors.BadManifest(set.Errors);

        if (set.Releases.Select(r => r.System).Append(set.System?.Name).Any(n => n is not null && !asks.Covers(n)))
            return AutomationErrors.OutOfScope();

        var reading = new ManifestReading(
            state, set, asks, state.Taxonomies.InForce, options, request.File, time.GetUtcNow());
        var owners = set.System is { } system
            ? await OwnersAsync(system, request.File, reading.Faults, cancellationToken)
            : null;
        reading.Judge(owners);
        if (reading.Faults.Count > 0)
            return RegistryErrors.BadManifest(reading.Faults);

        return reading with { Releases = await DifferencesAsync(asks, state, reading, cancellationToken) };
    }

    private async Task<ResolvedOwners?> OwnersAsync(
        SystemDocument system, string file, List<FaultDetail> faults, CancellationToken cancellationToken)
    {
        var named = system.Owners!;
        var contacts = new Dictionary<string, string>();
        foreach (var (office, mail) in new[]
        {
            ("compliance", system.Contacts.Compliance), ("data", system.Contacts.Data),
            ("security", system.Contacts.Security),
        })
        {
            if (mail is not null && await directory.ByMailAsync(mail, cancellationToken) is { } person)
                contacts[office] = person.Id;
        }

        var business = await OwnerAsync("business", named.Business);
        var technical = await OwnerAsync("technical", named.Technical);
        var deputy = named.Deputy is null ? null : await OwnerAsync("deputy", named.Deputy);
        return business is null || technical is null
            ? null
            : new ResolvedOwners(new OwnerIds(business, technical, deputy), contacts);

        async Task<string?> OwnerAsync(string office, string mail)
        {
            var person = await directory.ByMailAsync(mail, cancellationToken);
            if (person is null)
            {
                faults.Add(new FaultDetail(
                    $"spec.owners.{office}", $"{mail} is not a live person of the roster.",
                    "Name a person's own mail address; a platform administrator adds people.", file));
            }

            return person?.Id;
        }
    }

    private async Task<IReadOnlyList<PlannedRelease>> DifferencesAsync(
        Principal asks, GovernanceState state, ManifestReading reading, CancellationToken cancellationToken)
    {
        var set = reading.Set;
        var planned = new List<PlannedRelease>();
        foreach (var release in set.Releases)
        {
            var key = state.Registry.Everywhere(release.System).FirstOrDefault()?.Key;
            var live = key is { } at ? state.Warrants.Live(at, time.GetUtcNow())?.Release : null;
            var isNew = state.Registry.Release(release.System, release.Digest) is null
                && state.Registry.Drafts.GetValueOrDefault((release.System, release.Version))?.Release
                    != release.Digest;
            var changes = await ReleaseDifference.AgainstAsync(
                state, blobs, release.System, live, release.ReleaseJson,
                release.Files.ToDictionary(f => f.Path, f => set.Files[f.Path]), cancellationToken);
            planned.Add(new PlannedRelease(
                release.Version, release.Digest, isNew,
                live is null || MayReadFiles(asks, state, release.System, live)
                    ? changes
                    : [.. changes.Select(WithoutFile)],
                reading.Lacks(release)));
        }

        return planned;
    }

    /// <summary>Whoever plans sees what they bring; what stands in the files that serve is for their readers.</summary>
    private static bool MayReadFiles(Principal asks, GovernanceState state, string system, string release) =>
        Permission.MayReadFiles(state, asks.Person)
        || state.Registry.Release(system, release)?.Author == asks.Person
        || state.Registry.Everywhere(system).Any(s => s.Owners.Includes(asks.Person));

    private static Change WithoutFile(Change change) =>
        change.Path.StartsWith("file:", StringComparison.Ordinal) && change.Before is { } text
            ? change with { Before = Digest.Of(Encoding.UTF8.GetBytes(text)) }
            : change;
}

/// <summary>Owners and contacts as person ids.</summary>
internal sealed record ResolvedOwners(OwnerIds Owners, IReadOnlyDictionary<string, string> Contacts);
