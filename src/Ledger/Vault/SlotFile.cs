using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Provost.Ledger.Records;
using Provost.Ledger.Spool;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Vault;

/// <summary>
/// A file of a head and slots of 128 bytes, the last four of each a CRC-32C. A slot never crosses a sector, so that one
/// written over in place is there whole or not at all. Appended slots are buffered until <see cref="Sync"/>; after a
/// fault the file must be closed, and <see cref="Open"/> cuts it back to what was synced.
/// </summary>
internal sealed class SlotFile : IDisposable
{
    public const int Size = 128;
    public const int Payload = Size - sizeof(uint);

    private readonly SafeFileHandle _handle;
    private readonly int _head;
    private readonly PooledBuffer _pending = new();
    private int _synced;

    private SlotFile(SafeFileHandle handle, int head, int synced) => (_handle, _head, _synced) = (handle, head, synced);

    /// <summary>Slots, those not yet synced among them.</summary>
    public int Count => _synced + (_pending.Length / Size);

    /// <summary>Slots that are durable.</summary>
    public int Synced => _synced;

    /// <summary>Makes a file with its head, durably.</summary>
    public static void Create(string path, ReadOnlySpan<byte> head)
    {
        using (var file = new FileStream(path + ".new", new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            file.Write(head);
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path, overwrite: true);
        DurableFile.SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Opens a file and cuts what lies behind its slots.</summary>
    /// <param name="path">Where.</param>
    /// <param name="head">Bytes before the first slot.</param>
    /// <param name="known">How many slots are known to be durable; null takes all up to the last sound one.</param>
    /// <exception cref="InvalidDataException">The file is shorter than what is known of it.</exception>
    public static SlotFile Open(string path, int head, int? known = null)
    {
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        var length = RandomAccess.GetLength(handle);
        var count = known ?? (int)(Math.Max(0, length - head) / Size);
        if (length < head || head + ((long)count * Size) > length)
        {
            handle.Dispose();
            throw new InvalidDataException(
                $"{path} is shorter than what was written to it. Put back the vault's folder from its newest backup.");
        }

        var file = new SlotFile(handle, head, count);
        Span<byte> slot = stackalloc byte[Size];
        while (known is null && file._synced > 0 && !file.TryRead(file._synced - 1, slot))
            file._synced--;

        if (file.End != length)
        {
            RandomAccess.SetLength(handle, file.End);
            RandomAccess.FlushToDisk(handle);
        }

        return file;
    }

    private long End => _head + ((long)_synced * Size);

    /// <summary>Adds a slot; gives its number.</summary>
    public int Append(ReadOnlySpan<byte> slot)
    {
        var room = _pending.GetSpan(Size)[..Size];
        slot[..Payload].CopyTo(room);
        BinaryPrimitives.WriteUInt32LittleEndian(room[Payload..], SpoolFrame.Crc32C(room[..Payload]));
        _pending.Advance(Size);
        return Count - 1;
    }

    /// <summary>Reads a slot; false when it is not there or not sound (its bytes are given all the same).</summary>
    public bool TryRead(int number, Span<byte> slot)
    {
        if (number < 0 || number >= Count)
            return false;

        if (number >= _synced)
            _pending.Span.Slice((number - _synced) * Size, Size).CopyTo(slot);
        else if (RandomAccess.Read(_handle, slot[..Size], _head + ((long)number * Size)) < Size)
            return false;

        return BinaryPrimitives.ReadUInt32LittleEndian(slot[Payload..]) == SpoolFrame.Crc32C(slot[..Payload]);
    }

    /// <summary>Writes a synced slot anew, in place; durable after <see cref="Sync"/>.</summary>
    public void Overwrite(int number, Span<byte> slot)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(slot[Payload..], SpoolFrame.Crc32C(slot[..Payload]));
        RandomAccess.Write(_handle, slot[..Size], _head + ((long)number * Size));
    }

    /// <summary>Writes the head anew, in place; durable after <see cref="Sync"/>.</summary>
    public void WriteHead(ReadOnlySpan<byte> head) => RandomAccess.Write(_handle, head, 0);

    public void ReadHead(Span<byte> head) => RandomAccess.Read(_handle, head, 0);

    /// <summary>Takes all slots away; durable after <see cref="Sync"/>.</summary>
    public void Clear()
    {
        _pending.Clear();
        _synced = 0;
        RandomAccess.SetLength(_handle, _head);
    }

    public void Sync()
    {
        if (_pending.Length > 0)
            RandomAccess.Write(_handle, _pending.Span, End);

        RandomAccess.FlushToDisk(_handle);
        _synced = Count;
        _pending.Clear();
    }

    public void Dispose()
    {
        _handle.Dispose();
        _pending.Dispose();
    }
}
