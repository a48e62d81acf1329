using System.Text;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

/// <summary>
/// Verifies an exported bundle with nothing but the trust file: no server, no network. It stops at the first thing that
/// is wrong and names it.
/// </summary>
public static class BundleVerifier
{
    /// <summary>
    /// Checks container, checkpoint, each entry's bytes against the checkpoint's root, stream chains, and the ranges
    /// the bundle claims. <paramref name="previous"/> is the checkpoint that an earlier verification gave.
    /// </summary>
    /// <param name="zip">The bundle; it must be seekable.</param>
    /// <param name="trust">Keys and origin, from a place of one's own.</param>
    /// <param name="previous">The last checkpoint seen of this log, or null.</param>
    /// <param name="witnesses">Whose cosignatures count; null for nobody's.</param>
    public static VerificationReport Verify(
        Stream zip, TrustFile trust, Checkpoint? previous, WitnessPolicy? witnesses = null) =>
        new BundleCheck(trust, previous, witnesses ?? WitnessPolicy.None).Run(zip);
}

/// <summary>One verification of one bundle.</summary>
internal sealed class BundleCheck(TrustFile trust, Checkpoint? previous, WitnessPolicy witnesses)
{
    private const int MaxHeadBytes = 1 << 20;
    private const string Files = "manifest.json checkpoint entries.jsonl";
    private const string FilesWithConsistency = "manifest.json checkpoint consistency entries.jsonl";

    private readonly List<string> _checked = [];
    private readonly List<string> _notChecked = [];
    private long _entriesChecked;
    private VerifiedCheckpoint? _verified;
    private bool _continues;

    private Checkpoint Checkpoint => _verified!.Checkpoint;

    public VerificationReport Run(Stream zip)
    {
        var fault = Check(zip);
        return new VerificationReport
        {
            EntriesChecked = _entriesChecked,
            FirstFault = fault,
            Checked = _checked,
            NotChecked = _notChecked,
            Checkpoint = fault is null ? Checkpoint : null,
            CheckpointNote = fault is null ? _verified!.Note : null,
            ContinuesPrevious = fault is null && _continues,
        };
    }

    private VerificationFault? Check(Stream zip)
    {
        var archive = BundleArchive.Open(zip, out var fault);
        if (archive is null)
            return fault;

        if (string.Join(' ', archive.Names) is not (Files or FilesWithConsistency))
            return new VerificationFault(FaultKind.Container, "The zip does not hold the files of a bundle.");

        if (archive.ReadAll("manifest.json", MaxHeadBytes) is not { } bytes
            || BundleManifest.Parse(bytes) is not { } manifest)
        {
            return new VerificationFault(FaultKind.Manifest, "manifest.json is damaged or not one this program knows.");
        }

        return CheckHead(archive, manifest)
            ?? CheckPrevious(archive, manifest)
            ?? CheckEntries(archive, manifest)
            ?? Conclude(manifest);
    }

    private VerificationFault? CheckHead(BundleArchive archive, BundleManifest manifest)
    {
        var file = archive.Find("checkpoint");
        var note = new byte[Math.Min(file.Length, MaxHeadBytes)];
        archive.ReadAt(file.Offset, note);
        if (CheckpointCheck.Verify(note, trust, witnesses, out var fault) is not { } verified)
            return fault;

        _verified = verified;

        if (archive.ReadAll("checkpoint", MaxHeadBytes) is null)
            return new VerificationFault(FaultKind.Container, "The zip's checksum of the checkpoint is wrong.");

        if (manifest.Origin != Checkpoint.Origin || manifest.CheckpointSize != Checkpoint.Size)
            return new VerificationFault(FaultKind.Manifest, "The manifest names another checkpoint than is here.");

        verified.Report(trust, witnesses, _checked, _notChecked);
        return null;
    }

