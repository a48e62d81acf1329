using System.Text.Json.Nodes;
using Npgsql;
using Provost.Ledger.Tree;
using Provost.Ledger.Verification;
using Provost.Stage;

namespace Provost.SystemTests.Running;

/// <summary>One town's folder: the server's data, the persons' homes; and the server while one runs.</summary>
public sealed class Town(string folder, Dictionary<string, string> passwords) : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, Persona> _people = [];
    private ServerProcess? _server;

    public ServerProcess Server => _server ?? throw new InvalidOperationException("No server was started.");

    public string Folder => folder;

    public string Data => Path.Combine(folder, "data");

    public string Ledger => Path.Combine(Data, "ledger");

    public string[] Arguments =>
    [
        "--settings", Path.Combine(folder, "settings.json"),
        "--org", "acme.example", "--origin", "acme.example/provost-test",
    ];

    /// <summary>The one with this first name, at a terminal whose home lies in this town.</summary>
    public Persona Person(string name)
    {
        if (!_people.TryGetValue(name, out var person))
        {
            var home = Path.Combine(folder, "homes", name);
            person = new Persona(name, $"{name}@acme.example", home, () => Server.Control);
            passwords.TryAdd(name, person.Password);
            _people[name] = person;
        }

        return person;
    }

    /// <summary>The password that the person chose when the town was founded.</summary>
    public string PasswordOf(string name) => passwords[name];

    public void WriteSettings(Uri upstream)
    {
        static JsonObject Provider(string dialect, Uri address) =>
            new() { ["dialect"] = dialect, ["baseUrl"] = address.ToString() };

        var settings = new JsonObject
        {
            ["providers"] = new JsonObject
            {
                ["openai"] = Provider("openai", upstream),
                ["scoring"] = Provider("open-inference", upstream),
            },
        };
        File.WriteAllText(Path.Combine(folder, "settings.json"), settings.ToJsonString());
    }

    /// <summary>Starts the server and waits until all of it is ready.</summary>
    public async Task StartAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        _server = await ServerProcess.StartAsync(Data, Arguments, (0, 0), patience.Token);
    }

    /// <summary>Starts the server and waits until its gateway serves; the database may still be starting.</summary>
    public async Task StartServingAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        _server = await ServerProcess.StartServingAsync(Data, Arguments, (0, 0), patience.Token);
    }

    /// <summary>Waits until all of the running server is ready.</summary>
    public async Task UntilReadyAsync()
    {
        using var http = new HttpClient();
        await UntilAsync(Patience, "readiness", async () =>
        {
            using var ready = await http.GetAsync(new Uri(Server.Control, "/readyz"));
            return ready.IsSuccessStatusCode;
        });
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
        .Where(r => (string)r["type"]! == "decision.outcome")
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

    /// <summary>Asks again until the answer is yes.</summary>
    public static async Task UntilAsync(TimeSpan within, string what, Func<Task<bool>> ask)
    {
        using var patience = new CancellationTokenSource(within);
        while (!await ask())
        {
            Assert.False(patience.IsCancellationRequested, $"Not seen within {within.TotalSeconds:0} s: {what}");
            await Task.Delay(100, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { } server)
        {
            _server = null;
            await server.DisposeAsync();
        }
    }
}
