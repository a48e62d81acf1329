using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Provost.Ledger.Export;

/// <summary>
/// A zip whose files are stored as they are and whose headers have one possible spelling: version 2.0, UTF-8 names, no
/// extra fields, the format's first day as date. Below 4 GiB.
/// </summary>
/// <remarks>Source of the format: PKWARE APPNOTE.TXT sections 4.3.7, 4.3.12 and 4.3.16.</remarks>
internal sealed class StoredZip(Stream output)
{
    private const ushort Version = 20;
    private const ushort Utf8Names = 0x0800;
    private const ushort FirstDay = 0x0021; // 1980-01-01

    private readonly ArrayBufferWriter<byte> _directory = new();
    private long _offset;
    private ushort _count;

    public async Task AddAsync(string name, byte[] content, CancellationToken cancellationToken)
    {
        await BeginAsync(name, Crc32.Append(0, content), content.Length, cancellationToken);
        await output.WriteAsync(content, cancellationToken);
    }

    /// <summary>Begins a file; the caller then writes exactly <paramref name="length"/> bytes to the output.</summary>
    public async Task BeginAsync(string name, uint crc, long length, CancellationToken cancellationToken)
    {
        if (_offset + length > uint.MaxValue - ushort.MaxValue)
            throw new NotSupportedException("A bundle stays below 4 GiB; export a narrower range.");

        var facts = Facts(name, crc, (uint)length);
        byte[] local = [.. "PK\u0003\u0004"u8, .. facts, .. Encoding.UTF8.GetBytes(name)];
        _directory.Write([.. "PK\u0001\u0002"u8, .. U16(Version), .. facts]);
        _directory.Write([.. U16(0), .. U16(0), .. U16(0), .. U32(0), .. U32((uint)_offset)]);
        _directory.Write(Encoding.UTF8.GetBytes(name));
        _count++;
        _offset += local.Length + length;
        await output.WriteAsync(local, cancellationToken);
    }

    /// <summary>Writes the directory at the end.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        byte[] end =
        [
            .. "PK\u0005\u0006"u8, .. U16(0), .. U16(0), .. U16(_count), .. U16(_count),
            .. U32((uint)_directory.WrittenCount), .. U32((uint)_offset), .. U16(0),
        ];
        await output.WriteAsync(_directory.WrittenMemory, cancellationToken);
        await output.WriteAsync(end, cancellationToken);
    }

    /// <summary>What local header and directory share: from version needed to length of extra fields.</summary>
    private static byte[] Facts(string name, uint crc, uint length) =>
    [
        .. U16(Version), .. U16(Utf8Names), .. U16(0), .. U16(0), .. U16(FirstDay), .. U32(crc), .. U32(length),
        .. U32(length), .. U16((ushort)Encoding.UTF8.GetByteCount(name)), .. U16(0),
    ];

    private static byte[] U16(ushort value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] U32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }
}
