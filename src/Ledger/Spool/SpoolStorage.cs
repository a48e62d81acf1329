using Microsoft.Win32.SafeHandles;

namespace Provost.Ledger.Spool;

/// <summary>
/// The files of a spool. A seam, because what a disk does when it fails cannot be had from a healthy one: tests put a
/// storage in its place that fails writes and syncs and drops what was not synced.
/// </summary>
internal interface ISpoolStorage
{
    /// <summary>Makes a segment of a size, filled with zeroes, synced with its folder entry.</summary>
    ISegmentFile Create(string path, long size);

    /// <summary>Makes a segment of a file that has been one, under a name of its own: what is in it stays until it is
    /// written over, and only what it lacks in size is filled with zeroes.</summary>
    ISegmentFile Reuse(string spent, string path, long size);

    /// <summary>Cuts a sealed segment at a length, durably.</summary>
    void Truncate(string path, long length);

    long FreeBytes(string directory);
}

/// <summary>One open segment. After any exception the descriptor must not be used again.</summary>
internal interface ISegmentFile : IDisposable
{
    void Write(ReadOnlySpan<byte> bytes, long offset);

    void Sync();
}

/// <summary>The real thing.</summary>
internal sealed class DiskStorage : ISpoolStorage
{
    private const long PieceBytes = 4 << 20;
    private static readonly byte[] Zeroes = new byte[1 << 20];

    public ISegmentFile Create(string path, long size) => Fill(path, 0, size, File.OpenHandle(
        path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, FileOptions.None, preallocationSize: size));

    public ISegmentFile Reuse(string spent, string path, long size)
    {
        File.Move(spent, path, overwrite: true);
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        var length = RandomAccess.GetLength(handle);
        if (length > size)
            RandomAccess.SetLength(handle, size);

        return Fill(path, length, size, handle);
    }

    public void Truncate(string path, long length)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        RandomAccess.SetLength(handle, length);
        RandomAccess.FlushToDisk(handle);
    }

    public long FreeBytes(string directory) => new DriveInfo(directory).AvailableFreeSpace;

    /// <summary>Zero-filled, not only reserved: a sync into written blocks touches no metadata and takes half as
    /// long.</summary>
    private static DiskSegment Fill(string path, long from, long size, SafeFileHandle handle)
    {
        try
        {
            // piece by piece: the disk serves in turn, and a sync of a call must not stand behind a whole segment
            for (var at = from; at < size; at += Zeroes.Length)
            {
                if ((at - from) % PieceBytes == 0)
                    RandomAccess.FlushToDisk(handle);

                RandomAccess.Write(handle, Zeroes.AsSpan(0, (int)Math.Min(Zeroes.Length, size - at)), at);
            }

            RandomAccess.FlushToDisk(handle);
            Tree.DurableFile.SyncFolder(Path.GetDirectoryName(path)!);
            return new DiskSegment(handle);
        }
        catch
        {
            handle.Dispose();
            File.Delete(path);
            throw;
        }
    }

    private sealed class DiskSegment(SafeFileHandle handle) : ISegmentFile
    {
        public void Write(ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(handle, bytes, offset);

        public void Sync() => RandomAccess.FlushToDisk(handle);

        public void Dispose() => handle.Dispose();
    }
}
