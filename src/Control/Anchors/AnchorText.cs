using System.Globalization;
using System.Text;
using Provost.Ledger.Checkpoints;

namespace Provost.Control.Anchors;

/// <summary>
/// A checkpoint as text that survives mail and editors: ASCII, short lines, a sentence for people, and the signed note
/// as base64 of 64 columns between two marks. Any number of them may stand in one file, among other text.
/// </summary>
/// <remarks>The marks: <c>-----BEGIN PROVOST CHECKPOINT-----</c> and the same with END, as RFC 7468 writes
/// them.</remarks>
public static class AnchorText
{
    private const string Begin = "-----BEGIN PROVOST CHECKPOINT-----";
    private const string End = "-----END PROVOST CHECKPOINT-----";
    private const int Columns = 64;

    /// <summary>The block of a note, lines ended by line feeds, an empty line before and behind.</summary>
    /// <param name="checkpoint">What the note says.</param>
    /// <param name="note">The signed note, as it was published.</param>
    /// <param name="at">When it was taken.</param>
    public static string Write(Checkpoint checkpoint, byte[] note, DateTimeOffset at)
    {
        var text = new StringBuilder("\n")
            .Append(CultureInfo.InvariantCulture, $"Log {checkpoint.Origin}, {checkpoint.Size} entries, root ")
            .Append(Convert.ToHexStringLower(checkpoint.Root)).Append(",\ntaken ")
            .Append(at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)).Append(" UTC.\n")
            .Append(Begin).Append('\n');
        var encoded = Convert.ToBase64String(note);
        for (var from = 0; from < encoded.Length; from += Columns)
            text.Append(encoded.AsSpan(from, Math.Min(Columns, encoded.Length - from))).Append('\n');

        return text.Append(End).Append('\n').ToString();
    }
}
