using System.Globalization;

namespace Provost.Server.Start;

/// <summary>
/// The data folder, held by one server at a time: an exclusive lock that the kernel drops with the process, so nothing
/// stale can stay behind.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    public string Path { get; }

    /// <summary>Makes the folder (mode 0700 when new) and takes it.</summary>
    /// <returns>The folder, or the reason it cannot be had.</returns>
    public static (DataFolder? Folder, string? Refusal) Take(string path)
    {
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (!Directory.Exists(path))
        {
            // the cluster's user must be able to pass through on its way to its own folder, and see nothing
            Directory.CreateDirectory(path, owner | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }

        var file = System.IO.Path.Combine(path, "lock");
        try
        {
            var held = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            held.SetLength(0);
            held.Write(System.Text.Encoding.ASCII.GetBytes(
                Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            held.Flush();
            return (new DataFolder(path, held), null);
        }
        catch (IOException)
        {
            return (null, $"Another Provost server is using {path}. Stop it, or name another folder with --data.");
        }
    }

    public void Dispose() => _lock.Dispose();
}
