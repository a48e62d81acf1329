using System.Text.Json.Nodes;
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
        Pat = Person("Pat Quinn", "pat@acme.example");
        Mia = Person("Mia Chen", "mia@acme.example");
        Dana = Person("Dana Okafor", "dana@acme.example");
        Sam = Person("Sam Adeyemi", "sam@acme.example");
        Kim = Person("Kim Doyle", "kim@acme.example");
        Ana = Person("Ana Ruiz", "ana@acme.example");
        Leo = Person("Leo Marin", "leo@acme.example");
    }

    public string Folder { get; }

    public required SampleUpstreams Upstreams { get; init; }

    public required Pager Pager { get; init; }

    public required TimeProvider Time { get; init; }

    public ServerProcess Server { get; private set; } = null!;

    /// <summary>Platform administrator: may set up, may not approve.</summary>
    public Persona Pat { get; }

    /// <summary>Author of the releases.</summary>
    public Persona Mia { get; }

    /// <summary>Business owner.</summary>
    public Persona Dana { get; }

    /// <summary>Technical owner, on call.</summary>
    public Persona Sam { get; }

    /// <summary>Deputy.</summary>
    public Persona Kim { get; }

    /// <summary>Approver.</summary>
    public Persona Ana { get; }

    /// <summary>Compliance officer.</summary>
    public Persona Leo { get; }

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
            Pager = await Pager.StartAsync(cancellationToken),
            Time = time,
        };
        await cast.StartServerAsync(cancellationToken);
        return cast;
    }

    /// <summary>Prints who may sign in where, and waits to be stopped.</summary>
    public async Task LeaveOpenAsync(TextWriter output, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync($"\nThe console is open at {Server.Control}. Sign in as");
        foreach (var person in new[] { Sam, Leo, Dana })
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
        var settings = Path.Combine(Folder, "settings.json");
        var document = new JsonObject
        {
            ["providers"] = new JsonObject
            {
                ["openai"] = Provider("openai"),
                ["scoring"] = Provider("open-inference"),
            },
            ["channels"] = new JsonObject
            {
                ["duty"] = new JsonObject
                {
                    ["kind"] = "webhook",
                    ["address"] = Pager.Address.ToString(),
                    ["secret"] = $"file:{Path.Combine(Folder, "webhook.secret")}",
                },
            },
            ["triager"] = Mia.Mail,
            ["signals"] = new JsonObject { ["paneRecords"] = 20, ["paneSeconds"] = 2 },
        };
        await File.WriteAllTextAsync(settings, document.ToJsonString(), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(Folder, "webhook.secret"), Pager.Secret, cancellationToken);
        var ports = _options.Ci ? (0, 0) : (7400, 7401);
        string[] arguments = ["--settings", settings, "--org", "acme.example", "--origin", "acme.example/provost-demo"];
        Server = await ServerProcess.StartAsync(Path.Combine(Folder, "data"), arguments, ports, cancellationToken);
    }

    private JsonObject Provider(string dialect) => new()
    {
        ["dialect"] = dialect,
        ["baseUrl"] = Upstreams.Address.ToString(),
    };

    private Persona Person(string name, string mail) =>
        new(name, mail, Path.Combine(Folder, "homes", mail.Split('@')[0]), () => Server.Control);
}
