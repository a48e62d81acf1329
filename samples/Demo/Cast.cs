using Provost.Stage;
using Provost.Upstreams;

namespace Provost.Demo;

/// <summary>Who plays: the server, the sample upstreams, a receiver of pages, persons at terminals.</summary>
internal sealed class Cast : IAsyncDisposable
{
    private readonly DemoOptions _options;
    private readonly bool _temporary;

    private Cast(DemoOptions options, string folder)
    {
        _options = options;
        _temporary = options.Data is null;
        Folder = folder;
        Staff = new Staff(Path.Combine(folder, "homes"), () => Server.Control);
        Repositories = new Repositories(Path.Combine(folder, "repositories"));
    }

    public string Folder { get; }

    public required SampleUpstreams Upstreams { get; init; }

    public required PageReceiver Pager { get; init; }

    public required TimeProvider Time { get; init; }

    public ServerProcess Server { get; private set; } = null!;

    public Staff Staff { get; }

    public Repositories Repositories { get; }

    /// <summary>The key of the refund assistant's client, once issued.</summary>
    public string ChatKey { get; set; } = "";

    /// <summary>The key of the admissions office's client, once issued.</summary>
    public string ScoringKey { get; set; } = "";

    public static async Task<Cast> AssembleAsync(
        DemoOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var folder = options.Data ?? Directory.CreateTempSubdirectory("provost-demo-").FullName;
        Directory.CreateDirectory(folder);
        var csv = await File.ReadAllTextAsync(
            Path.Combine(Checkout.Root, "samples/admissions/data/ucb-admissions.csv"), cancellationToken);
        var slowness = TimeSpan.FromMilliseconds(1500);
        var cast = new Cast(options, folder)
        {
            Upstreams = await SampleUpstreams.StartAsync(csv, slowness, 0, time, cancellationToken),
            Pager = await PageReceiver.StartAsync(cancellationToken),
            Time = time,
        };
        await cast.StartServerAsync(cancellationToken);
        return cast;
    }

    /// <summary>Prints who may sign in where, and waits to be stopped.</summary>
    public async Task LeaveOpenAsync(TextWriter output, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync($"\nThe console is open at {Server.Control}. Sign in as");
        foreach (var person in new[] { Staff.Sam, Staff.Leo, Staff.Dana })
        {
            await output.WriteLineAsync($"  {person.Mail}  {person.Password}");
        }

        await output.WriteLineAsync("Ctrl-C ends the demo.");
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, Time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // asked to end: the server drains in DisposeAsync
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Pager.DisposeAsync();
        await Upstreams.DisposeAsync();
        if (_temporary)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private async Task StartServerAsync(CancellationToken cancellationToken)
    {
        var settings = new ServerSettings(Upstreams.Address)
        {
            Pages = Pager,
            Triager = Staff.Mia.Mail,
            PaneSeconds = 2,
        };
        var ports = _options.Ci ? (0, 0) : (7400, 7401);
        Server = await ServerProcess.StartAsync(
            Path.Combine(Folder, "data"), settings.Write(Folder), ports, cancellationToken);
    }
}
