using System.Text.Json;
using Provost.Control.Adoptions;
using Provost.Control.Evaluations;
using Provost.Control.Exceptions;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Gateway.Snapshot;
using Provost.Ledger.Statements;

namespace Provost.Control.Custody;

/// <summary>
/// Holds a snapshot that is to be signed against the signer's own fold of the log: nothing in it may loosen what that
/// says. It may leave out what cannot be read (a warrant, a system, a key), which denies; it may leave out no order.
/// </summary>
/// <remarks>Contents of releases are not looked at: warrants name their digests, and gateways hash them.</remarks>
internal static class SnapshotCheck
{
    /// <summary>The code of a refusal because the log has gone on since the snapshot was compiled.</summary>
    public const string StaleCode = "provost.snapshot.other_log";

    private const string Suspended = "suspended";

    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <summary>The first member that is not as the log says; null when all are.</summary>
    /// <param name="document">What is to be signed.</param>
    /// <param name="state">The signer's fold.</param>
    /// <param name="now">The signer's clock.</param>
    public static GovernanceFault? Doubt(SnapshotDocument document, GovernanceState state, DateTimeOffset now)
    {
        var (facts, at) = (state.Founded.Facts, document.IssuedAt);
        var wrong = document.V != 1 || document.Taxonomy != facts.Taxonomy ? "v"
            : (at - now).Duration() > Skew || document.ExpiresAt > at + SnapshotCompiler.Life ? "issuedAt"
            : !Keys(document, state) ? "keys"
            : !document.Roster.All(p => Person(p, state, at)) ? "roster"
            : !document.ClientKeys.All(k => ClientKey(k, state, at)) ? "clientKeys"
            : !document.Systems.All(s => Governed(s, state, at)) ? "systems"
            : !document.Warrants.All(w => Warrant(w, state, at)) ? "warrants"
            : !document.Exceptions.All(e => Excepted(e, state, at)) ? "exceptions"
            : !document.Adoptions.All(a => Adopted(a, state, at)) ? "adoptions"
            : !SnapshotCompiler.Orders(state).ToHashSet().SetEquals(document.Orders) ? "orders"
            : !(SnapshotCompiler.Shutdowns(state) ?? []).SequenceEqual(document.Shutdowns ?? []) ? "shutdowns"
            : null;
        return wrong is null
            ? null
            : new GovernanceFault(FaultKind.Conflict, StaleCode,
                $"The snapshot's {wrong} are not what the signer's own fold of the log says.",
                "Compile it again from the newest log.");
    }

    private static bool Keys(SnapshotDocument document, GovernanceState state)
    {
        var genesis = state.Founded;
        return document.Keys.Warrant.SequenceEqual([Convert.ToBase64String(genesis.WarrantKey.Bytes)])
            && document.Keys.Snapshot.SequenceEqual([Convert.ToBase64String(genesis.SnapshotKey.Bytes)])
            && document.PayloadKeys.All(k => k.PublicKey == genesis.Facts.Payload);
    }

    private static bool Person(SnapshotPerson person, GovernanceState state, DateTimeOffset at)
    {
        if (state.Roster.People.GetValueOrDefault(person.Person) is not { } known)
            return false;

        var expected = SnapshotCompiler.Entry(known, at);
        return person.Roles.All(expected.Roles.Contains) && person.Keys.All(expected.Keys.Contains);
    }

    private static bool ClientKey(SnapshotClientKey key, GovernanceState state, DateTimeOffset at) =>
        state.Rehearsals.Open(at).Any(r => key == SnapshotCompiler.LaneKey(r))
        || IsIssued(key, state, at);

    private static bool IsIssued(SnapshotClientKey key, GovernanceState state, DateTimeOffset at) =>
        state.ClientKeys.Keys.GetValueOrDefault(key.Id) is { } known && known.IsLive(at)
        && key == new SnapshotClientKey(
            known.Id, known.Hash, known.System.System, known.System.Environment, known.Caps, known.Expires);

    private static bool Governed(SnapshotSystem system, GovernanceState state, DateTimeOffset at)
    {
        if (system.Rehearsal is { } lane)
            return IsLane(system, lane, state, at);

        if (state.Registry.Find(system.Name, system.Environment) is not { } known)
            return false;

        var live = state.Warrants.Live(known.Key, at);
        var (terms, tier) = SnapshotCompiler.JudgedBy(state, known, at);
        return system.Terms == terms
            && Digest.Of(Convert.FromBase64String(system.TermsJson)) == system.Terms
            && system.Tier == tier
            && (system.State == Suspended || Standing.Of(state, known, at) != Suspended)
            && (system.Live is null || system.Live == live?.Release)
            && system.Owners.Business == known.Owners.Business && system.Owners.Technical == known.Owners.Technical
            && system.Owners.Deputy == known.Owners.Deputy;
    }

    private static bool IsLane(
        SnapshotSystem system, SnapshotRehearsal lane, GovernanceState state, DateTimeOffset at) =>
        state.Rehearsals.Find(lane.Id) is { } open && open.IsOpen(at) && system.Live is null
        && system.Name == open.Is.System && system.Environment == RehearsalState.Environment
        && lane.Release == open.Is.Release && lane.Until == open.Is.Until
        && lane.Fallback == (open.Is.Rollback?.IsFallback == true)
        && state.Registry.Everywhere(system.Name).Any(s => s.Terms == system.Terms && s.Tier == system.Tier)
        && Digest.Of(Convert.FromBase64String(system.TermsJson)) == system.Terms;

    private static bool Excepted(SnapshotException exception, GovernanceState state, DateTimeOffset at) =>
        state.Exceptions.Find(exception.Content.Id) is { Granted: { } granted } known && known.IsInForce(at)
        && exception.Content == known.Content && exception.From == granted.At && exception.Acts.Count == 2
        && IsAct(exception.Acts[0], known.Asked) && IsAct(exception.Acts[1], granted);

    private static bool Adopted(SnapshotAdoption adoption, GovernanceState state, DateTimeOffset at) =>
        AdoptionState.Passing(state, new SystemKey(adoption.Content.System, adoption.Content.Environment), at)
            is { } known
        && adoption.Content == known.Content && adoption.From == known.From
        && adoption.Acts.Count == known.Signatures.Count
        && adoption.Acts.Zip(known.Signatures).All(
            a => a.First.Person == a.Second.Person && JsonElement.DeepEquals(a.First.Envelope, a.Second.Envelope));

    private static bool IsAct(SnapshotAct act, ExceptionSignature known) =>
        act.Person == known.Person && JsonElement.DeepEquals(act.Envelope, known.Envelope);

    private static bool Warrant(JsonElement envelope, GovernanceState state, DateTimeOffset at) =>
        state.Warrants.Issued.Exists(w => w.IsInForce(at) && JsonElement.DeepEquals(w.Envelope, envelope));
}
