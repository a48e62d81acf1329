using System.Buffers.Binary;
using Provost.Ledger.Records;

namespace Provost.Ledger.Payloads;

/// <summary>
/// Reads the headers of a node's sealed parts, record after record, without their content. Cheap while the records
/// asked for go forward; any other record is looked for from the beginning of its file.
/// </summary>
/// <param name="folder">The node's folder.</param>
internal sealed class PayloadCursor(string folder)
{
    private string? _path;
    private long _before;
    private long _first;
    private long _at;

    /// <summary>Header of each part of a record; empty when it has none.</summary>
    public IReadOnlyList<(PayloadField Field, byte[] Header)> HeadersOf(long nodeSeq)
    {
        var next = _path is not null && nodeSeq > _before && nodeSeq >= _first ? Walk(nodeSeq) : null;
        if (next is not null)
            return next;

        // the file may have ended: a later one may hold the record
        var files = PayloadFile.List(folder);
        var at = files.FindLastIndex(f => f.First <= nodeSeq);
        if (at < 0)
            return [];

        (_path, _first, _at, _before) = (files[at].Path, files[at].First, 0, -1);
        return Walk(nodeSeq) ?? [];
    }

    /// <summary>Null when the file ends before the record.</summary>
    private List<(PayloadField Field, byte[] Header)>? Walk(long nodeSeq)
    {
        Span<byte> head = stackalloc byte[PayloadFile.Head + sizeof(long) + 1];
        using var file = PayloadFile.OpenOrNull(_path!);
        while (file is not null && RandomAccess.Read(file, head, _at) == head.Length)
        {
            var length = PayloadFile.Head + (long)BinaryPrimitives.ReadUInt32LittleEndian(head);
            var number = BinaryPrimitives.ReadInt64LittleEndian(head[PayloadFile.Head..]);
            if (length <= head.Length || number > nodeSeq)
                return number > nodeSeq ? [] : null;

            var from = _at + head.Length;
            _at += length;
            _before = number;
            if (number == nodeSeq)
                return Headers(file, from, head[^1]);
        }

        return null;
    }

    private static List<(PayloadField Field, byte[] Header)> Headers(
        Microsoft.Win32.SafeHandles.SafeFileHandle file, long from, int parts)
    {
        var headers = new List<(PayloadField, byte[])>(parts);
        Span<byte> part = stackalloc byte[5 + PayloadSealer.HeaderLength];
        for (var i = 0; i < parts && RandomAccess.Read(file, part, from) == part.Length; i++)
        {
            headers.Add(((PayloadField)part[0], part[5..].ToArray()));
            from += 5 + BinaryPrimitives.ReadUInt32LittleEndian(part[1..]);
        }

        return headers;
    }
}
