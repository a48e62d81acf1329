using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Provost.Control.Incidents;
using Provost.Control.Response;
using Provost.Control.Response.Channels;
using Provost.Control.Signals;
using Provost.Gateway.Manifests;
using Provost.Testing;

namespace Provost.Control.Tests.Response;

/// <summary>
/// One system under the real loop, with what lies outside played: log, registry, gateways, people, channels. Every
/// event goes through its canonical body, as it would through the log.
/// </summary>
internal sealed class ResponseStage : IDisposable
{
    public const string Old = "sha256:0000000000000000000000000000000000000000000000000000000000000001";
    public const string New = "sha256:0000000000000000000000000000000000000000000000000000000000000002";
    private readonly List<(string Verb, byte[] Body)> _log = [];
    private ResponseLoop _loop;

    public ResponseStage(params string[] actions)
    {
        Serving = new ServingView
        {
            System = "admissions",
            Environment = "production",
            Release = New,
            LiveSince = Time.GetUtcNow().AddMinutes(-5),
            OnBreach = [new BreachRule("drift", actions), new BreachRule("latency", actions)],
            HasFallback = true,
            Latency = new LatencyThreshold(TimeSpan.FromSeconds(2), 0.05m),
            Restorable = [Old],
            Escalation =
            [
                new EscalationTarget("technical", TimeSpan.Zero, "p-sam"),
                new EscalationTarget("deputy", TimeSpan.FromMinutes(10), "p-kim"),
                new EscalationTarget("business", TimeSpan.FromMinutes(20), "p-dana"),
            ],
        };
        _loop = NewLoop();
    }

    public ManualTime Time { get; } = new();

    public FakeChannel Channel { get; } = new("fake");

    public ServingView Serving { get; set; }

    public IncidentState State { get; private set; } = IncidentState.Empty;

    public List<OrderRequest> Orders { get; } = [];

    /// <summary>What enforcement points answer; throws when null.</summary>
    public IReadOnlyList<PointReport>? Points { get; set; } = [new("gateway-1", Confirmed: true)];

    public HashSet<string> Held { get; } = [Old];

    public HashSet<string> Breaching { get; } = [];

    public HashSet<string> Inactive { get; } = [];

    public Incident Incident => State.Incidents.Values.Single();

    public IEnumerable<string> Verbs => _log.Select(e => e.Verb);

    public Task BreachAsync(string signal, string? feature = null, string release = New) => HandleAsync(
        new SignalEvent.Breach
        {
            Key = new ReleaseKey("admissions", "production", release),
            Warrant = new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
            Signal = signal,
            Feature = feature,
            At = Time.GetUtcNow(),
            Since = Time.GetUtcNow().AddMinutes(-1),
            Value = 0.3,
            Limit = 0.05,
            Rows = 150,
            LogEvidence = 17.25,
            Evidence = "45 of 150 answers took longer than 2000 ms",
        });

    public Task RecoverAsync(string signal, string? feature = null, string release = New) => HandleAsync(
        new SignalEvent.Recovery
        {
            Key = new ReleaseKey("admissions", "production", release),
            Warrant = new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
            Signal = signal,
            Feature = feature,
            At = Time.GetUtcNow(),
            Value = 0.01,
            Limit = 0.05,
            Rows = 400,
        });

    public async Task AfterAsync(TimeSpan time)
    {
        Time.Advance(time);
        await _loop.TickAsync(CancellationToken.None);
    }

    /// <summary>Ticks every few seconds, as the server does.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(5))
        {
            await AfterAsync(TimeSpan.FromSeconds(5));
        }
    }

    /// <summary>The process dies and comes back with nothing but the log.</summary>
    public void Restart()
    {
        State = _log.Aggregate(IncidentState.Empty, (state, entry) =>
        {
            using var body = JsonDocument.Parse(entry.Body);
            return state.Apply(IncidentEventJson.FromBody(entry.Verb, body.RootElement));
        });
        _loop.Dispose();
        _loop = NewLoop();
    }

    public AcknowledgePage Acknowledge => new(() => State, AppendAsync, Time);

    public static string TokenOf(PageMessage page) => page.AcknowledgeLink!.Segments[^1];

    public void Dispose() => _loop.Dispose();

    public Task AppendAsync(IncidentEvent said, CancellationToken cancellationToken)
    {
        var body = IncidentEventJson.ToBody(said);
        _log.Add((IncidentEventJson.VerbOf(said), body));
        using var json = JsonDocument.Parse(body);
        State = State.Apply(IncidentEventJson.FromBody(_log[^1].Verb, json.RootElement));
        return Task.CompletedTask;
    }

    private ResponseLoop NewLoop() => new(
        new ResponseOptions { Console = new Uri("https://provost.acme.example:7401") },
        new ResponsePorts
        {
            Incidents = () => State,
            AppendAsync = AppendAsync,
            Serving = (_, _) => Serving,
            GiveOrderAsync = GiveOrderAsync,
            ContactAsync = (person, _) => Task.FromResult(Inactive.Contains(person)
                ? null
                : new Contact(person, $"Name of {person}", $"{person}@acme.example")),
            HeldLatency = (key, _, _) => Held.Contains(key.Release),
            Verdict = key => Breaching.Contains(key.Release) ? SignalVerdict.Breach : SignalVerdict.Ok,
        },
        [Channel], Time, NullLogger<ResponseLoop>.Instance);

    private async Task HandleAsync(SignalEvent said)
    {
        await _loop.HandleAsync(said, CancellationToken.None);
        await _loop.TickAsync(CancellationToken.None);
    }

    private Task<OrderReport> GiveOrderAsync(OrderRequest order, CancellationToken cancellationToken)
    {
        Orders.Add(order);
        if (Points is null)
        {
            throw new IOException("the spool is full");
        }

        if (order.Release is { } restored)
        {
            Serving = Serving with { Release = restored, Restorable = [], LiveSince = Time.GetUtcNow() };
        }

        return Task.FromResult(new OrderReport(Guid.CreateVersion7(Time.GetUtcNow()), Points));
    }
}

/// <summary>A channel that does what the test says and remembers what it was given.</summary>
internal sealed class FakeChannel(string id) : IAlertChannel
{
    public string Id => id;

    public List<(PageMessage Page, Contact To)> Sent { get; } = [];

    /// <summary>What the next deliveries become; delivered once it is empty.</summary>
    public Queue<DeliveryOutcome> Next { get; } = new();

    /// <summary>Never answers while true.</summary>
    public bool Hangs { get; set; }

    public async Task<DeliveryOutcome> SendAsync(PageMessage page, Contact to, CancellationToken cancellationToken)
    {
        Sent.Add((page, to));
        if (Hangs)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        return Next.TryDequeue(out var outcome) ? outcome : new DeliveryOutcome.Delivered("ok");
    }
}
