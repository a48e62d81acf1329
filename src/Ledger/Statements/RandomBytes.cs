using System.Security.Cryptography;

namespace Provost.Ledger.Statements;

/// <summary>
/// Random bytes of the process's generator, drawn a page at a time by each thread: to ask it for a few bytes costs as
/// much as for many. Each byte is given once, and wiped where it lay.
/// </summary>
internal static class RandomBytes
{
    private const int Page = 4096;

    [ThreadStatic]
    private static byte[]? Drawn;

    [ThreadStatic]
    private static int Left;

    /// <param name="into">At most a page.</param>
    public static void Fill(Span<byte> into)
    {
        if (into.Length > Left)
        {
            Drawn ??= new byte[Page];
            RandomNumberGenerator.Fill(Drawn);
            Left = Page;
        }

        var taken = Drawn.AsSpan(Left - into.Length, into.Length);
        taken.CopyTo(into);
        CryptographicOperations.ZeroMemory(taken);
        Left -= into.Length;
    }
}
