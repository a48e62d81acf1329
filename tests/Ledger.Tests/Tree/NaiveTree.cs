using System.Security.Cryptography;

namespace Provost.Ledger.Tree;

/// <summary>RFC 6962 section 2.1 as it is written there: recursive, over all leaves each time.</summary>
internal static class NaiveTree
{
    public static byte[] Root(ReadOnlySpan<byte[]> entries)
    {
        if (entries.IsEmpty)
            return SHA256.HashData([]);

        if (entries.Length == 1)
            return SHA256.HashData([0, .. entries[0]]);

        var split = Split(entries.Length);
        return SHA256.HashData([1, .. Root(entries[..split]), .. Root(entries[split..])]);
    }

    public static List<byte[]> Path(int index, ReadOnlySpan<byte[]> entries)
    {
        if (entries.Length == 1)
            return [];

        var split = Split(entries.Length);
        return index < split
            ? [.. Path(index, entries[..split]), Root(entries[split..])]
            : [.. Path(index - split, entries[split..]), Root(entries[..split])];
    }

    public static List<byte[]> Consistency(int old, ReadOnlySpan<byte[]> entries, bool whole)
    {
        if (old == entries.Length)
            return whole ? [] : [Root(entries)];

        var split = Split(entries.Length);
        return old <= split
            ? [.. Consistency(old, entries[..split], whole), Root(entries[split..])]
            : [.. Consistency(old - split, entries[split..], whole: false), Root(entries[..split])];
    }

    /// <summary>Entries of growing, differing length, the first one empty.</summary>
    public static byte[][] Entries(int count) =>
        [.. Enumerable.Range(0, count).Select(i => Enumerable.Repeat((byte)i, i % 40).ToArray())];

    private static int Split(int count)
    {
        var split = 1;
        while (split * 2 < count)
            split *= 2;

        return split;
    }
}
