using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Provost.Ledger.Records;
using Provost.Ledger.Spool;

namespace Provost.Ledger.Payloads;

/// <summary>
/// The form of a file <c>&lt;node&gt;/&lt;first nodeSeq&gt;.pay</c>: records' payload parts in order of nodeSeq, each
/// little-endian: uint32 length of what follows the first eight bytes; uint32 CRC-32C of it; int64 nodeSeq; byte number
/// of parts; then per part a field byte, uint32 length and the sealed bytes. Records without payload have no place.
/// </summary>
internal static class PayloadFile
{
    public const int Head = 8;
    private const int Fixed = Head + 9;

    public static string PathOf(string folder, long first) =>
        Path.Combine(folder, first.ToString("D20", CultureInfo.InvariantCulture) + ".pay");

    /// <summary>The files of a node, oldest first.</summary>
    public static List<(long First, string Path)> List(string folder)
    {
        var files = new List<(long, string)>();
        if (!Directory.Exists(folder))
            return files;

        foreach (var path in Directory.EnumerateFiles(folder, "*.pay"))
        {
            var name = Path.GetFileNameWithoutExtension(path);
            if (long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var first))
                files.Add((first, path));
        }

        files.Sort();
        return files;
    }

    /// <summary>Opens a file beside who writes it; null when it was deleted.</summary>
    public static SafeFileHandle? OpenOrNull(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    public static void Write(PooledBuffer output, SpoolFrame frame)
    {
        var start = output.Length;
        var head = output.GetSpan(Fixed)[..Fixed];
        BinaryPrimitives.WriteInt64LittleEndian(head[Head..], frame.NodeSeq);
        head[Fixed - 1] = (byte)frame.Parts.Count;
        output.Advance(Fixed);
        Span<byte> partHead = stackalloc byte[5];
        foreach (var (field, bytes) in frame.Parts)
        {
            partHead[0] = field;
            BinaryPrimitives.WriteUInt32LittleEndian(partHead[1..], (uint)bytes.Length);
            output.Write(partHead);
            output.Write(bytes.Span);
        }

        var whole = output.Writable(start);
        BinaryPrimitives.WriteUInt32LittleEndian(whole, (uint)(whole.Length - Head));
        BinaryPrimitives.WriteUInt32LittleEndian(whole[4..], SpoolFrame.Crc32C(whole[Head..]));
    }

    /// <summary>The entry at the start of the bytes; null where there is no whole, sound one.</summary>
    public static (long NodeSeq, IReadOnlyList<(byte Field, ReadOnlyMemory<byte> Bytes)> Parts)? TryRead(
        ReadOnlyMemory<byte> bytes, out int length)
    {
        length = 0;
        var span = bytes.Span;
        if (span.Length < Fixed || BinaryPrimitives.ReadUInt32LittleEndian(span) is var body && body < Fixed - Head
            || body > (uint)(span.Length - Head)
            || SpoolFrame.Crc32C(span.Slice(Head, (int)body)) != BinaryPrimitives.ReadUInt32LittleEndian(span[4..]))
        {
            return null;
        }

        length = Head + (int)body;
        var parts = new List<(byte, ReadOnlyMemory<byte>)>(span[Fixed - 1]);
        for (var at = Fixed; at + 5 <= length;)
        {
            var size = (int)BinaryPrimitives.ReadUInt32LittleEndian(span[(at + 1)..]);
            if (size < 0 || size > length - at - 5)
                return null;

            parts.Add((span[at], bytes.Slice(at + 5, size)));
            at += 5 + size;
        }

        return (BinaryPrimitives.ReadInt64LittleEndian(span[Head..]), parts);
    }
}
