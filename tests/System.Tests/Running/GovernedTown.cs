using System.Diagnostics;
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
    private Staff? _staff;
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
        await using var town = new Town(Template);
        new ServerSettings(Upstreams).Write(Template);
        await town.StartAsync();
        await FoundAsync(town);
        _staff = town.Staff;
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
        return new Town(folder, _staff);
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
        var code = await town.Server.SetupCodeAsync(CancellationToken.None).WaitAsync(Town.Limit);
        await town.Staff.SetUpAsync(code);
        await town.Staff.JoinAsync();
        await ReleaseAsync(town, "refund-assistant", "refund-assistant@3.2.0");
        await ReleaseAsync(town, "admissions", "admissions@1.0.0");
        var keys = new List<string>();
        for (var i = 0; i < ChatKeyCount; i++)
        {
            keys.Add(await town.Staff.IssueKeyAsync("refund-assistant"));
        }

        ChatKeys = keys;
    }

    private static async Task ReleaseAsync(Town town, string sample, string release)
    {
        var manifest = Path.Combine(Checkout.Root, "samples", sample, "provost.yaml");
        var last = await town.Staff.ReleaseAsync(manifest, release);
        Assert.NotNull(last.Json["warrant"]);
    }
}
