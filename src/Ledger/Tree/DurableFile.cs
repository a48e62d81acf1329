using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Provost.Ledger.Tree;

/// <summary>
/// Replaces whole files so that after a crash either the old or the new content is there: temporary file, fsync,
/// rename; the rename is durable once its folder is synced too.
/// </summary>
public static partial class DurableFile
{
    private const int OpenDirectoryReadOnly = 0x10000 | 0x80000; // O_DIRECTORY | O_CLOEXEC of Linux

    /// <summary>Writes, syncs and renames, then syncs the folder.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        Place(path, content);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Writes, syncs and renames; the caller syncs the folder, once for many files.</summary>
    public static void Place(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".tmp";
        try
        {
            using (var file = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write, FileShare.Read))
            {
                RandomAccess.Write(file, content, 0);
                RandomAccess.FlushToDisk(file);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (IOException)
        {
            // A file whose sync failed is never synced again: it goes, and a later try writes a new one.
            TryDelete(temporary);
            throw;
        }
    }

    /// <summary>Makes the names in a folder durable.</summary>
    public static void SyncFolder(string folder)
    {
        using var handle = Open(folder, OpenDirectoryReadOnly, 0);
        if (handle.IsInvalid || Sync(handle) != 0)
            throw new IOException($"The folder {folder} cannot be synced (error {Marshal.GetLastPInvokeError()}).");
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (IOException)
        {
            // The first failure is the one to report; a left-over temporary file is overwritten by the next try.
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial SafeFileHandle Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle file);
}
