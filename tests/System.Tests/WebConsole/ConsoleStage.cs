using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Provost.Control.Access;
using Provost.Control.Access.Passkeys;
using Provost.Control.Decisions;
using Provost.Control.Drills;
using Provost.Control.Evidence;
using Provost.Control.Gate;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Storage;
using Provost.Control.Why;
using Provost.Testing;
using Provost.WebConsole;
using Provost.WebConsole.Custody;
using Provost.WebConsole.Design;
using Provost.WebConsole.Passkeys;
using Provost.WebConsole.People;

namespace Provost.SystemTests.WebConsole;

/// <summary>The console alone over <see cref="ConsoleTown"/>, on a port of its own; its database is down.</summary>
internal sealed class ConsoleStage : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Database _database;
    private readonly List<Action> _work = [];

    private ConsoleStage(WebApplication app, Database database)
    {
        _app = app;
        _database = database;
    }

    /// <summary>Acts in the order they reached a handler, one line each.</summary>
    public List<string> Acts { get; } = [];

    /// <summary>Who is signed in; null for nobody.</summary>
    public string? Person { get; set; } = ConsoleTown.Owner;

    public SealState Seal { get; } = new()
    {
        Size = 4833,
        SignedAt = ConsoleTown.Now.AddSeconds(-1),
        Custody = "C0",
        Served = 1204,
        Recorded = 1204,
    };

    public CustodyState Custody { get; set; } = new("C0", "one user has the keys", Refusal: null)
    {
        Anchors =
        [
            new(
                "auditor", "folder", 4800, ConsoleTown.Now.AddHours(-2), "No space left.",
                ConsoleTown.Now.AddHours(-1)),
        ],
    };

    /// <summary>The newest checkpoint as note text.</summary>
    public string? Checkpoint { get; set; }

    /// <summary>What a verification reads; nothing is there unless a test puts it there.</summary>
    public string LogFolder { get; set; } = Path.Combine(Path.GetTempPath(), "no-such-log");

    public Uri Address => new(_app.Urls.First());

    public static async Task<ConsoleStage> StartAsync(CancellationToken cancellationToken)
    {
        var time = new ManualTime(ConsoleTown.Now);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
        var database = new Database("Host=127.0.0.1;Port=1", time, NullLogger<Database>.Instance);
        ConsoleStage? stage = null;
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton(_ => stage!.Ports(database));
        builder.Services.AddWebConsole();
        var app = builder.Build();
        app.MapWebConsole();
        stage = new ConsoleStage(app, database);
        await app.StartAsync(cancellationToken);
        return stage;
    }

    /// <summary>Does what was begun beside the requests.</summary>
    public void FinishWork()
    {
        _work.ForEach(work => work());
        _work.Clear();
    }

    /// <summary>A browser without script: keeps cookies, follows no redirect.</summary>
    public HttpClient Visit() => new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = Address };

    /// <summary>What components need, for rendering one without a request.</summary>
    public ServiceProvider Renderer()
    {
        var services = new ServiceCollection();
        services.AddSingleton(_app.Services.GetRequiredService<ConsolePorts>());
        services.AddSingleton<PersonNames>();
        return services.BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _database.DisposeAsync();
    }

    private ConsolePorts Ports(Database database) => new()
    {
        Governance = () => RehearsalTown.With(VendorTown.With(RecordsTown.With(ConsoleTown.Governance()))),
        LookFrom = (asOf, now) => asOf is null
            ? new Standpoint(ConsoleTown.Governance(), now, IsPast: false)
            : new Standpoint(ConsoleTown.Before(), DateTimeOffset.Parse(asOf + "Z"), IsPast: true),
        FindingsAsync = _ => Task.FromResult(ConsoleTown.Findings()),
        VerifiedAt = system => system.Verified,
        Signals = ConsoleTown.Board,
        Incidents = ConsoleTown.Incidents,
        Seal = () => Seal,
        Custody = () => Custody,
        Decisions = new DecisionQuery(database),
        Export = new DecisionExport(new DecisionQuery(database)),
        TrafficAsync = (_, _) => Task.FromResult(ConsoleTown.Traffic()),
        FoundAsync = (_, _, _) => Task.FromResult(ConsoleTown.Found()),
        CoverageAsync = (_, system, environment, from, to, _, _) =>
            Task.FromResult(CoverageTown.Answer(system, environment, from, to)),
        PersonOf = _ => Person,
        NameOf = ConsoleTown.NameOf,
        Triager = () => ConsoleTown.Approver,
        RosterChanges = ConsoleTown.RosterChanges,
        ReadBlobAsync = (_, _) => Task.FromResult<byte[]?>(null),
        ReadEntryAsync = (_, _) => Task.FromResult<ReadOnlyMemory<byte>?>(null),
        StoryAsync = (_, row, outcome, spec, _) =>
            Task.FromResult(DecisionStory.Of(row, outcome, spec, [], areStepsWhole: true)),
        Checkpoint = () => Checkpoint,
        Verification = new VerificationDesk(
            LogFolder, Path.Combine(LogFolder, "trust.json"), work => _work.Add(work),
            new ManualTime(ConsoleTown.Now)),
        Balances = () =>
        [
            new NodeBalance("gateway-1", "credit-limit-model", "production", 1204, 1203, 5021, ConsoleTown.Now),
        ],
        SignInAsync = (_, mail, password, _) => Task.FromResult(password == "right" ? null : Wrong(mail)),
        SignOutAsync = (_, _) => Task.CompletedTask,
        SignedDifferenceAsync = (_, release, _) => Task.FromResult<string?>(release.Digest),
        Passkeys = new PasskeyPorts
        {
            Origin = new PasskeyOrigin("https://provost.acme.example"),
            Begin = () => "challenge",
            EnterAsync = (_, proof, _) => Task.FromResult(proof.Signature == "right" ? null : Wrong(proof.Credential)),
        },
        Account = new AccountPorts
        {
            EndAllAsync = (_, _) =>
            {
                Acts.Add("end all others");
                return Task.FromResult<GovernanceFault?>(null);
            },
            RemoveKeyAsync = (_, key, _) =>
            {
                Acts.Add($"remove {key}");
                return Task.FromResult<GovernanceFault?>(null);
            },
            CredentialsOf = _ => AccountTown.Credentials,
            EndAsync = (_, id, _) =>
            {
                Acts.Add($"end {id}");
                return Task.FromResult<GovernanceFault?>(null);
            },
            MakeAsync = (_, order, _) =>
            {
                var (verbs, systems) = (string.Join('+', order.Verbs), string.Join('+', order.Systems));
                Acts.Add($"make {order.Name} {verbs} {systems} {order.Days}");
                return Task.FromResult<Answer<ServiceTokenShown>>(
                    new ServiceTokenShown(AccountTown.Program, "pt_shown_once", ConsoleTown.Now.AddDays(order.Days)));
            },
            SignIns = (_, filter) => AccountTown.SignIns(filter),
        },
        PauseAsync = PauseAsync,
        GateAnswers = (key, digest) =>
        [
            new GateAnswerLine(
                Guid.Empty, ConsoleTown.Now, "pipeline", null, "gate", [key.System], key.Environment, [digest], null,
                Admitted: false, ["approval_missing"], 3),
        ],
        RehearseRollbackAsync = (key, version, person) =>
        {
            Acts.Add($"rehearse {key} {version} {person}");
            return Task.FromResult<GovernanceFault?>(null);
        },
        DrillAsync = (by, person, _) =>
        {
            Acts.Add($"drill {person} {by}");
            return Task.FromResult<Answer<DrillView>>(new DrillView(
                Guid.Empty, new PersonView(person, person), new PersonView(by, by), ConsoleTown.Now, "waiting",
                ConsoleTown.Now, null, "webhook: ok"));
        },
        AcknowledgeAsync = (incident, person, _) =>
        {
            Acts.Add($"acknowledge {incident} {person}");
            return Task.FromResult<GovernanceFault?>(null);
        },
        ReadContentAsync = (_, _, _, _) => Task.FromResult<Answer<DecisionContent>>(new DecisionContent("in", "out")),
        ExplainAsync = (_, _, _, _) => Task.FromResult<Answer<Explanation>>(new Explanation(
            "feature ablation", ConsoleTown.Now, [], "0.35", "0.35", [], "The same features give it again.")),
        ReceiptAsync = (_, id, _) => Task.FromResult<Answer<Receipt>>(
            new Receipt($"{id}.tlog-proof", "c2sp.org/tlog-proof@v1"u8.ToArray())),
        RetentionAsync = _ => Task.FromResult(RecordsTown.Plan),
        Schedule = Provost.Control.Retention.RetentionSchedule.Load(),
        EndOf = _ => null,
        BundleAsync = (person, _, asked, _) =>
        {
            Acts.Add($"bundle {person} {string.Join(' ', asked.Select(q => $"{q.Key}={q.Value}"))}");
            return Task.FromResult<Answer<PreparedBundle>>(Wrong("bundle"));
        },
        RecordExportAsync = (_, _, _, _) => Task.FromResult<GovernanceFault?>(null),
    };

    private Task<Answer<PauseReport>> PauseAsync(
        SystemKey system, string reason, string person, CancellationToken cancellationToken)
    {
        Acts.Add($"pause {system} {person}: {reason}");
        return Task.FromResult<Answer<PauseReport>>(new PauseReport(["gateway-1"], ["gateway-2"]));
    }

    private static GovernanceFault Wrong(string mail) => new(
        FaultKind.Unauthenticated, "provost.access.credentials", $"Mail or password is wrong for {mail}.",
        "Try again, or ask an administrator.");
}
