using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Checkpoints;

/// <summary>
/// What a log committed to: its origin, how many entries it has, and the root hash over them (32 bytes). The text is
/// three lines, <c>origin LF size LF base64(root) LF</c>; signed as a note it proves every entry below its size.
/// </summary>
/// <remarks>Source of the format: c2sp.org/tlog-checkpoint, without extension lines.</remarks>
public sealed record Checkpoint(string Origin, long Size, byte[] Root)
{
    private const int RootBytes = 32;

    /// <summary>The text of a note; the origin is the name of the log's key.</summary>
    public string ToText() => $"{Origin}\n{Size}\n{Convert.ToBase64String(Root)}\n";

    /// <summary>Reads the text of a note; on false, <paramref name="fault"/> says what is wrong.</summary>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out Checkpoint? checkpoint,
        [NotNullWhen(false)] out string? fault)
    {
        checkpoint = null;
        fault = null;
        if (text.Split('\n') is not [{ Length: > 0 } origin, var sizeText, var rootText, ""])
            fault = "A checkpoint has three lines: origin, size and root.";
        else if (!long.TryParse(sizeText, NumberStyles.None, null, out var size) || size.ToString() != sizeText)
            fault = $"\"{sizeText}\" is no size.";
        else if (StrictBase64.Decode(rootText) is not { Length: RootBytes } root)
            fault = $"\"{rootText}\" is not base64 of {RootBytes} bytes.";
        else
            checkpoint = new Checkpoint(origin, size, root);

        return checkpoint is not null;
    }

    public bool Equals(Checkpoint? other) =>
        other is not null && Origin == other.Origin && Size == other.Size && Root.AsSpan().SequenceEqual(other.Root);

    public override int GetHashCode() => HashCode.Combine(Origin, Size, BitConverter.ToInt32(Root));
}
