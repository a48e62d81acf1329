using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Provost.Control.Custody;
using Provost.Control.Decisions;
using Provost.Control.Evaluations;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Storage;
using Provost.Gateway.Manifests;
using Provost.Gateway.Routing;
using Provost.Gateway.Snapshot;
using Provost.Ledger.Statements;
using Provost.Testing;

namespace Provost.Control.Tests;

/// <summary>
/// A whole control plane behind its real API: a governance log whose journal is a list, keys and blobs on disk, real
/// PostgreSQL, and a real snapshot holder as the one enforcement point.
/// </summary>
internal sealed partial class ControlHouse : IAsyncDisposable
{
    public const string Password = "correct horse battery";

    /// <summary>Made once: RSA keys take long.</summary>
    private static readonly Lazy<string> PayloadKey = new(() =>
    {
        using var key = RSA.Create(3072);
        return key.ExportPkcs8PrivateKeyPem();
    });

    private readonly string _folder = Directory.CreateTempSubdirectory("provost-house-").FullName;
    private readonly SignerKeys _keys;
    private readonly Signer _signer;
    private long _signedEpoch = -1;
    private readonly WebApplication _app;
    private readonly Dictionary<string, string> _tokens = [];
    private readonly Dictionary<string, Ed25519PrivateKey> _signing = [];
    private readonly IReadOnlyList<Uri> _issuers;
    private long _epoch;
    private HouseVault? _vault;

    private ControlHouse(
        Database database, string origin, IReadOnlyList<GovernanceEntry> past, IReadOnlyList<Uri> issuers)
    {
        _issuers = issuers;
        Database = database;
        Written = [.. past];
        Log = new GovernanceLog(past, Journal, Time, NullLogger<GovernanceLog>.Instance);
        _keys = SignerKeys.Open(Path.Combine(_folder, "keys"), isFounded: false);
        _signer = new Signer(
            _keys, () => Log.State, new BlobStore(Path.Combine(_folder, "blobs")).FindAsync,
            new EpochMark(() => _signedEpoch, epoch => _signedEpoch = epoch), isApart: false, Time);
        GenesisCeremony.FoundAsync(
            Log, _signer, new GenesisRequest("acme.example", origin, "C0", Vault.PublicKey), CancellationToken.None)
            .GetAwaiter().GetResult();
        var genesis = Log.State.Founded;
        Holder = new SnapshotHolder(
            new SnapshotTrust
            {
                Org = "acme.example",
                Origin = origin,
                SnapshotKeys = [genesis.SnapshotKey],
                WarrantKeys = [genesis.WarrantKey],
            },
            Path.Combine(_folder, "snapshot"), new EpochMark(() => _epoch, epoch => _epoch = epoch), Time,
            NullLogger<SnapshotHolder>.Instance);
        Desks = Furnish(database);
        _app = Build(Desks, database);
    }

    public ManualTime Time { get; } = new();

    public static string PayloadKeyPem => PayloadKey.Value;

    /// <summary>Its payloads.</summary>
    public HouseVault Vault => _vault ??= new HouseVault(PayloadKey.Value, Time);

    public Database Database { get; }

    public GovernanceLog Log { get; }

    public ControlDesks Desks { get; }

    public SnapshotHolder Holder { get; }

    public List<GovernanceEntry> Written { get; }

    /// <summary>What the gateway answers to a rehearsal's call.</summary>
    public Replayer Replay { get; set; } = (_, _) => throw new IOException("nobody plays the gateway");

    /// <summary>What the scorer answers when it is asked once more.</summary>
    public Func<ReleaseModel, JsonElement, Rescored> Rescore { get; set; } = (_, _) => new Rescored(null, "Away.");

    /// <summary>What is kept of each decision; null for nothing.</summary>
    public Control.Why.ContentView? Content { get; set; }

    public Uri Address { get; private set; } = new("http://unset");

    /// <param name="database">Its database.</param>
    /// <param name="origin">Of its log.</param>
    /// <param name="issuers">Where keys of pipelines' issuers may be asked for.</param>
    public static async Task<ControlHouse> OpenAsync(
        Database database, string origin = "acme.example/test", params IReadOnlyList<Uri> issuers)
    {
        var house = new ControlHouse(database, origin, [], issuers);
        await house._app.StartAsync();
        house.Address = new Uri(house._app.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.First());
        return house;
    }

