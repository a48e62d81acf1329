using Provost.Control.Access;
using Provost.Control.Adoptions;
using Provost.Control.Approvals;
using Provost.Control.Evaluations;
using Provost.Control.Registry;
using Provost.Gateway.Manifests;
using Provost.Gateway.Snapshot;

namespace Provost.Control.Governance;

/// <summary>
/// From the folded state to what a gateway needs to decide alone. What cannot be read from disk is left out, which
/// denies;
/// orders never are.
/// </summary>
/// <param name="blobs">Documents by digest.</param>
/// <param name="directory">Names that a refusal may tell a valid key.</param>
/// <param name="checkpoint">The newest checkpoint as note text, null before the first.</param>
public sealed class SnapshotCompiler(BlobStore blobs, PeopleDirectory directory, Func<string?> checkpoint)
{
    /// <summary>How long a snapshot is good for; systems of tier high end their lease sooner by themselves.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    /// <summary>Which names a snapshot compiled now would tell.</summary>
    internal int NamesEdition => directory.Edition;

    /// <summary>The document of an epoch.</summary>
    public async Task<SnapshotDocument> CompileAsync(
        GovernanceState state, long epoch, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var systems = new List<SnapshotSystem>();
        foreach (var system in state.Registry.Systems.Values.OrderBy(s => s.Key.ToString(), StringComparer.Ordinal))
        {
            if (await SystemAsync(state, system, now, cancellationToken) is { } compiled)
                systems.Add(compiled);
        }

        foreach (var rehearsal in state.Rehearsals.Open(now))
        {
            if (await LaneAsync(state, rehearsal, cancellationToken) is { } lane)
                systems.Add(lane);
        }

        var warrants = state.Warrants.Issued.Where(w => w.IsInForce(now)).ToList();
        var releases = new List<SnapshotRelease>();
        var excepted = Exceptions(state, now)
            .Where(e => e.Content.Release is not null).Select(e => (e.Content.System, Release: e.Content.Release!))
            .Concat(state.Rehearsals.Open(now).Select(r => (r.Is.System, r.Is.Release)));
        foreach (var digest in warrants.Select(w => (w.Key.System, w.Release)).Concat(excepted).Distinct())
        {
            if (await ReleaseAsync(state, digest.System, digest.Release, cancellationToken) is { } release)
                releases.Add(release);
        }

        var genesis = state.Founded;
        return new SnapshotDocument
        {
            V = 1,
            Org = genesis.Facts.Org,
            Origin = genesis.Facts.Origin,
            Epoch = epoch,
            IssuedAt = now,
            ExpiresAt = now + Life,
            Taxonomy = genesis.Facts.Taxonomy,
            Keys = new SnapshotKeys(
                [Convert.ToBase64String(genesis.WarrantKey.Bytes)],
                [Convert.ToBase64String(genesis.SnapshotKey.Bytes)]),
            Roster = [.. state.Roster.People.Values.Select(p => Entry(p, now))],
            ClientKeys = [.. state.ClientKeys.Keys.Values.Where(k => k.IsLive(now)).Select(k => new SnapshotClientKey(
                k.Id, k.Hash, k.System.System, k.System.Environment, k.Caps, k.Expires)),
                .. state.Rehearsals.Open(now).Select(LaneKey)],
            Systems = systems,
            Releases = [.. releases.DistinctBy(r => r.Digest)],
            Warrants = [.. warrants.Select(w => w.Envelope)],
            Orders = Orders(state),
            Exceptions = Exceptions(state, now),
            Adoptions = Adoptions(state, now),
            Shutdowns = Shutdowns(state),
            PayloadKeys = [new SnapshotPayloadKey(
                Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(
                    Convert.FromBase64String(genesis.Facts.Payload)))[..16],
                genesis.Facts.Payload)],
            Checkpoint = checkpoint(),
        };
    }

    /// <summary>What the state refuses beyond the last snapshot, for as long as none can be signed.</summary>
    internal static Tightening Tighten(GovernanceState state, DateTimeOffset now) => new()
    {
        V = 1,
        Org = state.Founded.Facts.Org,
        Origin = state.Founded.Facts.Origin,
        After = state.Epoch,
        Orders = Orders(state),
        ClientKeys = [.. state.ClientKeys.Keys.Values.Where(k => k.IsLive(now)).Select(k => k.Id)],
        Warrants = [.. state.Warrants.Issued.Where(w => w.IsInForce(now)).Select(w => w.Id)],
        Exceptions = [.. state.Exceptions.All.Where(e => e.IsInForce(now)).Select(e => e.Id)],
        Adoptions = [.. AdoptionState.Passing(state, now).Select(a => a.Id)],
    };

    /// <summary>Every order in force.</summary>
    internal static List<SnapshotOrder> Orders(GovernanceState state) =>
    [
        .. state.Orders.InForce.Select(o => new SnapshotOrder(
            o.Id, o.Kind, o.Key.System, o.Key.Environment, o.Release, o.By, o.Since, o.Incident)),
    ];

    /// <summary>Every exception in force, with both signatures.</summary>
    internal static List<SnapshotException> Exceptions(GovernanceState state, DateTimeOffset now) =>
    [
        .. state.Exceptions.All.Where(e => e.IsInForce(now)).Select(e => new SnapshotException(
            e.Content, e.Granted!.At,
            [
                new(e.Asked.Person, e.Asked.Envelope), new(e.Granted.Person, e.Granted.Envelope),
            ])),
    ];

    /// <summary>Every adoption under which traffic passes, with its signatures.</summary>
    internal static List<SnapshotAdoption> Adoptions(GovernanceState state, DateTimeOffset now) =>
    [
        .. AdoptionState.Passing(state, now).Select(a => new SnapshotAdoption(
            a.Content, a.From, [.. a.Signatures.Select(s => new SnapshotAct(s.Person, s.Envelope))])),
    ];

    /// <summary>The terms and the tier that a system is judged by: of the warrant that serves, of the adoption that it
    /// passes under, else as declared.</summary>
    internal static (string Terms, string Tier) JudgedBy(
        GovernanceState state, SystemState system, DateTimeOffset now) =>
        state.Warrants.Live(system.Key, now) is { } live ? (live.Says.Terms, live.Says.Tier)
        : AdoptionState.Passing(state, system.Key, now) is { } adopted ? (adopted.Content.Terms, adopted.Content.Tier)
        : (system.Terms, system.Tier);

    /// <summary>The end of each model that a provider announced, the earliest of each; null where none ends.</summary>
    internal static List<SnapshotShutdown>? Shutdowns(GovernanceState state)
    {
        List<SnapshotShutdown> ends =
        [
            .. state.Vendors.InForce.GroupBy(n => (n.Says.Provider, n.Says.Model))
                .Select(g => new SnapshotShutdown(g.Key.Provider, g.Key.Model, g.Min(n => n.Says.Shutdown)))
                .OrderBy(s => s.Provider, StringComparer.Ordinal).ThenBy(s => s.Model, StringComparer.Ordinal),
        ];
        return ends.Count == 0 ? null : ends;
    }

    /// <summary>The key of a rehearsal's lane; the server has it and nobody else.</summary>
    internal static SnapshotClientKey LaneKey(Rehearsal rehearsal) => new(
        rehearsal.Is.Key, rehearsal.Is.Hash, rehearsal.Is.System, RehearsalState.Environment,
        new SnapshotCaps(1000, 1000, 16, 20_000_000), rehearsal.Is.Until);

    /// <summary>
    /// Keys that once were a person's stay, so that approvals inside a warrant still in force can be checked; whether
    /// they count was decided when it was issued. Keys that do not count yet stay out. Who left holds no role.
    /// </summary>
    internal static SnapshotPerson Entry(Person person, DateTimeOffset now) => new(
        person.Id,
        person.Active ? [.. person.Roles] : [],
        [.. person.Keys.Where(k => k.From <= now).Concat(
            person.FormerKeys.Where(k => k.From < k.Until)).Select(k => SnapshotPersonKey.Of(k.Key))]);

    private async Task<SnapshotSystem?> SystemAsync(
        GovernanceState state, SystemState system, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var live = state.Warrants.Live(system.Key, now);
        var (digest, tier) = JudgedBy(state, system, now);
        if (await blobs.FindAsync(digest, cancellationToken) is not { } terms)
            return null;

        return new SnapshotSystem
        {
            Name = system.Key.System,
            Environment = system.Key.Environment,
            Kind = system.Kind,
            Terms = digest,
            TermsJson = Convert.ToBase64String(terms),
            Tier = tier,
            State = Standing.Of(state, system, now),
            Owners = new SnapshotOwners(
                system.Owners.Business, system.Owners.Technical, system.Owners.Deputy,
                directory.NameOf(system.Owners.Technical)),
            Live = live?.Release,
            AdoptedUntil = live is null ? state.Adoptions.Last(system.Key)?.End : null,
            Upstream = live is null ? null : state.Registry.Release(system.Key.System, live.Release)?.Provider,
        };
    }

    /// <summary>The system as it would serve what is rehearsed: the terms as declared, nothing live.</summary>
    private async Task<SnapshotSystem?> LaneAsync(
        GovernanceState state, Rehearsal rehearsal, CancellationToken cancellationToken) =>
        (rehearsal.Is.Rollback is { } aim
            ? state.Registry.Find(rehearsal.Is.System, aim.Environment)
            : state.Registry.Everywhere(rehearsal.Is.System).FirstOrDefault()) is { } system
            && await blobs.FindAsync(system.Terms, cancellationToken) is { } terms
            ? new SnapshotSystem
            {
                Name = system.Key.System,
                Environment = RehearsalState.Environment,
                Kind = system.Kind,
                Terms = system.Terms,
                TermsJson = Convert.ToBase64String(terms),
                Tier = system.Tier,
                State = "rehearsal",
                Owners = new SnapshotOwners(
                    system.Owners.Business, system.Owners.Technical, system.Owners.Deputy,
                    directory.NameOf(system.Owners.Technical)),
                Rehearsal = new SnapshotRehearsal(
                    rehearsal.Id, rehearsal.Is.Release, rehearsal.Is.Until, rehearsal.Is.Rollback?.IsFallback == true),
            }
            : null;

    private async Task<SnapshotRelease?> ReleaseAsync(
        GovernanceState state, string system, string digest, CancellationToken cancellationToken)
    {
        if (state.Registry.Release(system, digest) is not { } submitted
            || await blobs.FindAsync(digest, cancellationToken) is not { } json)
        {
            return null;
        }

        // The evaluation set decides nothing at run time and may be large.
        var evaluation = ReleaseDocument.Read(json).Spec.Evaluation?.Set;
        var files = new Dictionary<string, string>();
        foreach (var (path, blob) in submitted.Files.Where(f => f.Key != evaluation))
        {
            if (await blobs.FindAsync(blob, cancellationToken) is not { } bytes)
                return null;

            files.Add(path, Convert.ToBase64String(bytes));
        }

        return new SnapshotRelease(digest, Convert.ToBase64String(json), files);
    }
}
