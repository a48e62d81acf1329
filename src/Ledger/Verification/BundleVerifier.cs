using System.Text;
using System.Text.Json;
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
    /// Checks container, checkpoint, the manifest's signature, each entry's bytes against the checkpoint's root, stream
    /// chains, the ranges the bundle claims, what its decisions stand on, and the copy for spreadsheets. Memory does
    /// not grow with the bundle. <paramref name="previous"/> is the checkpoint that an earlier verification gave.
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
    private const int MaxManifestBytes = 16 << 20;
    private const string Files = "manifest.json manifest.tlog-proof checkpoint entries.jsonl decisions.csv";

    private const string FilesWithConsistency =
        "manifest.json manifest.tlog-proof checkpoint consistency entries.jsonl decisions.csv";

    private readonly AuthorityCheck _authority = new(trust);

    private readonly List<string> _checked = [];
    private readonly List<string> _notChecked = [];
    private long _entriesChecked;
    private VerifiedCheckpoint? _verified;
    private bool _continues;
    private VerificationFault? _copyFault;

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

        if (archive.Names.FirstOrDefault() == "manifest.json")
        {
            // An older bundle has other files: its version is what is wrong with it.
            if (archive.ReadAll("manifest.json", MaxManifestBytes) is not { } bytes)
                return new VerificationFault(FaultKind.Container, "The zip's checksum of manifest.json is wrong.");

            if (BundleManifest.Parse(bytes, out fault) is not { } manifest)
                return fault;

            var files = manifest.Reveals is null ? archive.Names : archive.Names.SkipLast(1);
            var hasReveals = archive.Names.LastOrDefault() == "reveals.jsonl";
            if (hasReveals == manifest.Reveals is not null
                && string.Join(' ', files) is Files or FilesWithConsistency)
            {
                return CheckHead(archive, manifest)
                    ?? CheckPrevious(archive, manifest)
                    ?? CheckEntries(archive, manifest)
                    ?? CheckReveals(archive, manifest)
                    ?? Conclude(manifest);
            }
        }

        return new VerificationFault(
            FaultKind.Container, "The zip does not hold the files of a bundle in their order.");
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

        verified.Report(trust, witnesses, _checked, _notChecked);
        var receipt = archive.ReadAll("manifest.tlog-proof", ReceiptVerifier.MaxBytes);
        var wrong = ManifestSignature.Check(receipt, manifest, verified, out var exported);
        if (wrong is null)
            _checked.Add($"The manifest is the one that {exported} of the log says was exported.");

        return wrong;
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
        var lines = new BundleCursor(archive, file);
        var copy = new CopyCheck(archive);
        var chains = new StreamChains(isWholeLog: false);
        var claims = new BundleClaims(manifest);
        long last = -1;
        if (copy.Begin() is { } headless)
            return headless;

        while (lines.NextLine() is { IsEmpty: false } line)
        {
            if (BundleEntry.Parse(line.Span) is not { } entry)
            {
                return new VerificationFault(
                    FaultKind.Entry,
                    $"Line {lines.Line} of entries.jsonl (after entry {last}) is not an entry.",
                    BundleEntry.IndexOf(line.Span));
            }

            if (CheckEntry(entry, last, chains, claims, copy) is { } fault)
                return fault;

            last = entry.Index;
            _entriesChecked++;
        }

        if (lines.Crc != file.Crc)
            return new VerificationFault(FaultKind.Container, "The zip's checksum of entries.jsonl is wrong.");

        return claims.End() ?? _authority.End() ?? _copyFault ?? copy.End() ?? Say(copy);
    }

    /// <summary>What is wrong with the copy is told last: entries that were taken away matter more.</summary>
    private VerificationFault? Copied(CopyCheck copy, long index, byte[] hash, JsonElement leaf)
    {
        _copyFault ??= copy.Next(index, hash, leaf);
        return null;
    }

    private VerificationFault? Say(CopyCheck copy)
    {
        _authority.Report(_checked, _notChecked);
        _checked.Add($"decisions.csv says in {copy.Rows} rows what the entries say, cell by cell.");
        return null;
    }

    private VerificationFault? CheckEntry(
        BundleEntry entry, long last, StreamChains chains, BundleClaims claims, CopyCheck copy)
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

        using var document = JsonDocument.Parse(entry.Leaf);
        return chains.Next(entry.Index, leaf, hash)
            ?? claims.Next(entry.Index, leaf, hash)
            ?? _authority.Next(entry.Index, leaf, document.RootElement.GetProperty("record"))
            ?? Copied(copy, entry.Index, hash, document.RootElement);

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

        if (manifest.Requested.Count == 0)
        {
            _notChecked.Add(
                "That everything you asked for was chosen: the bundle is a selection and claims no range in full. "
                + "Nothing was taken from it since.");
        }
        else
        {
            _notChecked.Add(
                $"That these ranges are all of the window {manifest.From ?? "from the beginning"} to "
                + $"{manifest.Until ?? $"size {manifest.Size}"}: the log says so, times are its own.");
        }

        _notChecked.Add(manifest.Reveals is null
            ? "The payloads behind the commitments: the bundle holds leaves only."
            : "The contents of entries that none is given of: they were not asked for, not kept, or are gone.");
        return null;
    }

    private VerificationFault? CheckReveals(BundleArchive archive, BundleManifest manifest)
    {
        if (manifest.Reveals is not { } promised)
            return null;

        var fault = RevealCheck.Run(archive, promised);
        if (fault is null)
            _checked.Add($"Each of {promised} contents is, byte for byte, the one that its entry commits to.");

        return fault;
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
