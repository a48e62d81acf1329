using Provost.Control.Governance;
using Provost.Ledger.Statements;
using Provost.Ledger.Tree;
using Provost.Ledger.Verification;

namespace Provost.Control.Custody;

/// <summary>The first start: the genesis as entry 0, and the trust file that a customer keeps in its own git.</summary>
public static class GenesisCeremony
{
    /// <summary>Writes the genesis when there is none; does nothing otherwise.</summary>
    public static async Task FoundAsync(
        GovernanceLog log, ISigner signer, GenesisRequest request, CancellationToken cancellationToken)
    {
        if (log.State.Genesis is not null)
            return;

        var genesis = signer.SignGenesis(request);
        if (genesis.Fault is { } no)
            throw new InvalidOperationException($"The genesis was not signed: {no.Message} {no.Remedy}");

        var draft = GovernanceDraft.Of(Actor.Setup, request.Origin, genesis.Value.Body) with
        {
            Statement = genesis.Value.Envelope,
        };
        if (await log.AppendAsync(draft, cancellationToken) is GovernanceOutcome.Refused refused)
            throw new InvalidOperationException($"The genesis was refused: {refused.Fault.Message}");
    }

    /// <summary>Writes <c>trust.json</c> once the genesis stands in the log.</summary>
    /// <param name="path">Where to; an existing file is left alone.</param>
    /// <param name="genesis">The genesis in force.</param>
    /// <param name="entry">Bytes of entry 0 of the log.</param>
    public static void WriteTrust(string path, Genesis genesis, ReadOnlySpan<byte> entry)
    {
        if (File.Exists(path))
            return;

        DurableFile.Replace(path, new TrustFile
        {
            Org = genesis.Facts.Org,
            Origin = genesis.Facts.Origin,
            Log = [NoteVerifierKey.Parse(genesis.Facts.Log)],
            Warrant = [genesis.WarrantKey],
            Snapshot = [genesis.SnapshotKey],
            Root = [genesis.RootKey],
            Genesis = Convert.ToHexStringLower(MerkleHash.Leaf(entry)),
        }.ToBytes());
    }
}
