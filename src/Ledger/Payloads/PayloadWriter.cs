using Microsoft.Win32.SafeHandles;
using Provost.Ledger.Records;
using Provost.Ledger.Spool;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Payloads;

/// <summary>
/// Copies payload parts out of the spools before their records are sequenced. Copying a record again does nothing, so a
/// round that was cut may be repeated. Not safe for concurrent use: the sequencer is its only user.
/// </summary>
internal sealed class PayloadWriter(string directory) : IDisposable
{
    private readonly Dictionary<string, NodeFile> _nodes = new(StringComparer.Ordinal);

    /// <summary>Takes the parts of a node's frames; they are durable once <see cref="Sync"/> has returned.</summary>
    public void Copy(string node, IReadOnlyList<SpoolFrame> frames)
    {
        if (!_nodes.TryGetValue(node, out var file))
            _nodes[node] = file = NodeFile.Continue(Path.Combine(directory, node));

        foreach (var frame in frames)
        {
            if (frame.Parts.Count > 0)
                file.Add(frame);
        }
    }

    /// <summary>Makes all that was taken durable. After a fault it may be called again; nothing is lost.</summary>
    public void Sync()
    {
        foreach (var file in _nodes.Values)
            file.Sync();
    }

    public void Dispose()
    {
        foreach (var file in _nodes.Values)
            file.Dispose();
    }

    /// <summary>
    /// The newest file of one node. What was not synced stays in memory: after a failed sync nobody knows what the disk
    /// holds, so the file is cut back to what it certainly holds, and the rest is written anew into another.
    /// </summary>
    private sealed class NodeFile(string folder) : IDisposable
    {
        private const long MaxBytes = 64 << 20;

        private readonly PooledBuffer _unsynced = new();
        private SafeFileHandle? _handle;
        private string _path = "";
        private long _length;
        private string? _toCut;
        private long _firstUnsynced;
        private long _through = -1;

        /// <summary>Cuts what is not sound at the end of the newest file; writing goes on in a new one.</summary>
        public static NodeFile Continue(string folder)
        {
            Directory.CreateDirectory(
                folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var file = new NodeFile(folder);
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
}