    /// <summary>The same house as it is while this database serves it.</summary>
    public ControlDesks Furnish(Database database) => new(new ControlParts
    {
        Log = Log,
        Signer = _signer,
        Blobs = new BlobStore(Path.Combine(_folder, "blobs")),
        Database = database,
        Time = Time,
        Loggers = NullLoggerFactory.Instance,
        Registry = new RegistryOptions { Providers = ["openai"] },
        Points = [new EnforcementPoint("gateway", Holder.Take, Holder.Tighten)],
        Checkpoint = () => null,
        Committed = () => 0,
        Rescore = (model, inputs, _) => Task.FromResult(Rescore(model, inputs)),
        Replay = (call, stop) => Replay(call, stop),
        Judge = (question, _) => Task.FromResult(Judge(question)),
        Signals = _ => null,
        PasswordIterations = 100, // the tests' time, not their subject
        Issuers = new EgressResolver(_issuers).CreateInvoker(TimeSpan.FromSeconds(5)),
        Content = (_, _) => Task.FromResult(Content),
        Vault = Vault.Parts,
    });

    /// <summary>The administrator pat; dana and sam who own, mia who writes, ana and max who approve, leo of
    /// compliance. Each mail is unique to this house, since its database is shared by a test class.</summary>
    public async Task PeopleAsync()
    {
        await SetUpAsync();
        foreach (var (person, roles) in new (string, string[])[]
        {
            ("dana", []), ("sam", ["on-call"]), ("mia", []), ("leo", ["compliance"]), ("ana", ["approver"]),
            ("max", ["approver"]),
        })
        {
            await JoinAsync(person, roles);
        }
    }

    /// <summary>The administrator pat alone.</summary>
    public async Task SetUpAsync()
    {
        var answer = await SendAsync(null, HttpMethod.Post, "/api/setup", new JsonObject
        {
            ["code"] = Desks.SetupCode.Text,
            ["name"] = "Pat Quinn",
            ["mail"] = MailOf("pat"),
            ["password"] = Password,
        });
        _tokens["pat"] = (string)answer.Ok()["token"]!;
    }

    public string MailOf(string person) => $"{person}.{_folder[^6..].ToLowerInvariant()}@acme.example";

    public string IdOf(string person) =>
        Desks.Directory.ByMailAsync(MailOf(person), CancellationToken.None).GetAwaiter().GetResult()!.Id;

    public Ed25519PrivateKey KeyOf(string person) => _signing[person];

    public async Task JoinAsync(string person, params string[] roles)
    {
        var invited = await SendAsync("pat", HttpMethod.Post, "/api/people", new JsonObject
        {
            ["name"] = person,
            ["mail"] = MailOf(person),
            ["roles"] = new JsonArray([.. roles.Select(r => (JsonNode)r)]),
        });
        var accepted = await SendAsync(null, HttpMethod.Post, "/api/invitations/accept", new JsonObject
        {
            ["invite"] = (string)invited.Ok()["invite"]!,
            ["password"] = Password,
        });
        _tokens[person] = (string)accepted.Ok()["token"]!;
        var key = _signing[person] = Ed25519PrivateKey.Generate();
        var text = Convert.ToBase64String(key.PublicKey.Bytes);
        var proposal = (await SendAsync(
            person, HttpMethod.Get, $"/api/people/me/keys/statement?publicKey={Uri.EscapeDataString(text)}")).Ok();
        (await SendAsync(person, HttpMethod.Post, "/api/people/me/keys", new JsonObject
        {
            ["publicKey"] = text,
            ["envelope"] = Sign(person, proposal),
        })).Ok();
    }

    /// <summary>Has a token at hand under a name of its own.</summary>
    public void Hold(string name, string token) => _tokens[name] = token;

    public string BlobPath(string digest) =>
        Path.Combine(_folder, "blobs", "sha256", digest["sha256:".Length..][..2], digest["sha256:".Length..][2..]);

    /// <summary>A manifest of the system <c>desk</c> and one release.</summary>
    public string Manifest(
        string version = "1.0.0", string purpose = "Answers questions.", string environment = "production") =>
        $$"""
        apiVersion: provost/v1
        kind: System
        metadata: { name: desk, unit: care }
        spec:
          kind: llm
          purpose: {{purpose}}
          environments: [{{environment}}]
          owners: { business: {{MailOf("dana")}}, technical: {{MailOf("sam")}} }
          intake:
            population: Customers
            exposure: 1000 USD
            dataClasses: [public]
            autonomy: answers
            annexIII: none
          retention: { class: answers, keep: 24mo, capture: redacted }
          failMode: closed
        ---
        apiVersion: provost/v1
        kind: Release
        metadata: { system: desk, version: {{version}} }
        spec:
          model: { provider: openai, name: gpt-test, parameters: { temperature: 0.2 } }
          prompt: { file: prompt.md, bind: verify }
          tools: []
          guardrails:
            input: [ { id: pii, action: redact } ]
            output: [ { id: pii, action: redact } ]
          thresholds:
            latency: { over: 2s, rate: 0.05 }
          fallback: { answer: Later. }
          onBreach: [ { signal: latency, do: [ page ] } ]
          approval: { expires: 90d }
        """;

