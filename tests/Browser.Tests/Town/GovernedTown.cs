using System.Text.Json.Nodes;
using Provost.Stage;
using Provost.Upstreams;

namespace Provost.Browser.Tests.Town;

/// <summary>
/// A real server with governed systems, people, traffic and one incident, and a browser to look at it: made once for
/// all tests. Nothing here is a stand-in but the upstreams.
/// </summary>
public sealed class GovernedTown : IAsyncLifetime
{
    public const string Chat = "refund-assistant";
    public const string Scoring = "admissions";

    /// <summary>A system of its own for the test that pauses one.</summary>
    public const string ToPause = "returns-desk";

    private readonly string _folder = Directory.CreateTempSubdirectory("provost-browser-").FullName;
    private readonly TimeProvider _time = TimeProvider.System;
    private SampleUpstreams _upstreams = null!;
    private PageReceiver _pager = null!;
    private ServerProcess _server = null!;

    public GovernedTown()
    {
        // the database's unprivileged account must be able to pass, or its files would lie outside this folder
        File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.OtherExecute);
        Pat = Person("Pat Quinn", "pat@acme.example");
        Mia = Person("Mia Chen", "mia@acme.example");
        Dana = Person("Dana Okafor", "dana@acme.example");
        Sam = Person("Sam Adeyemi", "sam@acme.example");
        Kim = Person("Kim Doyle", "kim@acme.example");
        Ana = Person("Ana Ruiz", "ana@acme.example");
        Leo = Person("Leo Marin", "leo@acme.example");
    }

    /// <summary>Platform administrator.</summary>
    public Persona Pat { get; }

    /// <summary>Author of the releases, triages unknown callers.</summary>
    public Persona Mia { get; }

    /// <summary>Business owner.</summary>
    public Persona Dana { get; }

    /// <summary>Technical owner, on call.</summary>
    public Persona Sam { get; }

    /// <summary>Deputy.</summary>
    public Persona Kim { get; }

    /// <summary>Approver, owner of nothing.</summary>
    public Persona Ana { get; }

    /// <summary>Compliance officer.</summary>
    public Persona Leo { get; }

    /// <summary>The browser.</summary>
    public Window Window { get; private set; } = null!;

    public Uri Console => _server.Control;

    /// <summary>The incident that the drift opened.</summary>
    public string Incident { get; private set; } = "";

    /// <summary>The acknowledgement link that its owner was sent.</summary>
    public Uri AcknowledgeLink { get; private set; } = null!;

    /// <summary>A decision whose question held a card number.</summary>
    public string Redacted { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var opening = Window.OpenAsync();
        await StartAsync(limit.Token);
        try
        {
            await FillAsync(limit.Token);
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"The town was not made. The server said:\n{_server.Output}", fault);
        }

        Window = await opening;
    }

    public async ValueTask DisposeAsync()
    {
        if (Window is not null)
        {
            await Window.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        if (_upstreams is not null)
        {
            await _pager.DisposeAsync();
            await _upstreams.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        await JoinAsync(cancellationToken);
        var keys = await Task.WhenAll(
            GovernAsync(Chat, Chat, "3.2.0"), GovernAsync(Chat, ToPause, "3.2.0"),
            GovernAsync(Scoring, Scoring, "1.0.0"));
        using var traffic = new Traffic(_server.Gateway, keys[0], keys[2], await PromptAsync());
        var talking = traffic.TalkAsync();
        var page = await DriftAsync(traffic, cancellationToken);
        Incident = (string)page["incident"]!;
        AcknowledgeLink = new Uri((string)page["links"]!["acknowledge"]!);
        Redacted = await talking;
        await IndexedAsync(cancellationToken);
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        var csv = await File.ReadAllTextAsync(
            Path.Combine(Checkout.Root, "samples/admissions/data/ucb-admissions.csv"), cancellationToken);
        _upstreams = await SampleUpstreams.StartAsync(csv, TimeSpan.Zero, 0, _time, cancellationToken);
        _pager = await PageReceiver.StartAsync(cancellationToken);
        var secret = Path.Combine(_folder, "webhook.secret");
        await File.WriteAllTextAsync(secret, "a-secret-of-this-run-alone-0123456789abcdef", cancellationToken);
        var settings = Path.Combine(_folder, "settings.json");
        var document = new JsonObject
        {
            ["providers"] = new JsonObject { ["openai"] = At("openai"), ["scoring"] = At("open-inference") },
            ["channels"] = new JsonObject
            {
                ["duty"] = new JsonObject
                {
                    ["kind"] = "webhook",
                    ["address"] = _pager.Address.ToString(),
                    ["secret"] = $"file:{secret}",
                },
            },
            ["triager"] = Mia.Mail,
            ["signals"] = new JsonObject { ["paneRecords"] = 20, ["paneSeconds"] = 1 },
        };
        await File.WriteAllTextAsync(settings, document.ToJsonString(), cancellationToken);
        _server = await ServerProcess.StartAsync(
            Path.Combine(_folder, "data"),
            ["--settings", settings, "--org", "acme.example", "--origin", "acme.example/provost-demo"], (0, 0),
            cancellationToken);
    }

    private JsonObject At(string dialect) => new()
    {
        ["dialect"] = dialect,
        ["baseUrl"] = _upstreams.Address.ToString(),
    };

    private async Task JoinAsync(CancellationToken cancellationToken)
    {
        var code = await _server.SetupCodeAsync(cancellationToken);
        (await Pat.RunAsync("login", "--setup", code, "--name", Pat.Name, "--mail", Pat.Mail)).Ok();
        await Task.WhenAll(
            JoinAsync(Dana), JoinAsync(Sam, "on-call"), JoinAsync(Kim), JoinAsync(Ana, "approver"),
            JoinAsync(Leo, "compliance"), JoinAsync(Mia));
    }

    private async Task JoinAsync(Persona person, params string[] roles)
    {
        string[] withRoles = [.. roles.SelectMany(r => new[] { "--role", r })];
        var invited = (await Pat.RunAsync(
            ["people", "add", "--name", person.Name, "--mail", person.Mail, "--json", .. withRoles])).Ok();
        (await person.RunAsync("login", "--invite", (string)invited.Json["invite"]!)).Ok();
        (await person.RunAsync("people", "key")).Ok();
    }

    /// <summary>Describes, submits and approves a system made after a sample; returns a client key of it.</summary>
    private async Task<string> GovernAsync(string sample, string system, string version)
    {
        var manifest = CheckOut(sample, system);
        (await Mia.RunAsync("apply", manifest)).Ok();
        (await Mia.RunAsync("submit", $"{system}@{version}")).Ok();
        (await Dana.RunAsync("approve", $"{system}@{version}")).Ok();
        (await Ana.RunAsync("approve", $"{system}@{version}", "--manifest", manifest)).Ok();
        var issued = (await Sam.RunAsync("keys", "issue", system, "--environment", "production", "--json")).Ok();
        return (string)issued.Json["key"]!;
    }

    private string CheckOut(string sample, string system)
    {
        var source = Path.Combine(Checkout.Root, "samples", sample);
        var target = Path.Combine(_folder, "repositories", system);
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var manifest = Path.Combine(target, "provost.yaml");
        File.WriteAllText(
            manifest, File.ReadAllText(manifest)
                .Replace($"name: {sample},", $"name: {system},", StringComparison.Ordinal)
                .Replace($"system: {sample},", $"system: {system},", StringComparison.Ordinal));
        return manifest;
    }

    private static async Task<string> PromptAsync() =>
        (await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "samples", Chat, "prompts/refund.md")))
            .Replace("{{name}}", "Robin", StringComparison.Ordinal);

    private async Task<JsonNode> DriftAsync(Traffic traffic, CancellationToken cancellationToken)
    {
        await traffic.ScoreAsUsualAsync(200);
        var paged = _pager.NextAsync(cancellationToken);
        while (!paged.IsCompleted)
        {
            await traffic.ScoreOneDepartmentAsync(20);
        }

        return await paged;
    }

    /// <summary>Waits until the index holds what was asked and the list of unknown callers its one.</summary>
    private async Task IndexedAsync(CancellationToken cancellationToken)
    {
        while ((await Leo.RunAsync("why", Redacted, "--json")).ExitCode != 0
            || (await Leo.RunAsync("found", "--json")).Ok().Json["items"]!.AsArray().Count == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), _time, cancellationToken);
        }
    }

    private Persona Person(string name, string mail) =>
        new(name, mail, Path.Combine(_folder, "homes", mail.Split('@')[0]), () => _server.Control);
}
