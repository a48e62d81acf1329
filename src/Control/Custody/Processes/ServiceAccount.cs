using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Provost.Control.Storage;

namespace Provost.Control.Custody.Processes;

/// <summary>
/// The user that a process with keys runs under: one of its own where the server is root, the server's own otherwise.
/// </summary>
/// <param name="Name">As it is told.</param>
/// <param name="User">Its id, also of its group.</param>
/// <param name="IsOwn">Whether it is another user than the server's.</param>
internal sealed partial record ServiceAccount(string Name, uint User, bool IsOwn)
{
    /// <summary>Ids for systems without the accounts that eng/install.sh makes: Debian reserves 65000 to 65533 and
    /// gives none of them, systemd's dynamic users end at 65519.</summary>
    private const uint FirstFree = 65520;

    /// <summary>The server's own user.</summary>
    public static ServiceAccount Server => new(Environment.UserName, EffectiveUser(), IsOwn: false);

    /// <summary>The account of that name where this process is root and may change to it.</summary>
    /// <param name="name">As <c>provost-signer</c>.</param>
    /// <param name="offset">Told apart from the other services where the name is not known to the system.</param>
    public static ServiceAccount Of(string name, uint offset)
    {
        if (!Environment.IsPrivilegedProcess)
            return Server;

        var id = File.ReadLines("/etc/passwd").Select(line => line.Split(':'))
            .Where(f => f.Length > 3 && f[0] == name)
            .Select(f => uint.Parse(f[2], CultureInfo.InvariantCulture)).FirstOrDefault(FirstFree + offset);
        return new ServiceAccount(name, id, IsOwn: true);
    }

    /// <summary>Whether it may use a path: <c>-x</c> pass into the folder or run the file, <c>-r</c> read it.</summary>
    public async Task<bool> MayAsync(string right, string path, CancellationToken cancellationToken)
    {
        if (!IsOwn)
            return true;

        using var test = await ChildLauncher.StartAsync(
            Command("/usr/bin/setpriv", [.. Identity, "/usr/bin/test", right, path]));
        await test.WaitForExitAsync(cancellationToken);
        return test.ExitCode == 0;
    }

    /// <summary>Makes a folder of this account alone; gives over everything that is in it.</summary>
    public void Own(string folder)
    {
        Directory.CreateDirectory(folder, KeyFile.OwnerOnly);
        File.SetUnixFileMode(folder, KeyFile.OwnerOnly);
        if (!Environment.IsPrivilegedProcess)
            return;

        GiveTo(folder);
        foreach (var entry in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories))
            GiveTo(entry);
    }

    /// <summary>Starts a program as the account: it gets SIGTERM when this process ends in any way, stands in a session
    /// of its own, so that Ctrl-C in a terminal does not reach it, and can gain no privilege.</summary>
    public Task<Process> StartAsync(string program, IReadOnlyList<string> arguments) =>
        ChildLauncher.StartAsync(Command(
            "/usr/bin/setsid",
            ["/usr/bin/setpriv", .. Identity, "--no-new-privs", "--pdeathsig", "TERM", program, .. arguments]));

    private string[] Identity => IsOwn
        ? [FormattableString.Invariant($"--reuid={User}"), FormattableString.Invariant($"--regid={User}"),
            "--clear-groups"]
        : [];

    private static ProcessStartInfo Command(string program, IReadOnlyList<string> arguments) => ChildCommand.Of(
        program, arguments,
        ("DOTNET_ROOT", Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."))),
        ("DOTNET_EnableDiagnostics", "0"), // nobody attaches to a process that holds keys
        ("DOTNET_TieredPGO", "0"), // a few requests a second repay no instrumented code
        ("DOTNET_gcConcurrent", "0"));

    private void GiveTo(string path)
    {
        if (ChangeOwner(path, User, User) != 0)
            throw new IOException($"{path} cannot be given to {Name} (error {Marshal.GetLastPInvokeError()}).");
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "lchown", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ChangeOwner(string path, uint owner, uint group);
}
