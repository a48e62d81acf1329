using System.Text.Json;
using Provost.Ledger.Checkpoints;

namespace Provost.Ledger.Verification;

/// <summary>
/// A manifest is signed by the log: manifest.tlog-proof is the receipt of an entry that says what was exported, covered
/// by the checkpoint that the bundle is proved against. Whoever edits a manifest later has no such entry.
/// </summary>
internal static class ManifestSignature
{
    private const string Type = "gov.ledger_exported";

    /// <summary>What is wrong with the receipt, or null; the entry's place in <paramref name="exported"/>.</summary>
    public static VerificationFault? Check(
        byte[]? receipt, BundleManifest manifest, VerifiedCheckpoint verified, out string exported)
    {
        exported = "";
        if (receipt is null)
            return Fault("its receipt is damaged");

        if (ReceiptFile.Read(receipt, out var fault) is not { Entry: { } entry } file)
            return fault ?? Fault("its receipt does not hold the entry of the export");

        if (!file.Note.AsSpan().SequenceEqual(verified.Note))
            return Fault("its receipt is of another checkpoint than the bundle's");

        if (Root(file, entry, verified.Checkpoint) is not { } root
            || !root.AsSpan().SequenceEqual(verified.Checkpoint.Root))
        {
            return Fault("the entry in its receipt does not lead to the checkpoint's root");
        }

        if (LeafFacts.Read(entry, out var reason) is not { Stream: "gov" } leaf)
            return Fault($"the entry in its receipt is not one of governance {reason}".TrimEnd());

        using var document = JsonDocument.Parse(entry);
        var record = document.RootElement.GetProperty("record");
        if (GovernanceAct.Text(record, "type") != Type || !record.TryGetProperty("body", out var body)
            || GovernanceAct.Text(body, "manifest") != manifest.Digest)
        {
            return Fault("it is not the one that the log says was exported: it was changed, or made by somebody else");
        }

        if (file.Index < manifest.Size || manifest.Size > verified.Checkpoint.Size)
            return Fault("it speaks of entries that were not there when it was signed");

        exported = $"entry {file.Index} ({leaf.Stream} {leaf.Seq})";
        return null;
    }

    private static byte[]? Root(ReceiptFile file, byte[] entry, Checkpoint checkpoint) =>
        RootHash.FromPath(file.Index, checkpoint.Size, RootHash.Leaf(entry), file.Path);

    private static VerificationFault Fault(string what) => new(FaultKind.Manifest, $"The manifest: {what}.");
}