    private VerificationFault? CheckPrevious(BundleArchive archive, BundleManifest manifest)
    {
        var hasProof = archive.Names.Contains("consistency");
        if (hasProof != (manifest.Since is not null))
            return new VerificationFault(FaultKind.Manifest, "The manifest and the consistency proof do not fit.");

        byte[][] proof = [];
        if (hasProof)
        {
            if (archive.ReadAll("consistency", MaxHeadBytes) is not { } text || ProofLines(text) is not { } lines)
                return new VerificationFault(FaultKind.Consistency, "The consistency proof is damaged.");

            proof = lines;
        }

        var size = Checkpoint.Size;
        if (previous is null)
        {
            _notChecked.Add("That the log was not rewritten before this checkpoint: no earlier one was given.");
            return null;
        }

        if (previous.Origin != Checkpoint.Origin)
            return new VerificationFault(FaultKind.OtherLog, "The remembered checkpoint is of another log.");

        if (previous.Size > size)
        {
            _notChecked.Add($"That this log is the remembered one: the bundle ends at {size}, before {previous.Size}.");
            return null;
        }

        if (previous.Size != size && manifest.Since != previous.Size)
        {
            _notChecked.Add($"That the log continues size {previous.Size}: export with that size to have it proven.");
            return null;
        }

        var path = manifest.Since == previous.Size ? proof : [];
        if (!RootHash.Continues(previous.Size, previous.Root, size, Checkpoint.Root, path))
        {
            return new VerificationFault(
                FaultKind.Consistency, $"The log does not continue the one remembered at size {previous.Size}.");
        }

        _continues = true;
        _checked.Add($"The log continues the checkpoint remembered at size {previous.Size}.");
        return null;
    }

    private VerificationFault? CheckEntries(BundleArchive archive, BundleManifest manifest)
    {
        var file = archive.Find("entries.jsonl");
        var entries = new BundleEntries(archive, file);
        var chains = new StreamChains(isWholeLog: false);
        var claims = new BundleClaims(manifest);
        long last = -1;
        while (entries.Next() is { IsEmpty: false } line)
        {
            if (BundleEntries.Parse(line.Span) is not { } entry)
            {
                return new VerificationFault(
                    FaultKind.Entry,
                    $"Line {entries.Line} of entries.jsonl (after entry {last}) is not an entry.",
                    BundleEntries.IndexOf(line.Span));
            }

            if (CheckEntry(entry, last, chains, claims) is { } fault)
                return fault;

            last = entry.Index;
            _entriesChecked++;
        }

        return entries.Crc == file.Crc
            ? claims.End()
            : new VerificationFault(FaultKind.Container, "The zip's checksum of entries.jsonl is wrong.");
    }

    private VerificationFault? CheckEntry(BundleEntry entry, long last, StreamChains chains, BundleClaims claims)
    {
        var hash = RootHash.Leaf(entry.Leaf);
        var leaf = LeafFacts.Read(entry.Leaf, out var reason);
        var root = RootHash.FromPath(entry.Index, Checkpoint.Size, hash, entry.Proof);
        if (root is null || !root.AsSpan().SequenceEqual(Checkpoint.Root))
        {
            return Fault(
                FaultKind.Entry, "its bytes or its proof were changed: it does not lead to the checkpoint's root");
        }

        if (entry.Index <= last)
            return Fault(FaultKind.Order, $"it stands behind entry {last}");

        if (entry.Index == 0 && Convert.ToHexStringLower(hash) != trust.Genesis)
            return Fault(FaultKind.Genesis, "it is not the genesis that the trust file names");

        if (leaf is null)
            return Fault(FaultKind.Form, reason);

        return chains.Next(entry.Index, leaf, hash) ?? claims.Next(entry.Index, leaf);

        VerificationFault Fault(FaultKind kind, string what) => new(
            kind,
            leaf is null ? $"Entry {entry.Index}: {what}." : $"Entry {entry.Index} ({leaf.Stream} {leaf.Seq}): {what}.",
            entry.Index,
            leaf?.Stream,
            leaf?.Seq);
    }

    private VerificationFault? Conclude(BundleManifest manifest)
    {
        _checked.Add($"Each of {_entriesChecked} entries is, byte for byte, one that the checkpoint covers.");
        _checked.Add("Entries that stand next to each other in a stream name each other by hash.");
        foreach (var range in manifest.Requested)
            _checked.Add($"{range.Stream} {range.First} to {range.Last} is here without a gap.");

        _notChecked.Add(manifest.Requested.Count == 0
            ? "That nothing was left out: the bundle is a selection and claims no range in full."
            : "That the ranges are those you asked for: the manifest is not signed, compare it with your request.");
        _notChecked.Add("The payloads behind the commitments: the bundle holds leaves only.");
        return null;
    }

    private static byte[][]? ProofLines(byte[] text)
    {
        var lines = Encoding.UTF8.GetString(text).Split('\n');
        if (lines[^1].Length != 0)
            return null;

        var hashes = lines[..^1].Select(l => StrictBase64.Decode(l) ?? []).ToArray();
        return hashes.All(h => h.Length == 32) ? hashes : null;
    }
}
