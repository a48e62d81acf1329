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

    /// <summary>The model that <see cref="Chat"/> is approved for.</summary>
    public const string Model = "gpt-5.2-2026-09-01";

    /// <summary>A system of its own for the test that pauses one.</summary>
    public const string ToPause = "returns-desk";

    private readonly string _folder = Directory.CreateTempSubdirectory("provost-browser-").FullName;
    private readonly Repositories _repositories;
    private SampleUpstreams _upstreams = null!;
    private PageReceiver _pager = null!;
    private ServerProcess _server = null!;

    public GovernedTown()
    {
        // the database's unprivileged account must be able to pass, or its files would lie outside this folder
        File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.OtherExecute);
        _repositories = new Repositories(Path.Combine(_folder, "repositories"));
        Staff = new Staff(Path.Combine(_folder, "homes"), () => _server.Control);
    }

    public Staff Staff { get; }

    /// <summary>The browser.</summary>
    public Window Window { get; private set; } = null!;

    public Uri Console => _server.Control;

    /// <summary>The console under the name that passkeys belong to.</summary>
    public Uri Named => new UriBuilder(Console) { Host = "localhost" }.Uri;

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

    /// <summary>Somebody new whom two persons have signed in; they have a password and no key.</summary>
    public async Task<Persona> JoinAsync(string name, string role)
    {
        var first = name.Split(' ')[0].ToLowerInvariant();
        var person = new Persona(name, $"{first}@acme.example", Path.Combine(_folder, "homes", first), () => Console);
        var asked = (await Staff.Pat.RunAsync(
            "people", "add", "--name", name, "--mail", person.Mail, "--role", role, "--json")).Ok();
        var change = (string)asked.Json["waiting"]!["id"]!;
        (await Staff.Ana.RunAsync("people", "sign", change)).Ok();
        (await Staff.Leo.RunAsync("people", "sign", change)).Ok();
        (await person.RunAsync("login", "--invite", (string)asked.Json["invite"]!)).Ok();
        return person;
    }

    /// <summary>A system made after <see cref="Chat"/> whose release its owner has approved and nobody else.</summary>
    public async Task HalfApprovedAsync(string system)
    {
        (await Staff.Mia.RunAsync("apply", _repositories.CheckOut(Chat, system))).Ok();
        (await Staff.Mia.RunAsync("submit", $"{system}@3.2.0")).Ok();
        (await Staff.Dana.RunAsync("approve", $"{system}@3.2.0")).Ok();
    }

    /// <summary>Asks a system once, takes its bundle out and has it verified offline; gives what the verifier
    /// said.</summary>
    public async Task<string> ProveAsync(string system)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var key = await Staff.IssueKeyAsync(system);
        using var traffic = new Traffic(_server.Gateway, key, key, Repositories.Prompt());
        var (decision, file) = (await traffic.AskOnceAsync(), Path.Combine(_folder, system + ".zip"));
        await Patience.UntilAsync(
            TimeSpan.FromMinutes(1), "the receipt of the decision", _server.NextLineAsync,
            async () => (await Staff.Leo.RunAsync("ledger", "receipt", decision, "--out", file)).ExitCode == 0,
            limit.Token);
        (await Staff.Leo.RunAsync("ledger", "export", "--system", system, "--out", file)).Ok();
        var trust = Path.Combine(_folder, "data", "trust.json");
        return (await Staff.Leo.RunAsync("ledger", "verify", file, "--trust", trust)).Ok().Output;
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        await Staff.SetUpAsync(await _server.SetupCodeAsync(cancellationToken));
        await Staff.JoinAsync();
        var keys = await Task.WhenAll(
            GovernAsync(Chat, Chat, "3.2.0"), GovernAsync(Chat, ToPause, "3.2.0"),
            GovernAsync(Scoring, Scoring, "1.0.0"));
        using var traffic = new Traffic(_server.Gateway, keys[0], keys[2], Repositories.Prompt());
        var talking = traffic.TalkAsync();
        var page = await DriftAsync(traffic, cancellationToken);
        Incident = (string)page["incident"]!;
        AcknowledgeLink = new Uri((string)page["links"]!["acknowledge"]!);
        Redacted = await talking;
        await IndexedAsync(cancellationToken);
        await RecordsAsync();
        await AnnouncedAsync();
    }

    /// <summary>A reading, an erasure, and then a hold, which would block it.</summary>
    private async Task RecordsAsync()
    {
        (await Staff.Leo.RunAsync("reveal", "one", Redacted, "--purpose", "complaint 4711")).Ok();
        (await Staff.Leo.RunAsync("erase", "--person", Traffic.Customer, "--basis", "GDPR Art. 17, request 12")).Ok();
        (await Staff.Leo.RunAsync("hold", "place", "--system", Chat, "--basis", "case 17")).Ok();
    }

    /// <summary>An end of a model, years away, and an exception that nobody has granted: neither changes a call.
    /// </summary>
    private async Task AnnouncedAsync()
    {
        (await Staff.Leo.RunAsync(
            "vendors", "notice", "add", "--provider", "openai", "--model", Model, "--shutdown", "2090-01-01",
            "--source", "https://provider.example/deprecations", "--replacement", "gpt-5.4-2026-12-01")).Ok();
        (await Staff.Ana.RunAsync(
            "exception", "ask", Chat, "--scope", "guardrail=input:pii", "--reason",
            "False alarms on order numbers hold up refunds.", "--until", "12h")).Ok();
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        var csv = await File.ReadAllTextAsync(
            Path.Combine(Checkout.Root, "samples/admissions/data/ucb-admissions.csv"), cancellationToken);
        _upstreams = await SampleUpstreams.StartAsync(csv, TimeSpan.Zero, 0, TimeProvider.System, cancellationToken);
        _pager = await PageReceiver.StartAsync(cancellationToken);
        var settings = new ServerSettings(_upstreams.Address)
        {
            Pages = _pager,
            Triager = Staff.Mia.Mail,
            PaneSeconds = 1,
        };
        _server = await ServerProcess.StartAsync(
            Path.Combine(_folder, "data"), settings.Write(_folder), (0, 0), cancellationToken);
    }

    /// <summary>Describes, submits and approves a system made after a sample; returns a client key of it.</summary>
    private async Task<string> GovernAsync(string sample, string system, string version)
    {
        await Staff.ReleaseAsync(_repositories.CheckOut(sample, system), $"{system}@{version}");
        return await Staff.IssueKeyAsync(system);
    }

    private async Task<JsonNode> DriftAsync(Traffic traffic, CancellationToken cancellationToken)
    {
        await traffic.ScoreAsUsualAsync(200);
        var paged = _pager.NextAsync(TimeSpan.FromMinutes(2), ["drift", "dept"], cancellationToken);
        while (!paged.IsCompleted)
        {
            await traffic.ScoreOneDepartmentAsync(20);
        }

        return await paged;
    }

    /// <summary>Waits until the index holds what was asked and the list of unknown callers its one.</summary>
    private Task IndexedAsync(CancellationToken cancellationToken) => Patience.UntilAsync(
        TimeSpan.FromMinutes(1), "the decision and the unknown caller in the index", _server.NextLineAsync,
        async () => (await Staff.Leo.RunAsync("why", Redacted, "--json")).ExitCode == 0
            && (await Staff.Leo.RunAsync("found", "--json")).Ok().Json["items"]!.AsArray().Count > 0,
        cancellationToken);
}
