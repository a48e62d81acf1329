using System.Diagnostics;
using System.Text.Json.Nodes;
using Provost.Stage;
using Provost.Upstreams;

namespace Provost.SystemTests.Running;

/// <summary>Tests of real processes run one after the other: together they would measure each other.</summary>
[CollectionDefinition(nameof(Running))]
public sealed class Running : ICollectionFixture<GovernedTown>;

/// <summary>
/// A governed organisation, founded once through the public surfaces and stopped cleanly: people, two systems under
/// warrants, client keys. Each test gets a copy of its folder and starts its own server on it.
/// </summary>
public sealed class GovernedTown : IAsyncLifetime
{
    private const int ChatKeyCount = 8;

    private readonly string _folder = Directory.CreateTempSubdirectory("provost-town-").FullName;
    private readonly Dictionary<string, string> _passwords = [];
    private SampleUpstreams? _upstreams;
    private int _copies;

    /// <summary>Keys of the refund assistant; several, because each has a cap on its rate.</summary>
    public IReadOnlyList<string> ChatKeys { get; private set; } = [];

    public Uri Upstreams => _upstreams!.Address;

    private string Template => Path.Combine(_folder, "template");

    public async ValueTask InitializeAsync()
    {
        // PostgreSQL's account must be able to pass through to the cluster inside the data folder
        File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.OtherExecute);
        var csv = await File.ReadAllTextAsync(
            Path.Combine(Checkout.Root, "samples/admissions/data/ucb-admissions.csv"));
        _upstreams = await SampleUpstreams.StartAsync(
            csv, TimeSpan.FromMilliseconds(400), 0, TimeProvider.System, CancellationToken.None);
        Directory.CreateDirectory(Template);
        await using var town = new Town(Template, _passwords);
        town.WriteSettings(Upstreams);
        await town.StartAsync();
        await FoundAsync(town);
        Assert.Equal(0, await town.Server.StopAsync());
    }

    /// <summary>A copy of the founded town, not started.</summary>
    /// <param name="under">Where its folder is made; null for the usual place.</param>
    public Town Copy(string? under = null)
    {
        var folder = Path.Combine(under ?? _folder, $"town-{++_copies}");
        using var copy = Process.Start("cp", ["-a", Template, folder]);
        copy.WaitForExit();
        Assert.Equal(0, copy.ExitCode);
        return new Town(folder, _passwords);
    }

    /// <summary>A copy whose server runs and is ready.</summary>
    public async Task<Town> StartAsync()
    {
        var town = Copy();
        await town.StartAsync();
        return town;
    }

    public async ValueTask DisposeAsync()
    {
        if (_upstreams is not null)
        {
            await _upstreams.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task FoundAsync(Town town)
    {
        var code = await town.Server.SetupCodeAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        var pat = town.Person("pat");
        (await pat.RunAsync("login", "--setup", code, "--name", pat.Name, "--mail", pat.Mail)).Ok();
        await JoinAsync(town, "dana");
        await JoinAsync(town, "sam", "on-call");
        await JoinAsync(town, "kim");
        await JoinAsync(town, "ana", "approver");
        await JoinAsync(town, "leo", "compliance");
        await JoinAsync(town, "mia", "approver");
        await ReleaseAsync(town, "refund-assistant", "refund-assistant@3.2.0");
        await ReleaseAsync(town, "admissions", "admissions@1.0.0");
        var keys = new List<string>();
        for (var i = 0; i < ChatKeyCount; i++)
        {
            var issued = (await town.Person("sam").RunAsync(
                "keys", "issue", "refund-assistant", "--environment", "production", "--json")).Ok();
            keys.Add((string)issued.Json["key"]!);
        }

        ChatKeys = keys;
    }

    private static async Task JoinAsync(Town town, string name, params string[] roles)
    {
        var person = town.Person(name);
        string[] withRoles = [.. roles.SelectMany(r => new[] { "--role", r })];
        var invited = (await town.Person("pat").RunAsync(
            ["people", "add", "--name", person.Name, "--mail", person.Mail, "--json", .. withRoles])).Ok();
        (await person.RunAsync("login", "--invite", (string)invited.Json["invite"]!)).Ok();
        (await person.RunAsync("people", "key")).Ok();
    }

    private static async Task ReleaseAsync(Town town, string sample, string release)
    {
        var manifest = Path.Combine(Checkout.Root, "samples", sample, "provost.yaml");
        (await town.Person("mia").RunAsync("apply", manifest)).Ok();
        (await town.Person("mia").RunAsync("submit", release)).Ok();
        (await town.Person("dana").RunAsync("approve", release)).Ok();
        var last = (await town.Person("ana").RunAsync("approve", release, "--manifest", manifest, "--json")).Ok();
        Assert.NotNull(last.Json["warrant"]);
    }
}
