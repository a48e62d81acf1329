using System.Buffers.Binary;
using System.Globalization;
using Provost.Ledger.Records;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Vault;

/// <summary>Which subject key a payload's data key lies under, and the data key, sealed under it.</summary>
/// <param name="State">Whether it can still be opened.</param>
/// <param name="Group">Number of the group's file.</param>
/// <param name="Key">Number of the key in it.</param>
/// <param name="Sealed">12 bytes nonce, 16 bytes tag, 32 bytes data key; zeros once it is erased.</param>
internal readonly record struct Wrap(PayloadState State, uint Group, int Key, ReadOnlyMemory<byte> Sealed)
{
    public const int SealedLength = 12 + 16 + 32;
}

/// <summary>
/// The wraps of one node in order of its records: files of slots, each named by its first record's number, so that a
/// record is found by halving. What was appended counts once the vault's cursor names it.
/// </summary>
/// <remarks>Slot: int64 nodeSeq, field, state, two zeros, uint32 group, int32 key, zeros to 28, then the 60 sealed
/// bytes, zeros.</remarks>
internal sealed class WrapFolder(string folder) : IDisposable
{
    private const int HeadLength = 512;
    private const int SealedAt = 28;
    private const int MaxSlots = 1 << 20;

    private readonly SortedList<long, SlotFile> _files = [];

    /// <summary>First record's number and slots of the newest file; null before the first.</summary>
    public WrapMark? Mark => _files.Count == 0 ? null : new WrapMark(_files.Keys[^1], _files.Values[^1].Count);

    /// <summary>Opens the folder as far as the cursor names it; what lies beyond is written again.</summary>
    public static WrapFolder Open(string folder, WrapMark? known)
    {
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var wraps = new WrapFolder(folder);
        foreach (var path in Directory.EnumerateFiles(folder, "*.wrap"))
        {
            var first = long.Parse(
                Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture);
            if (known is null || first > known.First)
                File.Delete(path);
            else
                wraps._files[first] = SlotFile.Open(path, HeadLength, first == known.First ? known.Slots : null);
        }

        return known is not null && !wraps._files.ContainsKey(known.First)
            ? throw new InvalidDataException($"{folder} lacks a file. Put back the vault's folder from its backup.")
            : wraps;
    }

    public void Append(long nodeSeq, PayloadField field, Wrap wrap)
    {
        if (_files.Count == 0 || _files.Values[^1].Count >= MaxSlots && !Holds(nodeSeq))
            Begin(nodeSeq);

        Span<byte> slot = stackalloc byte[SlotFile.Size];
        slot.Clear();
        BinaryPrimitives.WriteInt64LittleEndian(slot, nodeSeq);
        slot[8] = (byte)field;
        slot[9] = (byte)wrap.State;
        BinaryPrimitives.WriteUInt32LittleEndian(slot[12..], wrap.Group);
        BinaryPrimitives.WriteInt32LittleEndian(slot[16..], wrap.Key);
        wrap.Sealed.Span.CopyTo(slot[SealedAt..]);
        _files.Values[^1].Append(slot);
    }

    /// <summary>The wrap of a payload; null when the vault has not come to its record yet.</summary>
    public Wrap? Find(long nodeSeq, PayloadField field)
    {
        Span<byte> slot = stackalloc byte[SlotFile.Size];
        if (FileOf(nodeSeq) is not { Count: > 0 } file || !IsReached(nodeSeq))
            return null;

        for (var i = FirstOf(file, nodeSeq); i < file.Count; i++)
        {
            var isSound = file.TryRead(i, slot);
            if (NumberIn(slot) != nodeSeq)
                break;

            if (isSound && slot[8] == (byte)field)
            {
                return new Wrap(
                    (PayloadState)slot[9], BinaryPrimitives.ReadUInt32LittleEndian(slot[12..]),
                    BinaryPrimitives.ReadInt32LittleEndian(slot[16..]),
                    slot.Slice(SealedAt, Wrap.SealedLength).ToArray());
            }
        }

        // passed and not found is lost: only what is still to come may be opened with a gateway's key
        return new Wrap(PayloadState.Lost, 0, 0, default);
    }

