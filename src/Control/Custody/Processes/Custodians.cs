using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Provost.Ledger.Tree;

namespace Provost.Control.Custody.Processes;

/// <summary>How well the platform's keys are kept, and why no better.</summary>
/// <param name="Level"><c>C0</c>: one user holds everything. <c>C1</c>: signer and vault are processes of users of
/// their own, and the database of a third.</param>
public sealed record CustodyLevel(string Level, string Why);

/// <summary>The processes that hold the platform's keys, for one data folder.</summary>
public sealed class Custodians : IAsyncDisposable
{
    private const string SharedRoot = "/var/lib/provost";
    private readonly CustodyChild _signer;

    private Custodians(CustodyChild signer, SignerLink link, CustodyLevel level)
    {
        (_signer, Signer, Level) = (signer, link, level);
        signer.Began = () => SignerBegan();
    }

    public SignerLink Signer { get; }

    public CustodyLevel Level { get; }

    /// <summary>Why the signer does not answer, null while it does.</summary>
    public string? SignerAway => _signer.Failure ?? Signer.Away;

    /// <summary>Called each time the signer has begun to answer. Set once, by the host.</summary>
    public Action SignerBegan { get; set; } = static () => { };

    /// <summary>Begins to start the processes; returns before they answer.</summary>
    /// <param name="data">The data folder.</param>
    /// <exception cref="IOException">A folder cannot be made.</exception>
    public static async Task<Custodians> StartAsync(
        string data, TimeProvider time, ILoggerFactory logs, CancellationToken cancellationToken)
    {
        var (program, before) = Program();
        var account = ServiceAccount.Of("provost-signer", offset: 0);
        var closed = await ClosedAsync(account, data, [program, .. before], cancellationToken);
        if (closed is not null)
            account = ServiceAccount.Server;

        var folder = await FolderAsync(data, "signer", account, time, cancellationToken);
        TakeOver(Path.Combine(data, "keys"), folder);
        account.Own(folder);
        var socket = SocketOf(data, "signer");
        var child = CustodyChild.Start(
            new CustodyChildOptions
            {
                Role = "signer",
                Program = program,
                Before = before,
                Account = account,
                Folder = folder,
                Socket = socket,
            },
            time,
            logs.CreateLogger<CustodyChild>());
        return new Custodians(child, new SignerLink(socket, account.User), LevelOf(account, closed));
    }

    /// <summary>Completes once the signer has answered for the first time.</summary>
    /// <exception cref="IOException">It does not come in time.</exception>
    public async Task WaitForSignerAsync(TimeSpan within, CancellationToken cancellationToken)
    {
        try
        {
            await _signer.WaitAsync(within, cancellationToken);
        }
        catch (TimeoutException late)
        {
            throw new IOException($"The signer does not start: {_signer.Failure}", late);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Signer.Dispose();
        await _signer.DisposeAsync();
    }

    private static CustodyLevel LevelOf(ServiceAccount signer, string? closed) => new("C0", closed ?? (signer.IsOwn
        ? $"the signer is a process of {signer.Name}, the vault is still the server's"
        : $"signer and server are processes of one user, {signer.Name}: start as root for users of their own"));

    private static (string Program, string[] Before) Program()
    {
        var program = Environment.ProcessPath ?? throw new IOException("This process does not know its executable.");
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? (program, [Path.Combine(AppContext.BaseDirectory, "Provost.Server.dll")])
            : (program, []);
    }

    /// <summary>What the account may not read or enter and would have to; null when it may all.</summary>
    private static async Task<string?> ClosedAsync(
        ServiceAccount account, string data, IEnumerable<string> program, CancellationToken cancellationToken)
    {
        var made = new DirectoryInfo(Path.Combine(data, "signer"));
        if (made is { Exists: true, LinkTarget: null } && !await account.MayAsync("-x", data, cancellationToken))
            return $"{account.Name} may not pass into {data}, where the signer's folder was made for another user";

        var runtime = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "libcoreclr.so");
        foreach (var path in program.Append(Path.Combine(AppContext.BaseDirectory, "Provost.Control.dll"))
            .Append(runtime))
        {
            if (!await account.MayAsync("-r", path, cancellationToken))
            {
                return $"{account.Name} may not read {path}, so the signer runs as {Environment.UserName}: "
                    + "put the program where every user can read it";
            }
        }

        return null;
    }

    /// <summary>The folder below the data folder; where its user cannot get there, one elsewhere that it is linked
    /// to.</summary>
    private static async Task<string> FolderAsync(
        string data, string role, ServiceAccount account, TimeProvider time,
        CancellationToken cancellationToken)
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

    /// <summary>Moves the keys of an earlier version, which lay with the server's, to the signer.</summary>
    private static void TakeOver(string old, string folder)
    {
        string[] names = ["root.key", "warrant.key", "snapshot.key", "log.key"];
        if (!names.Any(n => File.Exists(Path.Combine(old, n))))
            return;

        if (!File.Exists(Path.Combine(folder, "state.json")))
            SignerMemory.Create(Path.Combine(folder, "state.json"));

        var keys = Path.Combine(folder, "keys");
        Directory.CreateDirectory(keys, KeyFile.OwnerOnly);
        foreach (var name in names.Where(n => File.Exists(Path.Combine(old, n))))
            File.Move(Path.Combine(old, name), Path.Combine(keys, name));

        DurableFile.SyncFolder(keys);
        DurableFile.SyncFolder(old);
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
