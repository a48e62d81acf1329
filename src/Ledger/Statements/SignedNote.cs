using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Provost.Ledger.Statements;

/// <summary>One signature line of a note: key name, key id, and the bytes after the id.</summary>
public sealed record NoteSignature(string Name, uint KeyId, byte[] Signature);

/// <summary>What checking a note against pinned keys gave.</summary>
public enum NoteVerdict
{
    /// <summary>At least one pinned key signed it, and none of the pinned keys' signatures is wrong.</summary>
    Verified,

    /// <summary>No signature is of a pinned key.</summary>
    NoKnownKey,

    /// <summary>A signature claims to be of a pinned key and is wrong: the whole note is refused.</summary>
    BadSignature,
}

/// <summary>
/// A text with signatures: the text (it ends in a line feed), an empty line, then one line
/// <c>— name base64(id ‖ signature)</c> each. Unknown keys are ignored.
/// </summary>
/// <remarks>Source of the format: c2sp.org/signed-note.</remarks>
public sealed class SignedNote
{
    /// <summary>Largest note that is read, in bytes.</summary>
    public const int MaxBytes = 1_000_000;

    /// <summary>Most signature lines that are read.</summary>
    public const int MaxSignatures = 100;

    private const string LineStart = "— ";
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, true);

    /// <summary>Throws <see cref="FormatException"/> when the text cannot be a note's.</summary>
    public SignedNote(string text, IReadOnlyList<NoteSignature> signatures)
    {
        _ = TextBytes(text);
        Text = text;
        Signatures = signatures;
    }

    public string Text { get; }

    public IReadOnlyList<NoteSignature> Signatures { get; }

    /// <summary>Reads a note without verifying; on false, <paramref name="fault"/> says why.</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> bytes,
        [NotNullWhen(true)] out SignedNote? note,
        [NotNullWhen(false)] out string? fault)
    {
        try
        {
            note = Parse(bytes);
            fault = null;
            return true;
        }
        catch (Exception refused) when (refused is FormatException or DecoderFallbackException)
        {
            note = null;
            fault = $"Not a signed note: {refused.Message}";
            return false;
        }
    }

    /// <summary>The note's bytes: what <see cref="TryParse"/> reads.</summary>
    public byte[] ToBytes()
    {
        var text = new StringBuilder(Text).Append('\n');
        foreach (var signature in Signatures)
        {
            var typed = new byte[4 + signature.Signature.Length];
            BinaryPrimitives.WriteUInt32BigEndian(typed, signature.KeyId);
            signature.Signature.CopyTo(typed, 4);
            text.Append($"{LineStart}{signature.Name} {Convert.ToBase64String(typed)}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Checks every signature whose name and id are a pinned key's.</summary>
    public NoteVerdict Verify(IReadOnlyCollection<NoteVerifierKey> pinned)
    {
        var message = TextBytes(Text);
        var verdict = NoteVerdict.NoKnownKey;
        foreach (var signature in Signatures)
        {
            var key = pinned.FirstOrDefault(k => k.Name == signature.Name && k.Id == signature.KeyId);
            if (key is null)
                continue;

            if (!key.Key.Verify(message, signature.Signature))
                return NoteVerdict.BadSignature;

            verdict = NoteVerdict.Verified;
        }

        return verdict;
    }

    /// <summary>What a signature covers; <see cref="FormatException"/> when the text cannot be a note's.</summary>
    internal static byte[] TextBytes(string text)
    {
        if (!text.EndsWith('\n'))
            throw new FormatException("the text ends in a line feed.");

        if (text.Any(c => c < 0x20 && c != '\n'))
            throw new FormatException("the text holds a control character.");

        return Encoding.UTF8.GetBytes(text);
    }

    private static SignedNote Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxBytes)
            throw new FormatException($"it is larger than {MaxBytes} bytes.");

        var whole = StrictUtf8.GetString(bytes);
        var split = whole.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (split < 0 || !whole.EndsWith('\n') || split + 2 == whole.Length)
            throw new FormatException("text, empty line and signatures are expected, each line ended.");

        var lines = whole[(split + 2)..^1].Split('\n');
        if (lines.Length > MaxSignatures)
            throw new FormatException($"it has more than {MaxSignatures} signatures.");

        return new SignedNote(whole[..(split + 1)], [.. lines.Select(ParseLine)]);
    }

    private static NoteSignature ParseLine(string line)
    {
        var parts = line.StartsWith(LineStart, StringComparison.Ordinal) ? line[LineStart.Length..].Split(' ') : [];
        if (parts.Length != 2 || !NoteVerifierKey.IsName(parts[0]))
            throw new FormatException("a signature line is \"— name base64\".");

        if (StrictBase64.Decode(parts[1]) is not { Length: > 4 } typed)
            throw new FormatException("a signature is base64 of four bytes of key id and the signature.");

        return new NoteSignature(parts[0], BinaryPrimitives.ReadUInt32BigEndian(typed), typed[4..]);
    }
}