    /// <summary>The wraps of a range of records, without their data keys.</summary>
    public IEnumerable<Wrap> Between(long from, long before)
    {
        var slot = new byte[SlotFile.Size];
        var first = FileOf(from) is { } holds ? _files.IndexOfValue(holds) : 0;
        for (var f = first; f < _files.Count && _files.Keys[f] < before; f++)
        {
            var file = _files.Values[f];
            for (var i = FirstOf(file, from); i < file.Count; i++)
            {
                var isSound = file.TryRead(i, slot);
                if (NumberIn(slot) >= before)
                    yield break;

                yield return new Wrap(
                    isSound ? (PayloadState)slot[9] : PayloadState.Lost,
                    BinaryPrimitives.ReadUInt32LittleEndian(slot.AsSpan(12)),
                    BinaryPrimitives.ReadInt32LittleEndian(slot.AsSpan(16)), default);
            }
        }
    }

    /// <summary>Whether all payloads before this record's have a wrap.</summary>
    public bool HasPassed(long nodeSeq) => _files.Count > 0 && _files.Values[^1].Count > 0 && IsReached(nodeSeq);

    /// <summary>Writes zeros over the data keys of a record; gives how many were there. Durable after a sync.</summary>
    public int Erase(long nodeSeq)
    {
        if (FileOf(nodeSeq) is not { } file)
            return 0;

        var erased = 0;
        Span<byte> slot = stackalloc byte[SlotFile.Size];
        for (var i = FirstOf(file, nodeSeq); i < file.Count; i++)
        {
            file.TryRead(i, slot);
            if (NumberIn(slot) != nodeSeq)
                break;

            erased += slot[9] == (byte)PayloadState.Open ? 1 : 0;
            slot[9] = (byte)PayloadState.Erased;
            slot[SealedAt..SlotFile.Payload].Clear();
            file.Overwrite(i, slot);
        }

        file.Sync();
        return erased;
    }

    public void Sync()
    {
        if (_files.Count > 0)
            _files.Values[^1].Sync();
    }

    public void Dispose()
    {
        foreach (var file in _files.Values)
            file.Dispose();
    }

    private void Begin(long first)
    {
        Sync();
        var path = Path.Combine(folder, first.ToString("D20", CultureInfo.InvariantCulture) + ".wrap");
        var head = new byte[HeadLength];
        "PVW1"u8.CopyTo(head);
        SlotFile.Create(path, head);
        _files[first] = SlotFile.Open(path, HeadLength);
        DurableFile.SyncFolder(folder);
    }

    /// <summary>Whether the newest slot is of this record: its slots stay in one file.</summary>
    private bool Holds(long nodeSeq)
    {
        Span<byte> slot = stackalloc byte[SlotFile.Size];
        var file = _files.Values[^1];
        return file.TryRead(file.Count - 1, slot) && NumberIn(slot) == nodeSeq;
    }

    private bool IsReached(long nodeSeq)
    {
        Span<byte> slot = stackalloc byte[SlotFile.Size];
        var newest = _files.Values[^1];
        var isSound = newest.TryRead(newest.Count - 1, slot);
        return !isSound || NumberIn(slot) >= nodeSeq;
    }

    private SlotFile? FileOf(long nodeSeq)
    {
        SlotFile? found = null;
        foreach (var (first, file) in _files)
        {
            if (first > nodeSeq)
                break;

            found = file;
        }

        return found;
    }

    /// <summary>The first slot whose record is not before this one.</summary>
    private static int FirstOf(SlotFile file, long nodeSeq)
    {
        var (low, high) = (0, file.Count);
        Span<byte> slot = stackalloc byte[SlotFile.Size];
        while (low < high)
        {
            var middle = (low + high) / 2;
            file.TryRead(middle, slot);
            (low, high) = NumberIn(slot) < nodeSeq ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static long NumberIn(ReadOnlySpan<byte> slot) => BinaryPrimitives.ReadInt64LittleEndian(slot);
}