    public async Task<Reply> ApplyAsync(string person, string manifest, string prompt = "You answer.\n")
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(prompt);
        var digest = Digest.Of(bytes);
        using var content = new ByteArrayContent(bytes);
        (await SendAsync(person, HttpMethod.Put, $"/api/blobs/{digest}", content)).Ok();
        return await SendAsync(person, HttpMethod.Post, "/api/apply", new JsonObject
        {
            ["file"] = "provost.yaml",
            ["manifest"] = manifest,
            ["files"] = new JsonObject { ["prompt.md"] = digest },
        });
    }

    public Task<Reply> SubmitAsync(string person, string version = "1.0.0") => SendAsync(
        person, HttpMethod.Post, $"/api/systems/desk/releases/{version}/submit",
        new JsonObject { ["environment"] = "production" });

    public async Task<Reply> ApproveAsync(
        string person, string version = "1.0.0", string? signer = null, string digestFrom = "server",
        string with = "")
    {
        var at = $"/api/systems/desk/releases/{version}";
        var proposal = await SendAsync(
            person, HttpMethod.Get, $"{at}/approval?environment=production&digestFrom={digestFrom}{with}");
        return proposal.Status != HttpStatusCode.OK
            ? proposal
            : await SendAsync(person, HttpMethod.Post, $"{at}/approvals", new JsonObject
            {
                ["environment"] = "production",
                ["envelope"] = Sign(signer ?? person, proposal.Json),
            });
    }

    /// <summary>Everything up to a warrant in force.</summary>
    public async Task WarrantAsync(string version = "1.0.0")
    {
        (await SubmitAsync("mia", version)).Ok();
        (await ApproveAsync("dana", version)).Ok();
        Assert.NotNull((await ApproveAsync("ana", version)).Ok()["warrant"]);
    }

    public JsonNode Sign(string person, JsonNode proposal) => Sign(_signing[person], proposal);

    public static JsonNode Sign(Ed25519PrivateKey key, JsonNode proposal) => JsonNode.Parse(Dsse.Write(Dsse.Sign(
        (string)proposal["payloadType"]!, Convert.FromBase64String((string)proposal["payload"]!), key)))!;

    /// <summary>The root key, as its custodians hold it in a file.</summary>
    public Ed25519PrivateKey LoadRoot() => Ed25519PrivateKey.FromSeed(
        Convert.FromBase64String(File.ReadAllText(Path.Combine(_folder, "keys", "root.key")).Trim()));

    public Task<Reply> SendAsync(string? person, HttpMethod method, string path, JsonNode? body = null) =>
        SendAsync(person, method, path, body is null ? null : JsonContent.Create(body));

    public async Task<Reply> SendAsync(
        string? person, HttpMethod method, string path, HttpContent? content, Action<HttpRequestMessage>? with = null)
    {
        using var http = new HttpClient { BaseAddress = Address };
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (person is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _tokens[person]);

        with?.Invoke(request);
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        var isFile = answer.Content.Headers.ContentType?.MediaType == "text/csv";
        return new Reply(
            answer.StatusCode,
            text.Length == 0 ? new JsonObject() : isFile ? JsonValue.Create(text) : JsonNode.Parse(text)!);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Desks.Dispose();
        Log.Dispose();
        _keys.Dispose();
        _vault?.Dispose();
        foreach (var key in _signing.Values)
            key.Dispose();

        Directory.Delete(_folder, recursive: true);
    }

    private static WebApplication Build(ControlDesks desks, Database database)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddControlApi();
        var app = builder.Build();
        app.Use(async (call, next) =>
        {
            try
            {
                await next(call);
            }
            catch (Exception fault) // the test's message is worth more than a bare 500
            {
                call.Response.StatusCode = 500;
                await call.Response.WriteAsJsonAsync(new { code = "bug", detail = fault.ToString() });
            }
        });
        app.MapControlApi(desks);
        var query = new DecisionQuery(database);
        new DecisionEndpoints(
            desks.Identity, desks.Log, query, new DecisionExport(query), new ExportDesk(desks.Log, query, () => 7))
            .Map(app);
        return app;
    }

    private Task<long> Journal(GovernanceEntry entry, CancellationToken cancellationToken)
    {
        Written.Add(entry with { Position = Written.Count, Reason = null });
        return Task.FromResult((long)Written.Count - 1);
    }
}

/// <summary>What the API answered.</summary>
internal sealed record Reply(HttpStatusCode Status, JsonNode Json)
{
    public string Code => (string?)Json["code"] ?? "";

    public JsonNode Ok()
    {
        Assert.True((int)Status is >= 200 and < 300, $"{Status}: {Json}");
        return Json;
    }
}
