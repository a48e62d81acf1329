namespace Provost.Ledger.Statements;

/// <summary>Base64 of RFC 4648 section 4 with padding, in the one spelling each byte string has.</summary>
internal static class StrictBase64
{
    /// <summary>Null unless the text is exactly what encoding the result gives: no blanks, no stray bits.</summary>
    public static byte[]? Decode(string text)
    {
        var bytes = new byte[text.Length / 4 * 3];
        if (text.Length % 4 != 0 || !Convert.TryFromBase64String(text, bytes, out var length))
            return null;

        Array.Resize(ref bytes, length);
        return Convert.ToBase64String(bytes) == text ? bytes : null;
    }
}
