using System.Collections.Frozen;
using Provost.Gateway.Binding;
using Provost.Gateway.Guardrails;
using Provost.Gateway.Manifests;
using Provost.Gateway.Pipeline;
using Provost.Gateway.Protocols;
using Provost.Gateway.Warrants;
using Provost.Ledger.Records;
using Provost.Ledger.Statements;

namespace Provost.Gateway.Snapshot;

/// <summary>
/// A verified snapshot, compiled for the hot path: immutable, shared by all calls, replaced whole. A call
/// reads one and keeps it.
/// </summary>
public sealed class GatewaySnapshot
{
    private readonly FrozenDictionary<string, CompiledKey>.AlternateLookup<ReadOnlySpan<char>> _keys;
    private readonly FrozenDictionary<(string, string), CompiledSystem> _systems;
    private readonly CheckedWarrants _warrants;

    internal GatewaySnapshot(
        SnapshotDocument document,
        string digest,
        FrozenDictionary<string, CompiledKey> keys,
        FrozenDictionary<(string, string), CompiledSystem> systems,
        IReadOnlyList<ReleaseNotServed> notServed,
        CheckedWarrants warrants)
    {
        Document = document;
        Digest = digest;
        NotServed = notServed;
        _warrants = warrants;
        _keys = keys.GetAlternateLookup<ReadOnlySpan<char>>();
        _systems = systems;
    }

    /// <summary>What was signed.</summary>
    public SnapshotDocument Document { get; }

    /// <summary><c>sha256:…</c> of the signed payload.</summary>
    public string Digest { get; }

    public long Epoch => Document.Epoch;

    public IReadOnlyList<ReleaseNotServed> NotServed { get; }

    /// <summary>Warrants that were signed into the snapshot and do not verify.</summary>
    public IReadOnlyList<WarrantNotAdmitted> NotAdmitted => _warrants.Refused;

    /// <summary>Exceptions that were signed into the snapshot and do not verify.</summary>
    public IReadOnlyList<ExceptionNotAdmitted> NotExcepted => _warrants.Exceptions.Refused;

    /// <summary>Adoptions that were signed into the snapshot and do not verify.</summary>
    public IReadOnlyList<AdoptionNotAdmitted> NotAdopted => _warrants.Adoptions.Refused;

    /// <summary>Digests of the variants' warrants whose documents were compared: these never change.</summary>
    internal IReadOnlySet<string> Compared => _warrants.Compared;

    internal IEnumerable<CompiledSystem> Systems => _systems.Values;

    /// <summary>The same document with more refused.</summary>
    internal GatewaySnapshot Under(Tightening tightening) =>
        new SnapshotCompilation(Document, Digest, _warrants, before: this, tightening).Compile();

    internal CompiledKey? FindKey(ReadOnlySpan<char> id) => _keys.TryGetValue(id, out var key) ? key : null;

    internal CompiledSystem? Find(string system, string environment) =>
        _systems.GetValueOrDefault((system, environment));
}

/// <param name="Hash">SHA-256 of the key's text.</param>
internal sealed record CompiledKey(SnapshotClientKey Key, byte[] Hash, CompiledSystem System);

/// <summary>One system in one environment, with everything that its calls are judged by.</summary>
internal sealed class CompiledSystem
{
    public required SnapshotSystem Source { get; init; }

    public required SystemDocument Terms { get; init; }

    public required SystemOrders Orders { get; init; }

    /// <summary>
    /// Releases whose warrant is in force, the live one first; after a rollback the restored one alone.
    /// </summary>
    public required IReadOnlyList<CompiledRelease> Releases { get; init; }

    /// <summary>Null while no exception stands.</summary>
    public CompiledException? Exception { get; init; }

    /// <summary>Null unless it is adopted and nothing of it has a warrant.</summary>
    public CompiledAdoption? Adoption { get; init; }

    /// <summary>Whether the live release is missing above because its warrant does not verify.</summary>
    public required bool IsLiveUnwarranted { get; init; }

    /// <summary>From here on the fail mode applies.</summary>
    public required DateTimeOffset LeaseEnds { get; init; }

    public required RequestPath? Subject { get; init; }

