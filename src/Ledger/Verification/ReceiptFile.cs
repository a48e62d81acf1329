using System.Globalization;
using System.Text;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

/// <summary>A receipt as the verifier reads it: entry (if it is inside), index, path and signed checkpoint.</summary>
/// <remarks>Source of the format: c2sp.org/tlog-proof, version 1.</remarks>
internal sealed record ReceiptFile(byte[]? Entry, long Index, byte[][] Path, byte[] Note)
{
    private const string Family = "c2sp.org/tlog-proof@";
    private const string Version = Family + "v1";
    private const string ExtraStart = "extra ";
    private const string IndexStart = "index ";
    private const int MaxHashes = 63;

    /// <summary>Whether a file begins as receipts do, of whichever version.</summary>
    public static bool IsLikely(ReadOnlySpan<byte> start) => start.StartsWith(Encoding.ASCII.GetBytes(Family));

    /// <summary>Null and a fault when the bytes are no receipt of a version this program knows.</summary>
    public static ReceiptFile? Read(byte[] bytes, out VerificationFault? fault)
    {
        fault = null;
        var end = bytes.AsSpan().IndexOf("\n\n"u8);
        if (!IsLikely(bytes))
            return Fault(FaultKind.Form, "This is no receipt: it does not begin with its format.", out fault);

        var lines = new Queue<string>(Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Max(end, 0))).Split('\n'));
        if (end < 0)
            return Fault(FaultKind.Truncated, "The receipt was cut: no checkpoint follows the proof.", out fault);

        if (lines.Dequeue() is not Version)
            return Fault(FaultKind.Version, "The receipt is of a version that this program does not know.", out fault);

        byte[]? entry = null;
        if (lines.TryPeek(out var extra) && extra.StartsWith(ExtraStart, StringComparison.Ordinal))
        {
            entry = StrictBase64.Decode(lines.Dequeue()[ExtraStart.Length..]);
            if (entry is null)
                return Fault(FaultKind.Form, "The receipt's extra line is not base64.", out fault);
        }

        if (!lines.TryDequeue(out var indexLine) || IndexOf(indexLine) is not { } index)
            return Fault(FaultKind.Form, "The receipt names no index.", out fault);

        var path = lines.Select(l => StrictBase64.Decode(l) ?? []).ToArray();
        return path.Length > MaxHashes || path.Any(h => h.Length != 32)
            ? Fault(FaultKind.Form, "A line of the receipt's proof is not base64 of 32 bytes.", out fault)
            : new ReceiptFile(entry, index, path, bytes[(end + 2)..]);
    }

    private static long? IndexOf(string line) =>
        line.StartsWith(IndexStart, StringComparison.Ordinal)
        && long.TryParse(line.AsSpan(IndexStart.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
        && index.ToString(CultureInfo.InvariantCulture) == line[IndexStart.Length..]
            ? index
            : null;

    private static ReceiptFile? Fault(FaultKind kind, string message, out VerificationFault? fault)
    {
        fault = new VerificationFault(kind, message);
        return null;
    }
}
