using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Provost.Ledger.Records;

namespace Provost.Ledger.Payloads;

/// <summary>Where the records of one file begin; read once, and on from there while the file grows. Not safe for
/// concurrent use.</summary>
internal sealed class PayloadFileIndex(string path)
{
    private readonly List<long> _numbers = [];
    private readonly List<long> _places = [];
    private long _end;

    /// <summary>The part; null when the file is gone, does not have it, or not whole yet.</summary>
    public byte[]? Find(long nodeSeq, PayloadField field)
    {
        using var file = PayloadFile.OpenOrNull(path);
        if (file is null)
            return null;

        if (_numbers.Count == 0 || nodeSeq > _numbers[^1])
            Extend(file);

        var at = _numbers.BinarySearch(nodeSeq);
        return at < 0 ? null : Read(file, nodeSeq, _places[at], field);
    }

    /// <summary>Takes in whole records only: the last may still be being written.</summary>
    private void Extend(SafeFileHandle file)
    {
        Span<byte> head = stackalloc byte[PayloadFile.Head + sizeof(long)];
        var length = RandomAccess.GetLength(file);
        while (RandomAccess.Read(file, head, _end) == head.Length)
        {
            var next = _end + PayloadFile.Head + BinaryPrimitives.ReadUInt32LittleEndian(head);
            var number = BinaryPrimitives.ReadInt64LittleEndian(head[PayloadFile.Head..]);
            if (next > length || next <= _end + head.Length || (_numbers.Count > 0 && number <= _numbers[^1]))
                return;

            _numbers.Add(number);
            _places.Add(_end);
            _end = next;
        }
    }

    private byte[]? Read(SafeFileHandle file, long nodeSeq, long at, PayloadField field)
    {
        Span<byte> head = stackalloc byte[sizeof(uint)];
        if (RandomAccess.Read(file, head, at) < head.Length)
            return null;

        var bytes = new byte[PayloadFile.Head + (long)BinaryPrimitives.ReadUInt32LittleEndian(head)];
        if (RandomAccess.Read(file, bytes, at) < bytes.Length
            || PayloadFile.TryRead(bytes, out _) is not { } entry || entry.NodeSeq != nodeSeq)
        {
            return null;
        }

        foreach (var (found, part) in entry.Parts)
        {
            if (found == (byte)field)
                return part.ToArray();
        }

        return null;
    }
}
