using System.Buffers.Binary;
using System.Text;

namespace Provost.Ledger.Verification;

/// <summary>A file inside a bundle: where its bytes lie, and the CRC-32 they should have.</summary>
internal sealed record BundleFile(string Name, uint Crc, long Offset, long Length);

/// <summary>
/// Reads the container of a bundle in the one spelling it has (stored, no dates, no extra fields), so that a changed
/// byte of the container is a fault too. Nothing is unpacked: no name in it becomes a path, and nothing in it can grow.
/// What the files hold is checked by those who read them.
/// </summary>
/// <remarks>Source of the format: PKWARE APPNOTE.TXT sections 4.3.7, 4.3.12 and 4.3.16.</remarks>
internal sealed class BundleArchive
{
    private const int LocalHeaderSize = 30;
    private const int MaxNameBytes = 64;

    private static readonly byte[] FixedFacts = [20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0];
    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(n => CrcEntry((uint)n))];

    private static readonly string[] KnownNames =
    [
        "manifest.json", "manifest.tlog-proof", "checkpoint", "consistency", "entries.jsonl", "decisions.csv",
        "reveals.jsonl",
    ];

    private readonly Stream _zip;
    private readonly List<BundleFile> _files = [];

    private BundleArchive(Stream zip) => _zip = zip;

    /// <summary>Null and a fault when the container is not as an export writes it.</summary>
    public static BundleArchive? Open(Stream zip, out VerificationFault? fault)
    {
        var archive = new BundleArchive(zip);
        var directory = new MemoryStream();
        long offset = 0;
        while (archive.ReadHeader(offset, out fault) is { } header)
        {
            directory.Write([.. "PK\u0001\u0002"u8, 20, 0, .. header.Raw[4..LocalHeaderSize]]);
            directory.Write([.. new byte[10], .. U32((uint)offset), .. header.Raw[LocalHeaderSize..]]);
            archive._files.Add(header.File);
            offset = header.File.Offset + header.File.Length;
        }

        if (fault is not null)
            return null;

        var count = (byte)archive._files.Count;
        byte[] end =
        [
            .. directory.ToArray(), .. "PK\u0005\u0006"u8, 0, 0, 0, 0, count, 0, count, 0,
            .. U32((uint)directory.Length), .. U32((uint)offset), 0, 0,
        ];
        fault = archive.EndFault(offset, end);
        return fault is null ? archive : null;
    }

    public IEnumerable<string> Names => _files.Select(f => f.Name);

    /// <summary>The whole file; null when its bytes do not give its CRC-32.</summary>
    public byte[]? ReadAll(string name, int maxBytes)
    {
        var file = Find(name);
        return file.Length <= maxBytes && Read(file.Offset, (int)file.Length) is { } bytes
            && Crc(0, bytes) == file.Crc
                ? bytes
                : null;
    }

    public BundleFile Find(string name) => _files.Single(f => f.Name == name);

    /// <summary>Fills the buffer from an offset in the container; gives how much there was.</summary>
    public int ReadAt(long offset, Span<byte> buffer)
    {
        _zip.Position = offset;
        return _zip.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
    }

    public static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        foreach (var value in bytes)
            crc = CrcTable[(byte)(crc ^ value)] ^ (crc >> 8);

        return ~crc;
    }

    /// <summary>The next file's header; null at the end of the files, and null with a fault where one is not as an
    /// export writes it.</summary>
    private (BundleFile File, byte[] Raw)? ReadHeader(long offset, out VerificationFault? fault)
    {
        fault = null;
        var header = new byte[LocalHeaderSize];
        var length = ReadAt(offset, header);
        if (length >= 4 && !header.AsSpan().StartsWith("PK\u0003\u0004"u8))
        {
            // behind the last file the directory begins; before the first there is no zip at all
            if (offset == 0)
                fault = Wrong("this is no zip", offset);

            return null;
        }

        if (length < LocalHeaderSize)
        {
            fault = Cut(offset == 0 ? "its first byte" : $"{_files[^1].Name}", _zip.Length);
            return null;
        }

        var size = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(18));
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(26));
        if (!header.AsSpan(4, FixedFacts.Length).SequenceEqual(FixedFacts)
            || size != BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(22))
            || header[28] != 0 || header[29] != 0)
        {
            fault = Wrong("a file in it is compressed, encrypted, dated or has extra fields, as no export has", offset);
            return null;
        }

        var name = nameLength > MaxNameBytes ? null : Read(offset + LocalHeaderSize, nameLength);
        var content = offset + LocalHeaderSize + nameLength;
        if (name is null || _files.Count == KnownNames.Length
            || Array.IndexOf(KnownNames, Encoding.UTF8.GetString(name)) < 0)
        {
            fault = content > _zip.Length
                ? Cut("a file's name", _zip.Length)
                : Wrong("it holds a file that no bundle has", offset);
            return null;
        }

        if (content + size > _zip.Length)
        {
            fault = Cut(Encoding.UTF8.GetString(name), _zip.Length);
            return null;
        }

        var crc = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(14));
        return (new BundleFile(Encoding.UTF8.GetString(name), crc, content, size), [.. header, .. name]);
    }

    /// <summary>What is wrong with the directory behind the files; null when it is the one they have.</summary>
    private VerificationFault? EndFault(long offset, byte[] end)
    {
        var found = new byte[end.Length];
        var length = ReadAt(offset, found);
        if (length < end.Length && found.AsSpan(0, length).SequenceEqual(end.AsSpan(0, length)))
            return Cut("the directory at its end", _zip.Length);

        return length == end.Length && found.AsSpan().SequenceEqual(end) && _zip.Length == offset + end.Length
            ? null
            : Wrong("the directory at its end does not belong to its files, or something follows it", offset);
    }

    private static VerificationFault Wrong(string what, long offset) => new(
        FaultKind.Container, $"The zip is not as an export writes it: {what} (byte {offset} or behind it).");

    private static VerificationFault Cut(string where, long length) => new(
        FaultKind.Truncated, $"The bundle was cut: it ends at byte {length}, within {where}.");

    private byte[]? Read(long offset, int count)
    {
        if (offset + count > _zip.Length)
            return null;

        var bytes = new byte[count];
        return ReadAt(offset, bytes) == count ? bytes : null;
    }

    private static byte[] U32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static uint CrcEntry(uint value)
    {
        for (var bit = 0; bit < 8; bit++)
            value = (value >> 1) ^ ((value & 1) * 0xEDB88320);

        return value;
    }
}
