using System.Text.Json.Nodes;
using Npgsql;
using Provost.Ledger.Tree;
using Provost.Ledger.Verification;
using Provost.Stage;

namespace Provost.SystemTests.Running;

/// <summary>One town's folder: the server's data, the persons' homes; and the server while one runs.</summary>
public sealed class Town : IAsyncDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private ServerProcess? _server;

    /// <param name="folder">The town's.</param>
    /// <param name="founders">Whose passwords hold here; null: the people are new.</param>
    public Town(string folder, Staff? founders = null)
    {
        Folder = folder;
        var homes = Path.Combine(folder, "homes");
        Staff = founders?.MovedTo(homes, () => Server.Control) ?? new Staff(homes, () => Server.Control);
    }

    public ServerProcess Server => _server ?? throw new InvalidOperationException("No server was started.");

    public Staff Staff { get; }

    public string Folder { get; }

    public string Data => Path.Combine(Folder, "data");

    public string Ledger => Path.Combine(Data, "ledger");

    public string[] Arguments => ServerSettings.Arguments(Folder);

    /// <summary>Starts the server and waits until all of it is ready.</summary>
    /// <param name="environment">Further variables of its process.</param>
    /// <param name="port">Of console and API; 0: a free one.</param>
    public async Task StartAsync(IReadOnlyDictionary<string, string>? environment = null, int port = 0)
    {
        using var limit = new CancellationTokenSource(Limit);
        _server = await ServerProcess.StartAsync(Data, Arguments, (0, port), limit.Token, environment);
    }

    /// <summary>Starts the server and waits until its gateway serves; the database may still be starting.</summary>
    public async Task StartServingAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        _server = await ServerProcess.StartServingAsync(Data, Arguments, (0, 0), limit.Token);
    }

    /// <summary>A client of the refund assistant.</summary>
    public BareClient Client(string key) => new(Server.Gateway, key);

    /// <summary>Verifies the whole log where it stands, then gives its entries up to the checkpoint.</summary>
    public IReadOnlyList<JsonNode> VerifiedLog()
    {
        var trust = TrustFile.Parse(File.ReadAllBytes(Path.Combine(Data, "trust.json")));
        var report = LedgerDirectoryVerifier.Verify(Ledger, trust, previous: null);
        Assert.True(report.Ok, report.FirstFault?.Message);
        return [.. new TileLogReader(Ledger).ReadLeaves(0, report.Checkpoint!.Size)
            .Select(leaf => JsonNode.Parse(leaf.Span)!["record"]!)];
    }

    /// <summary>The outcome records of the log by the decision they end.</summary>
    public Dictionary<string, JsonNode> VerifiedOutcomes() => VerifiedLog()
        .Where(r => (string)r["type"]! == "decision.outcome" && !(bool)r["drill"]!)
        .ToDictionary(r => (string)r["decision"]!);

    /// <summary>A connection to the private database, as somebody with the machine's root would open it.</summary>
    public async Task<NpgsqlConnection> OpenDatabaseAsync()
    {
        // the fifth line of a postmaster's file is the folder of its socket
        var lines = await File.ReadAllLinesAsync(PostmasterFile);
        var connection = new NpgsqlConnection(
            $"Host={lines[4]};Username=provost;Database=provost;"
            + "SSL Mode=Disable;GSS Encryption Mode=Disable;Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    public string PostmasterFile => Path.Combine(Data, "postgres", "postmaster.pid");

    public async ValueTask DisposeAsync()
    {
        if (_server is { } server)
        {
            _server = null;
            await server.DisposeAsync();
        }
    }
}
