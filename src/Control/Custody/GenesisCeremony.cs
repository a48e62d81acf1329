using Provost.Control.Governance;
using Provost.Control.Intake;
using Provost.Ledger.Statements;
using Provost.Ledger.Tree;
using Provost.Ledger.Verification;

namespace Provost.Control.Custody;

/// <summary>The first start: the genesis as entry 0, and the trust file that a customer keeps in its own git.</summary>
public static class GenesisCeremony
{
    /// <summary>Writes the genesis when there is none; does nothing otherwise.</summary>
    public static async Task FoundAsync(
        GovernanceLog log, Keyring keys, string org, string origin, CancellationToken cancellationToken)
    {
        if (log.State.Genesis is not null)
            return;

        var draft = GovernanceDraft.Of(Actor.Setup, origin, new GenesisMade
        {
            Org = org,
            Origin = origin,
            Taxonomy = Taxonomy.Load().Edition,
            Custody = Keyring.Level,
            Root = keys.Root.PublicKey.ToString(),
            Warrant = keys.Warrant.PublicKey.ToString(),
            Snapshot = keys.Snapshot.PublicKey.ToString(),
            Log = new NoteVerifierKey(origin, keys.Log.PublicKey).ToString(),
            Payload = Convert.ToBase64String(keys.PayloadPublicKey),
        });
        var envelope = Dsse.Sign(Genesis.PayloadType, CanonicalJson.From(draft.Body), keys.Root);
        var outcome = await log.AppendAsync(
            draft with { Statement = SignedStatement.Element(envelope) }, cancellationToken);
        if (outcome is GovernanceOutcome.Refused refused)
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

    /// <summary>What is wrong between a founded log and the keys beside it; null when they belong together.</summary>
    public static string? Mismatch(Genesis genesis, Keyring keys) =>
        genesis.RootKey.Equals(keys.Root.PublicKey) && genesis.WarrantKey.Equals(keys.Warrant.PublicKey)
            && genesis.SnapshotKey.Equals(keys.Snapshot.PublicKey)
            && genesis.Facts.Payload == Convert.ToBase64String(keys.PayloadPublicKey)
            ? null
            : "The keys in keys/ are not those of this log's genesis. Put back the folder that belongs to it.";
}