    public required IReadOnlyList<(string Name, RequestPath Path)> Cohorts { get; init; }

    public required RequestPath? DataClass { get; init; }

    public string Name => Source.Name;

    public string Environment => Source.Environment;

    /// <summary>What calls are bound to at an instant: an exception is over at its end and a rehearsal's lane closed,
    /// whatever the snapshot's age.</summary>
    public IReadOnlyList<CompiledRelease> ReleasesAt(DateTimeOffset now) =>
        Source.Rehearsal is { } rehearsal ? now < rehearsal.Until ? Releases : []
        : Exception is { } exception && now < exception.Until ? exception.Releases : Releases;

    /// <summary>Light duty: so many calls a day, and every answer says it.</summary>
    public bool IsExperimental => Source.Environment == SigningQuorum.Experimental;

    public bool IsHigh => Source.Tier == "high";

    public string AskWhom => Source.Owners.AskWhom;
}

/// <summary>The orders in force on a system. An order of a kind that this build lacks counts as a pause.</summary>
internal sealed record SystemOrders(bool Paused, bool Killed, bool Fallback, string? RollbackTo);

/// <summary>A release under a warrant, under an exception alone, or in a rehearsal; under an adoption what the call
/// itself brings.</summary>
internal sealed class CompiledRelease
{
    public required ReleaseDocument Document { get; init; }

    public required ReleaseComposition Composition { get; init; }

    /// <summary>Null where an exception or an adoption alone lets it serve, or where it is rehearsed.</summary>
    public required WarrantPredicate? Warrant { get; init; }

    /// <summary>The warrant's id as records and headers write it.</summary>
    public required string? WarrantId { get; init; }

    /// <summary>The exception that calls bound to this are made under; null for none.</summary>
    public Guid? Exception { get; init; }

    /// <summary>The adoption that the call passes under; null where it is governed.</summary>
    public Guid? Adoption { get; init; }

    public required GuardrailSet Input { get; init; }

    public required GuardrailSet Output { get; init; }

    /// <summary>What the record says of a call that every guardrail looked at and found nothing in.</summary>
    public GuardrailReport Clean => field ??= new(
        Output.Digest, [.. ControlReport.Looked("input", Input), .. ControlReport.Looked("output", Output)], []);

    /// <summary>The approved model's name (a scorer: its version), UTF-8: what a call must name.</summary>
    public required byte[] ApprovedModel { get; init; }

    /// <summary>What an answer must say about the model that made it.</summary>
    public required ApprovedAnswer Answers { get; init; }

    /// <summary>When its provider ends the model, null where it said nothing.</summary>
    public DateTimeOffset? Shutdown { get; init; }

    public string Digest => Document.Digest;

    /// <summary>The digest as records and headers name it; null under an adoption, where there is no release.</summary>
    public string? Named => Adoption is null ? Digest : null;

    public string Provider => Document.Spec.Model.Provider;

    public ReleaseFallback? Fallback => Document.Spec.Fallback;

    /// <summary>The same release under another warrant.</summary>
    public CompiledRelease Under(WarrantPredicate? warrant, DateTimeOffset? shutdown) => new()
    {
        Document = Document,
        Composition = Composition,
        Warrant = warrant,
        WarrantId = warrant?.Id.ToString(),
        Input = Input,
        Output = Output,
        ApprovedModel = ApprovedModel,
        Answers = Answers,
        Shutdown = shutdown,
    };

    /// <summary>The same release under an exception, with the guardrails that this leaves it.</summary>
    public CompiledRelease Excepted(Guid exception, GuardrailSet? input = null, GuardrailSet? output = null) => new()
    {
        Document = Document,
        Composition = Composition,
        Warrant = Warrant,
        WarrantId = WarrantId,
        Exception = exception,
        Input = input ?? Input,
        Output = output ?? Output,
        ApprovedModel = ApprovedModel,
        Answers = Answers,
        Shutdown = Shutdown,
    };

    /// <summary>Within its warrant's dates; one without is bound to only while its exception or lane lasts.</summary>
    public bool IsInForce(DateTimeOffset now) =>
        Warrant is not { } warrant || (warrant.NotBefore <= now && now < warrant.NotAfter);
}
