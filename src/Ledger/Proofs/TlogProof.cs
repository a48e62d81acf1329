using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Statements;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Proofs;

/// <summary>
/// An offline receipt for one entry: its index, the inclusion proof, and the signed checkpoint verbatim.
/// </summary>
/// <remarks>Source of the format: c2sp.org/tlog-proof, version 1.</remarks>
public sealed record TlogProof(long Index, IReadOnlyList<byte[]> Hashes, byte[] CheckpointNote)
{
    private const string Header = "c2sp.org/tlog-proof@v1";
    private const string ExtraStart = "extra ";
    private const int MaxHashes = 63;

    /// <summary>
    /// What the receipt carries beside the proof; null for nothing. Provost puts the entry itself here, so that one
    /// file is enough: it is believed only because its hash is the one that is proven.
    /// </summary>
    public byte[]? Extra { get; init; }

    /// <summary>The receipt's text, in UTF-8.</summary>
    public byte[] ToBytes()
    {
        var head = new StringBuilder($"{Header}\n");
        if (Extra is not null)
            head.Append($"{ExtraStart}{Convert.ToBase64String(Extra)}\n");

        head.Append($"index {Index}\n");
        foreach (var hash in Hashes)
            head.Append(Convert.ToBase64String(hash)).Append('\n');

        return [.. Encoding.ASCII.GetBytes(head.Append('\n').ToString()), .. CheckpointNote];
    }

    /// <summary>Reads a receipt without verifying; on false, <paramref name="fault"/> says why.</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> bytes,
        [NotNullWhen(true)] out TlogProof? proof,
        [NotNullWhen(false)] out string? fault)
    {
        proof = null;
        var end = bytes.IndexOf("\n\n"u8);
        if (bytes.Length > SignedNote.MaxBytes || end < 0)
        {
            fault = "A receipt is a head, an empty line and a checkpoint.";
            return false;
        }

        var lines = Encoding.UTF8.GetString(bytes[..end]).Split('\n').ToList();
        byte[]? extra = null;
        if (lines is [_, var second, ..] && second.StartsWith(ExtraStart, StringComparison.Ordinal))
        {
            extra = StrictBase64.Decode(second[ExtraStart.Length..]);
            if (extra is null)
            {
                fault = "The extra data of a receipt is base64.";
                return false;
            }

            lines.RemoveAt(1);
        }

        if (lines.Count is < 2 or > MaxHashes + 2 || lines[0] != Header)
        {
            fault = $"A receipt begins with \"{Header}\" and an index.";
            return false;
        }

        if (!lines[1].StartsWith("index ", StringComparison.Ordinal)
            || !long.TryParse(lines[1].AsSpan(6), NumberStyles.None, null, out var index)
            || index.ToString() != lines[1][6..])
        {
            fault = $"\"{lines[1]}\" is no index.";
            return false;
        }

        var hashes = lines.Skip(2).Select(l => StrictBase64.Decode(l) ?? []).ToList();
        fault = hashes.Any(h => h.Length != MerkleHash.Size) ? "A proof line is base64 of 32 bytes." : null;
        if (fault is not null)
            return false;

        proof = new TlogProof(index, hashes, bytes[(end + 2)..].ToArray()) { Extra = extra };
        return true;
    }

    /// <summary>
    /// Whether the entry is in the log: the checkpoint is signed by a pinned key of that origin and the proof leads to
    /// its root.
    /// </summary>
    public bool Proves(ReadOnlySpan<byte> entry, string origin, IReadOnlyCollection<NoteVerifierKey> pinned) =>
        SignedNote.TryParse(CheckpointNote, out var note, out _)
        && note.Verify(pinned) == NoteVerdict.Verified
        && Checkpoint.TryParse(note.Text, out var checkpoint, out _)
        && checkpoint.Origin == origin
        && MerkleProof.VerifyInclusion(Index, checkpoint.Size, MerkleHash.Leaf(entry), Hashes, checkpoint.Root);
}
