using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Provost.Control.Storage;

/// <summary>Runs programs as the unprivileged user: PostgreSQL refuses to run as root, and should not.</summary>
/// <param name="user">The account to change to, or null to stay who we are (not root).</param>
internal sealed partial class PostgresAccount(string? user)
{
    private const int KeptLines = 30;

    /// <summary>The account a program runs under when started through this.</summary>
    public string Name => user ?? Environment.UserName;

    public static PostgresAccount For(PrivatePostgresOptions options)
    {
        if (!Environment.IsPrivilegedProcess)
            return new PostgresAccount(null);

        var known = File.ReadLines("/etc/passwd")
            .Any(line => line.StartsWith(options.User + ":", StringComparison.Ordinal));
        return known
            ? new PostgresAccount(options.User)
            : throw new PrivatePostgresException("provost.database.user_missing",
                $"PostgreSQL does not run as root, and there is no account {options.User}.",
                "Make it (`adduser --system --group postgres`), or start Provost under an account of its own.");
    }

    /// <summary>Whether the account may pass through <paramref name="folder"/>.</summary>
    public async Task<bool> MayEnterAsync(string folder, CancellationToken cancellationToken)
    {
        if (user is null)
            return true;

        var (code, _) = await RunAsync("/usr/bin/test", ["-x", folder], cancellationToken);
        return code == 0;
    }

    /// <summary>Makes a folder that only the account (and root) can open.</summary>
    public async Task MakeFolderAsync(string folder, CancellationToken cancellationToken)
    {
        if (user is null)
        {
            Directory.CreateDirectory(folder);
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return;
        }

        var info = ChildCommand.Of("/usr/bin/install", ["-d", "-m", "0700", "-o", user, "-g", user, folder]);
        var (code, output) = await RunAsync(info, cancellationToken);
        if (code != 0)
        {
            throw new PrivatePostgresException("provost.database.folder_refused",
                $"The folder {folder} cannot be made: {output}", "Check the permissions of the data folder.");
        }
    }

    /// <summary>Runs a program as the account; returns its exit code and the end of its error output.</summary>
    public Task<(int Code, string Output)> RunAsync(
        string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        RunAsync(user is null ? ChildCommand.Of(program, arguments) : ChildCommand.Of("/usr/bin/setpriv",
            ["--reuid=" + user, "--regid=" + user, "--init-groups", program, .. arguments]), cancellationToken);

    /// <summary>Starts a program as the account that stops (SIGINT) when this process ends, in a session of its own,
    /// so that Ctrl-C in a terminal reaches Provost alone and the database outlives the draining.</summary>
    /// <param name="program">Full path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="niceness">How much it steps back for others, 0 to 19, beyond this process.</param>
    public Task<Process> StartAsync(string program, IReadOnlyList<string> arguments, int niceness)
    {
        string[] identity = user is null ? [] : ["--reuid=" + user, "--regid=" + user, "--init-groups"];
        // setpriv comes last: a change of user clears the signal of the parent's death
        return ChildLauncher.StartAsync(ChildCommand.Of("/usr/bin/setsid",
            [
                "/usr/bin/nice", "-n", niceness.ToString(CultureInfo.InvariantCulture),
                "/usr/bin/setpriv", .. identity, "--pdeathsig", "INT", program, .. arguments,
            ]));
    }

    /// <summary>Where the kernel shares the processors between sessions first (autogroups, see sched(7)), niceness
    /// counts only within one: then the session steps back as a whole. Only for a process that has a session of its
    /// own.</summary>
    public static void StepBack(int processId, int niceness)
    {
        try
        {
            File.WriteAllText($"/proc/{processId}/autogroup", niceness.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // a kernel without autogroups, or a process that is gone or another account's: niceness alone, then
        }
    }

    /// <summary>Sends a signal to a process; false when there is no such process any more.</summary>
    public static bool Signal(int processId, int signal) => Kill(processId, signal) == 0;

    private static async Task<(int Code, string Output)> RunAsync(
        ProcessStartInfo info, CancellationToken cancellationToken)
    {
        using var process = await ChildLauncher.StartAsync(info);
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
        await output;
        await process.WaitForExitAsync(cancellationToken);
        var lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return (process.ExitCode, string.Join(' ', lines.TakeLast(KeptLines)));
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int processId, int signal);
}
