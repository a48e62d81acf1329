using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Provost.Control.Custody;
using Provost.Control.Custody.Processes;
using Provost.Control.Governance;
using Provost.Stage;

namespace Provost.SystemTests.Custody;

/// <summary>A real process that holds keys: a signer on a folder of its own, the governance that it is handed, and
/// links to it; or a vault.</summary>
internal sealed class SignerProcess : IAsyncDisposable
{
    public const string Origin = "acme.example/provost-test";

    private readonly string _folder = Directory.CreateTempSubdirectory("provost-signer-").FullName;
    private readonly List<GovernanceEntry> _written = [];
    private readonly List<SignerLink> _links = [];
    private Process? _process;

    private readonly string _role;

    private SignerProcess(string role = "signer", string? folder = null)
    {
        _role = role;
        Folder = folder ?? Path.Combine(_folder, role);
        Log = Governance([]);
    }

    public string Folder { get; }

    public string Socket => Path.Combine(_folder, "socket");

    public GovernanceLog Log { get; }

    public IReadOnlyList<GovernanceEntry> Written => _written;

    /// <summary>Id of the user of this process.</summary>
    public static uint User => uint.Parse(File.ReadLines("/proc/self/status")
        .Single(l => l.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[2]);

    /// <summary>A signer that runs and has signed the genesis of its log.</summary>
    public static async Task<SignerProcess> FoundAsync()
    {
        var signer = new SignerProcess();
        Directory.CreateDirectory(signer.Folder);
        await signer.StartAsync();
        var link = signer.Connect(log: null);
        await GenesisCeremony.FoundAsync(
            signer.Log, link, new GenesisRequest("acme.example", Origin, "C0", ""), CancellationToken.None);
        return signer;
    }

    /// <summary>A vault that runs on the folder of a server that is stopped.</summary>
    public static async Task<SignerProcess> StartVaultAsync(string folder)
    {
        var vault = new SignerProcess("vault", folder);
        await vault.StartAsync();
        return vault;
    }

    /// <summary>Starts the process and waits until it listens.</summary>
    public async Task StartAsync(uint? peer = null)
    {
        _process = Start(_role, Folder, Socket, peer ?? User);
        Assert.Equal("listening", await _process.StandardOutput.ReadLineAsync());
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>A second process on the same folder; gives its exit code and what it said.</summary>
    public async Task<(int Code, string Said)> StartSecondAsync()
    {
        using var second = Start(_role, Folder, Path.Combine(_folder, "second"), User);
        var said = await second.StandardError.ReadToEndAsync();
        await second.WaitForExitAsync();
        return (second.ExitCode, said);
    }

    /// <summary>A server's end of the socket.</summary>
    /// <param name="log">The governance it hands over; null for none.</param>
    public SignerLink Connect(GovernanceLog? log)
    {
        var link = new SignerLink(Socket, User);
        if (log is not null)
            link.Serve(log, new BlobStore(Path.Combine(_folder, "blobs")));

        _links.Add(link);
        return link;
    }

    /// <summary>A governance log over a list.</summary>
    public GovernanceLog Governance(IEnumerable<GovernanceEntry> past)
    {
        var position = past.Count() - 1L;
        return new GovernanceLog(
            past,
            (entry, _) =>
            {
                _written.Add(entry with { Position = ++position, Reason = null });
                return Task.FromResult(position);
            },
            TimeProvider.System, NullLogger<GovernanceLog>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var link in _links)
            link.Dispose();

        if (_process is not null)
            await KillAsync();

        Log.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static Process Start(string role, string folder, string socket, uint peer) =>
        Process.Start(new ProcessStartInfo(
            Checkout.Binary("Server", "Provost.Server"),
            [role, "--folder", folder, "--socket", socket, "--peer", $"{peer}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
}
