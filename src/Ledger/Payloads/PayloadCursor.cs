using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Provost.Ledger.Records;

namespace Provost.Ledger.Payloads;

/// <summary>
/// Reads the headers of a node's sealed parts, record after record, without their content. Cheap while the records
/// asked for go forward: a file is read in windows, not record by record. Any other record is looked for from the
/// beginning of its file. Between two uses <see cref="Close"/> lets go of the file: one that is deleted must be gone.
/// </summary>
/// <param name="folder">The node's folder.</param>
internal sealed class PayloadCursor(string folder) : IDisposable
{
    private const int WindowBytes = 256 << 10;
    private const int RecordHead = PayloadFile.Head + sizeof(long) + 1;
    private const int PartHead = 1 + sizeof(uint);

    private string? _path;
    private SafeFileHandle? _file;
    private byte[] _window = [];
    private long _windowAt;
    private int _windowLength;
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

        Close();
        (_path, _first, _at, _before) = (files[at].Path, files[at].First, 0, -1);
        return Walk(nodeSeq) ?? [];
    }

    /// <summary>Lets go of the file; where it stood in it is kept.</summary>
    public void Close()
    {
        _file?.Dispose();
        (_file, _window, _windowLength) = (null, [], 0);
    }

    public void Dispose() => Close();

    /// <summary>Null when the file ends before the record.</summary>
    private List<(PayloadField Field, byte[] Header)>? Walk(long nodeSeq)
    {
        while (Bytes(_at, RecordHead) is { Length: > 0 } head)
        {
            var length = PayloadFile.Head + (long)BinaryPrimitives.ReadUInt32LittleEndian(head);
            var number = BinaryPrimitives.ReadInt64LittleEndian(head[PayloadFile.Head..]);
            if (length <= RecordHead || number > nodeSeq)
                return number > nodeSeq ? [] : null;

            var (from, parts) = (_at + RecordHead, head[^1]);
            _at += length;
            _before = number;
            if (number == nodeSeq)
                return Headers(from, parts);
        }

        return null;
    }

    private List<(PayloadField Field, byte[] Header)> Headers(long from, int parts)
    {
        var headers = new List<(PayloadField, byte[])>(parts);
        for (var i = 0; i < parts; i++)
        {
            var part = Bytes(from, PartHead + PayloadSealer.HeaderLength);
            if (part.IsEmpty)
                break;

            headers.Add(((PayloadField)part[0], part[PartHead..].ToArray()));
            from += PartHead + BinaryPrimitives.ReadUInt32LittleEndian(part[1..]);
        }

        return headers;
    }

    /// <summary>So many bytes of the file; none where it ends before them. Good until the next call.</summary>
    private ReadOnlySpan<byte> Bytes(long at, int length)
    {
        if (at < _windowAt || at + length > _windowAt + _windowLength)
        {
            _file ??= PayloadFile.OpenOrNull(_path!);
            if (_file is null)
                return default; // deleted since it was listed: nothing in it opens any more

            if (_window.Length == 0)
                _window = new byte[WindowBytes];

            _windowAt = at;
            _windowLength = RandomAccess.Read(_file, _window, at);
        }

        var start = (int)(at - _windowAt);
        return _windowLength - start >= length ? _window.AsSpan(start, length) : default;
    }
}
