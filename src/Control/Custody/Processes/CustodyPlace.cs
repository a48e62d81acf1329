using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Provost.Ledger.Tree;

namespace Provost.Control.Custody.Processes;

/// <summary>Where a process that holds keys runs: its user, its folder, its socket.</summary>
/// <param name="Closed">Why it does not run under a user of its own though the server is root; null otherwise.</param>
internal sealed record CustodyPlace(string Role, ServiceAccount Account, string Folder, string Socket, string? Closed)
{
    private const string SharedRoot = "/var/lib/provost";

    /// <summary>A user of its own where the server is root and that user can read the program.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="role">As <c>signer</c>; also the folder's name.</param>
    /// <param name="offset">Tells the services apart where the system knows no user <c>provost-ROLE</c>.</param>
    /// <exception cref="IOException">A folder cannot be made.</exception>
    public static async Task<CustodyPlace> ChooseAsync(
        string data, string role, uint offset, TimeProvider time, CancellationToken cancellationToken)
    {
        var account = ServiceAccount.Of($"provost-{role}", offset);
        var closed = await ClosedAsync(account, data, role, cancellationToken);
        if (closed is not null)
            account = ServiceAccount.Server;

        var folder = await FolderAsync(data, role, account, time, cancellationToken);
        return new CustodyPlace(role, account, folder, SocketOf(data, role), closed);
    }

    /// <summary>Moves the keys of an earlier version, which lay with the server's.</summary>
    public static void TakeOver(string old, string signer, string vault)
    {
        var payload = Path.Combine(old, "payload.pem");
        if (File.Exists(payload))
        {
            File.Move(payload, Path.Combine(vault, "payload.pem"));
            DurableFile.SyncFolder(vault);
        }

        string[] names = ["root.key", "warrant.key", "snapshot.key", "log.key"];
        if (!names.Any(n => File.Exists(Path.Combine(old, n))))
            return;

        if (!File.Exists(Path.Combine(signer, "state.json")))
            SignerMemory.Create(Path.Combine(signer, "state.json"));

        var keys = Path.Combine(signer, "keys");
        Directory.CreateDirectory(keys, KeyFile.OwnerOnly);
        foreach (var name in names.Where(n => File.Exists(Path.Combine(old, n))))
            File.Move(Path.Combine(old, name), Path.Combine(keys, name));

        DurableFile.SyncFolder(keys);
        DurableFile.SyncFolder(old);
    }

    public CustodyChildOptions Options()
    {
        var (program, before) = Program();
        return new CustodyChildOptions
        {
            Role = Role,
            Program = program,
            Before = before,
            Account = Account,
            Folder = Folder,
            Socket = Socket,
        };
    }

    private static (string Program, string[] Before) Program()
    {
        var program = Environment.ProcessPath ?? throw new IOException("This process does not know its executable.");
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? (program, [Path.Combine(AppContext.BaseDirectory, "Provost.Server.dll")])
            : (program, []);
    }

    /// <summary>What the account may not read or enter and would have to; null when it may all.</summary>
    private static async Task<string?> ClosedAsync(
        ServiceAccount account, string data, string role, CancellationToken cancellationToken)
    {
        var made = new DirectoryInfo(Path.Combine(data, role));
        if (made is { Exists: true, LinkTarget: null } && !await account.MayAsync("-x", data, cancellationToken))
            return $"{account.Name} may not pass into {data}, where {role}/ was made for another user";

        var (program, before) = Program();
        var runtime = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "libcoreclr.so");
        string[] paths = [program, .. before, Path.Combine(AppContext.BaseDirectory, "Provost.Control.dll"), runtime];
        foreach (var path in paths)
        {
            if (!await account.MayAsync("-r", path, cancellationToken))
            {
                return $"{account.Name} may not read {path}, so the {role} runs as {Environment.UserName}: "
                    + "put the program where every user can read it";
            }
        }

        return null;
    }

    /// <summary>The folder below the data folder; where its user cannot get there, one elsewhere that it is linked
    /// to.</summary>
    private static async Task<string> FolderAsync(
        string data, string role, ServiceAccount account, TimeProvider time, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(data, role);
        if (new DirectoryInfo(folder).LinkTarget is { } target)
            return target;

        if (Directory.Exists(folder) || await account.MayAsync("-x", data, cancellationToken))
        {
            Directory.CreateDirectory(folder, KeyFile.OwnerOnly);
            return folder;
        }

        var elsewhere = Path.Combine(SharedRoot, $"{NameOf(data)}-{role}");
        if (Directory.Exists(elsewhere)) // of a data folder that is gone: never ours
            Directory.Move(elsewhere, $"{elsewhere}.{Guid.CreateVersion7(time.GetUtcNow()):N}");

        Directory.CreateDirectory(elsewhere);
        Directory.CreateSymbolicLink(folder, elsewhere);
        DurableFile.SyncFolder(data);
        return elsewhere;
    }

    private static string SocketOf(string data, string role)
    {
        var name = $"{NameOf(data)}-{role}";
        if (!Environment.IsPrivilegedProcess)
            return Path.Combine(Path.GetTempPath(), $"provost-{Environment.UserName}-{name}", "socket");

        Directory.CreateDirectory("/run/provost");
        return Path.Combine("/run/provost", name, "socket");
    }

    /// <summary>Short, because the path of a socket holds 107 bytes at most.</summary>
    private static string NameOf(string data) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(data))).AsSpan(0, 8));
}
