using Microsoft.Win32.SafeHandles;
using Provost.Ledger.Records;
using Provost.Ledger.Spool;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Payloads;

/// <summary>
/// The newest file of one node. What was not synced stays in memory: after a failed sync nobody knows what the disk
/// holds, so the file is cut back to what it certainly holds, and the rest is written anew into another.
/// </summary>
internal sealed class NodePayloads(string folder) : IDisposable
{
    private const long MaxBytes = 64 << 20;
    private const int PieceBytes = 512 << 10;

    private readonly PooledBuffer _unsynced = new();
    private SafeFileHandle? _handle;
    private string _path = "";
    private long _length;
    private string? _toCut;
    private long _firstUnsynced;
    private long _through = -1;

    /// <summary>Cuts what is not sound at the end of the newest file; writing goes on in a new one.</summary>
    public static NodePayloads Continue(string folder)
    {
        Directory.CreateDirectory(
            folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var file = new NodePayloads(folder);
        foreach (var (_, path) in Enumerable.Reverse(PayloadFile.List(folder)))
        {
            var bytes = File.ReadAllBytes(path);
            var at = 0;
            while (PayloadFile.TryRead(bytes.AsMemory(at), out var length) is { } entry)
            {
                file._through = entry.NodeSeq;
                at += length;
            }

            Cut(path, at);
            if (at > 0)
                break;
        }

        return file;
    }

    public void Add(SpoolFrame frame)
    {
        if (frame.NodeSeq <= _through)
            return;

        if (_unsynced.Length == 0)
            _firstUnsynced = frame.NodeSeq;

        PayloadFile.Write(_unsynced, frame);
        _through = frame.NodeSeq;

        // now and then while they come: the disk serves in turn, and a sync of a call must not stand behind all of a
        // round; nor does the buffer grow to that
        if (_unsynced.Length >= PieceBytes)
            Sync();
    }

    public void Sync()
    {
        if (_unsynced.Length == 0)
            return;

        try
        {
            Prepare();
            RandomAccess.Write(_handle!, _unsynced.Span, _length);
            RandomAccess.FlushToDisk(_handle!);
        }
        catch (IOException)
        {
            Abandon();
            throw;
        }

        _length += _unsynced.Length;
        _unsynced.Clear();
    }

    public void Dispose()
    {
        _handle?.Dispose();
        _unsynced.Dispose();
    }

    private void Prepare()
    {
        if (_toCut is { } broken)
        {
            Cut(broken, _length);
            _toCut = null;
        }

        if (_handle is not null && _length < MaxBytes)
            return;

        _handle?.Dispose();
        _path = PayloadFile.PathOf(folder, _firstUnsynced);
        _handle = File.OpenHandle(_path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read);
        _length = 0;
        DurableFile.SyncFolder(folder);
    }

    private void Abandon()
    {
        if (_handle is null)
            return;

        _handle.Dispose();
        (_handle, _toCut) = (null, _path);
    }

    private static void Cut(string path, long sound)
    {
        if (sound == 0)
        {
            File.Delete(path);
            return;
        }

        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        RandomAccess.SetLength(handle, sound);
        RandomAccess.FlushToDisk(handle);
    }
}
