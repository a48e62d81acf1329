namespace Provost.Gateway.Snapshot;

/// <summary>
/// What Control has recorded and cannot have signed, because the signer does not answer: laid over the snapshot in
/// force, it can only refuse more than that. It bears no signature, hence it names what stays, and nothing that it
/// names comes to stand that the snapshot does not hold; a fallback or a rollback reaches only what a warrant in the
/// snapshot allows. The next snapshot replaces it.
/// </summary>
public sealed record Tightening
{
    /// <summary>Version of this form; any other is refused.</summary>
    public required int V { get; init; }

    public required string Org { get; init; }

    /// <summary>Origin of the ledger.</summary>
    public required string Origin { get; init; }

    /// <summary>The newest epoch recorded when this was made: a snapshot of a higher one holds all of it.</summary>
    public required long After { get; init; }

    /// <summary>Every order in force; those of the snapshot stay too.</summary>
    public required IReadOnlyList<SnapshotOrder> Orders { get; init; }

    /// <summary>Ids of the client keys that are still good; any other key of the snapshot is unknown.</summary>
    public required IReadOnlyList<string> ClientKeys { get; init; }

    /// <summary>Ids of the warrants still in force; any other of the snapshot is as if revoked.</summary>
    public required IReadOnlyList<Guid> Warrants { get; init; }

    /// <summary>Ids of the exceptions still in force; any other of the snapshot is over.</summary>
    public IReadOnlyList<Guid> Exceptions { get; init; } = [];

    /// <summary>Ids of the adoptions still in force; any other of the snapshot is over.</summary>
    public IReadOnlyList<Guid> Adoptions { get; init; } = [];
}
