using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Provost.Gateway.Pipeline;
using Provost.Gateway.Routing;
using Provost.Gateway.Snapshot;
using Provost.Ledger.Payloads;
using Provost.Ledger.Records;
using Provost.Ledger.Spool;
using Provost.Testing;

namespace Provost.Gateway.Tests.Pipeline;

/// <summary>
/// A gateway in this process on a real socket, a real spool, and an upstream that says what a test wants.
/// </summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CallsUnderWay _calls;
    private readonly string _folder;
    private bool _isEnded;

    private Stage(
        WebApplication app, CallsUnderWay calls, GatewayHost gateway, FakeUpstream upstream, SnapshotPlan plan,
        string folder)
    {
        (_app, _calls, Gateway, Upstream, Plan, _folder) = (app, calls, gateway, upstream, plan, folder);
        Client = new HttpClient { BaseAddress = Address };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", plan.ClientKey);
    }

    public GatewayHost Gateway { get; }

    /// <summary>Everything that the gateway writes.</summary>
    public string Folder => _folder;

    public FakeUpstream Upstream { get; }

    public SnapshotPlan Plan { get; }

    public HttpClient Client { get; }

    public Uri Address => new(_app.Urls.First());

    public static Task<Stage> LlmAsync(string guardrails = Manifest.Guarded, Action<SnapshotPlan>? change = null) =>
        StartAsync(
            new SnapshotPlan().Add(Manifest.System() + Manifest.Llm(guardrails: guardrails), Manifest.Files), change);

    public static Task<Stage> ModelAsync(Action<SnapshotPlan>? change = null) => StartAsync(
        new SnapshotPlan().Add(Manifest.System("model", capture: "full") + Manifest.Model(), Manifest.NoFiles), change);

    public static async Task<Stage> StartAsync(
        SnapshotPlan plan, Action<SnapshotPlan>? change = null, UpstreamTimeouts? timeouts = null,
        Func<GatewayOptions, GatewayOptions>? options = null, TimeProvider? time = null)
    {
        change?.Invoke(plan);
        var folder = Directory.CreateTempSubdirectory("provost-gateway-").FullName;
        var upstream = await FakeUpstream.StartAsync();
        var providers = new Dictionary<string, ProviderSettings>
        {
            ["openai"] = new()
            {
                Dialect = "openai",
                BaseUrl = new Uri(upstream.Address, "/v1"),
                Timeouts = timeouts ?? new(),
            },
            ["scoring"] = new() { Dialect = "open-inference", BaseUrl = upstream.Address },
        };
        var places = GatewayOptions.Under(folder, "g1");
        places = places with { Spool = places.Spool with { SegmentBytes = 1 << 20, MinFreeBytes = 0 } };
        var gateway = new GatewayHost(
            options?.Invoke(places) ?? places, new PlatformSettings { Providers = providers }, plan.Trust,
            time ?? TimeProvider.System, NullLoggerFactory.Instance);
        var report = gateway.Snapshots.Take(plan.Sign());
        Assert.Null(report.Refusal);
        Assert.Empty(report.NotServed);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var calls = new CallsUnderWay();
        app.Use(calls.CountAsync);
        app.RunGateway(gateway);
        await app.StartAsync();
        return new Stage(app, calls, gateway, upstream, plan, folder);
    }

    /// <summary>Signs the plan again at the next epoch and has the gateway take it.</summary>
    public EnforcementReport Retake(Action<SnapshotPlan> change)
    {
        change(Plan);
        Plan.Epoch++;
        return Gateway.Snapshots.Take(Plan.Sign());
    }

    public Task<HttpResponseMessage> PostAsync(
        string path, string json, CancellationToken cancellationToken = default, params (string, string)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    public Task<HttpResponseMessage> ChatAsync(string json, params (string, string)[] headers) =>
        PostAsync("/v1/chat/completions", json, default, headers);

    /// <summary>Every record in the spool, in order.</summary>
    public List<JsonElement> Records() => [.. Frames().Select(f => JsonDocument.Parse(f.Record).RootElement.Clone())];

    /// <summary>
    /// Every record once no call is under way any more: a stream's outcome, or that of a client who left, comes after
    /// what the client saw.
    /// </summary>
    public async Task<List<JsonElement>> FinalRecordsAsync()
    {
        await _calls.WhenNoneAsync(TimeSpan.FromSeconds(10));
        return Records();
    }

    /// <summary>Ends the gateway, which writes what it had kept for its next minute, and gives every record.</summary>
    public async Task<List<JsonElement>> EndAsync()
    {
        _isEnded = true;
        await Gateway.DisposeAsync();
        return Records();
    }

    /// <summary>A payload of the last record, opened.</summary>
    public string Payload(PayloadField field)
    {
        var frame = Frames()[^1];
        var record = JsonDocument.Parse(frame.Record).RootElement;
        var part = frame.Parts.Single(p => p.Field == (byte)field).Bytes;
        var opener = new PayloadOpener(Gateway.Options.HourKeyFolder, SnapshotPlan.PayloadKey);
        var id = record.GetProperty(field == PayloadField.Source ? "id" : "decision").GetGuid();
        return Encoding.UTF8.GetString(opener.Open(part.Span, id, field, hmac: null));
    }

    public List<SpoolFrame> Frames() =>
        new SpoolReader(Gateway.Spool.Directory).Read(0, Gateway.Spool.DurableThrough + 1, int.MaxValue);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        if (!_isEnded)
        {
            await Gateway.DisposeAsync();
        }

        await Upstream.DisposeAsync();
        Plan.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>The calls that a stage's server has begun and not ended.</summary>
internal sealed class CallsUnderWay
{
    private readonly Lock _lock = new();
    private int _count;
    private TaskCompletionSource _none = new();

    public async Task CountAsync(HttpContext call, RequestDelegate next)
    {
        lock (_lock)
        {
            if (_count++ == 0)
                _none = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        try
        {
            await next(call);
        }
        finally
        {
            lock (_lock)
            {
                if (--_count == 0)
                    _none.SetResult();
            }
        }
    }

    /// <summary>Completes when none is under way.</summary>
    public Task WhenNoneAsync(TimeSpan within)
    {
        lock (_lock)
        {
            return _count == 0 ? Task.CompletedTask : _none.Task.WaitAsync(within);
        }
    }
}
