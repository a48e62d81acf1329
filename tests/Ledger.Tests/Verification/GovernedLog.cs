using System.Text.Json;
using System.Text.Json.Nodes;
using Provost.Ledger.Export;
using Provost.Ledger.Statements;
using Provost.Testing;

namespace Provost.Ledger.Verification;

/// <summary>
/// A log in which a release was approved and warranted and decisions stand on it: founded by a root key, with dana who
/// owns, ana and max who approve. A test forges one of its acts by changing it before it is signed or afterwards.
/// </summary>
internal sealed partial class GovernedLog : IDisposable
{
    public const string WarrantId = "019fa5ac-0a3e-7c70-bd2f-000000000001";
    private const string Act = "https://provost.dev/act/v1";
    private const string Approval = "https://provost.dev/approval/v1";

    private static readonly string Release = Digest.Of("release"u8);
    private static readonly string Terms = Digest.Of("terms"u8);

    private readonly SampleLog _log = new(0);
    private readonly Dictionary<string, Ed25519PrivateKey> _keys = [];
    private readonly TestAuthenticator _passkey = new("https://provost.acme.example");
    private readonly DateTimeOffset _start = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);
    private readonly string _forged;
    private int _minutes;
    private JsonObject? _adopted;

    /// <param name="forged">Which act is forged, a word of the test's table; empty for an honest log.</param>
    public GovernedLog(string forged = "")
    {
        _forged = forged;
        foreach (var name in new[] { "root", "warrant", "stranger", "dana", "ana", "max" })
            _keys[name] = Ed25519PrivateKey.Generate();

        Found();
        Person("dana", "compliance");
        Person("ana", "approver");
        Person("max", forged == "no approver" ? "on-call" : "approver");
        if (forged == "deactivated")
            Change("ana", new JsonObject { ["change"] = "deactivated" }, "root");

        if (forged == "roles by one")
            Change("ana", new JsonObject { ["change"] = "roles_set", ["roles"] = new JsonArray("approver") }, "max");

        JsonNode[] approvals = [.. new[] { Approve("dana"), Approve(forged == "no approver" ? "max" : "ana") }];
        Govern("snapshot_issued", "control", "snapshot", new JsonObject
        {
            ["epoch"] = 7,
            ["payload"] = forged == "snapshot" ? Digest.Of("another"u8) : Digest.Of("snapshot"u8),
        });
        Issue(approvals);
        if (forged.StartsWith("adopted", StringComparison.Ordinal))
            Adopt();

        for (var i = 0; i < 20; i++)
            Decide();

        if (forged.StartsWith("variant", StringComparison.Ordinal))
            new VariantForge(this, forged).Vary();

        _log.Commit();
    }

    public SampleLog Log => _log;

    /// <summary>Whether ana signs with a passkey.</summary>
    private bool HasPasskey => _forged.StartsWith("passkey", StringComparison.Ordinal);

    private bool IsLowest => _forged.StartsWith("one in ", StringComparison.Ordinal);

    private string Environment => IsLowest ? _forged["one in ".Length..] : "production";

    public TrustFile Trust => _log.Trust with
    {
        Root = [_keys["root"].PublicKey],
        Warrant = [_keys["warrant"].PublicKey],
    };

    public async Task<byte[]> ExportAsync(params long[] without) => await _log.ExportAsync(_log.Request(
        Enumerable.Range(0, (int)_log.Size).Select(i => (long)i).Except(without)));

    public void Dispose()
    {
        _log.Dispose();
        _passkey.Dispose();
        foreach (var key in _keys.Values)
            key.Dispose();
    }

    private void Found()
    {
        var body = new JsonObject { ["org"] = "acme", ["root"] = _keys["root"].PublicKey.ToString() };
        var signer = _keys[_forged == "genesis" ? "stranger" : "root"];
        var bytes = CanonicalJson.From(JsonSerializer.SerializeToElement(body));
        Govern("genesis", "setup", "acme", body, Dsse.Sign("application/vnd.provost.genesis+json", bytes, signer));
    }

    private void Person(string name, string role)
    {
        var body = new JsonObject { ["person"] = name, ["roles"] = new JsonArray(role), ["bootstrap"] = true };
        var root = _forged == $"root {name}" ? "stranger" : "root";
        Govern("person_added", "pat", name, body, SignAct(name, body, root));
        var key = new JsonObject
        {
            ["change"] = "key_added",
            ["person"] = name,
            ["key"] = HasPasskey && name == "ana" ? _passkey.Text : _keys[name].PublicKey.ToString(),
        };
        Govern("roster", name, name, key, SignAct(name, key, _forged == $"key {name}" ? "stranger" : name));
    }

    private void Change(string person, JsonObject body, string signer)
    {
        body["person"] = person;
        Govern("roster", "pat", person, body, SignAct(person, body, signer));
    }

    private Envelope SignAct(string person, JsonObject body, string signer) => Sign(
        Act,
        new JsonObject
        {
            ["org"] = "acme",
            ["verb"] = "roster",
            ["object"] = person,
            ["after"] = Digest.Of(CanonicalJson.From(JsonSerializer.SerializeToElement(body))),
            ["nonce"] = "n",
        },
        [],
        signer);

    private JsonNode Approve(string person)
    {
        var says = new JsonObject
        {
            ["org"] = "acme",
            ["environment"] = Environment,
            ["system"] = _forged == "other system" ? "loans" : "refunds",
            ["release"] = Release,
            ["terms"] = Terms,
            ["tier"] = IsLowest ? "minimal" : "high",
            ["person"] = person,
            ["digestFrom"] = IsFromServer(person) ? "server" : "checkout",
        };
        var signer = _forged == "approval" && person == "ana" ? "stranger" : person;
        _passkey.Origin = _forged == "passkey elsewhere" ? "https://provost.evil.example" : _passkey.Origin;
        _passkey.Flags = _forged == "passkey unverified" ? (byte)0x01 : _passkey.Flags;
        var envelope = Sign(Approval, says, Subject(), signer);
        if (!(_forged == "unrecorded" && person == "ana"))
            Govern("approval", person, "refunds", new JsonObject { ["release"] = Release }, envelope);

        return JsonNode.Parse(Dsse.Write(envelope))!;
    }

    /// <summary>With a passkey ana's comes from the server and dana's from a checkout; forged, the other way round.
    /// </summary>
    private bool IsFromServer(string person) =>
        _forged == "no checkout" || (HasPasskey && person == "ana") != (_forged == "passkey checkout");

    private void Issue(JsonNode[] approvals)
    {
        var says = new JsonObject
        {
            ["id"] = WarrantId,
            ["org"] = "acme",
            ["environment"] = Environment,
            ["system"] = "refunds",
            ["release"] = Release,
            ["terms"] = Terms,
            ["tier"] = IsLowest ? "minimal" : "high",
            ["approvals"] = new JsonArray(_forged switch
            {
                "quorum" or "one in staging" or "one in prod-eu" => approvals[..1],
                "twice" => [approvals[0], approvals[0].DeepClone()],
                _ => approvals,
            }),
            ["owners"] = new JsonObject
            {
                ["business"] = _forged == "no owner" ? "kim" : "dana",
                ["technical"] = "sam",
            },
        };
        if (_forged.StartsWith("variant", StringComparison.Ordinal))
            VariantForge.Complete(says);

        var envelope = Sign(
            "https://provost.dev/warrant/v1", says, Subject(_forged == "subject" ? Terms : Release),
            _forged == "warrant" ? "stranger" : "warrant");
        Govern("warrant_issued", "control", WarrantId, new JsonObject { ["warrant"] = WarrantId }, envelope);
    }

    /// <summary>A week for a system of which nothing was approved, a second one, a decision under each.</summary>
    private void Adopt()
    {
        var first = Adopt(
            "019fa5ac-0a3e-7c70-bd2f-00000000000a", renews: null, days: _forged == "adopted too long" ? 31 : 7);
        DecideUnder(first);
        if (_forged == "adopted after a pause")
        {
            Govern("adoption_ended", "dana", first, new JsonObject { ["adoption"] = first });
            _minutes += 30 * 24 * 60;
        }

        var second = "019fa5ac-0a3e-7c70-bd2f-00000000000b";
        Adopt(second, _forged == "adopted anew" ? null : first, days: 14);
        if (_forged != "adopted by one")
        {
            var person = _forged == "adopted by one twice" ? "dana" : "max";
            var body = new JsonObject { ["adoption"] = second };
            Govern("adoption_confirmed", person, second, body, SignAdoption(person, second, _adopted!));
        }

        DecideUnder(second);
    }

    private string Adopt(string id, string? renews, int days)
    {
        var isNewRow = renews is not null && _forged is ("adopted in a row anew" or "adopted after a pause");
        var since = isNewRow ? _start.AddMinutes(_minutes - 1) : _start;
        var content = new JsonObject
        {
            ["id"] = id,
            ["system"] = "returns",
            ["environment"] = "production",
            ["tier"] = _forged == "adopted high" ? "high" : "limited",
            ["since"] = since.ToString("yyyy-MM-ddTHH:mm:ssZ"),
            ["until"] = since.AddDays(days).ToString("yyyy-MM-ddTHH:mm:ssZ"),
        };
        if (renews is not null)
            content["renews"] = renews;

        _adopted = content;
        var signed = SignAdoption(_forged == "adopted by a stranger" ? "stranger" : "dana", id, content);
        if (_forged == "adopted and changed")
            content["until"] = _start.AddDays(days + 1).ToString("yyyy-MM-ddTHH:mm:ssZ");

        Govern("adoption_signed", "dana", "returns", new JsonObject { ["content"] = content.DeepClone() }, signed);
        return id;
    }

    private Envelope SignAdoption(string signer, string id, JsonObject content) => Sign(
        Act,
        new JsonObject
        {
            ["org"] = "acme",
            ["verb"] = "adopt",
            ["object"] = id,
            ["after"] = Digest.Of(CanonicalJson.From(JsonSerializer.SerializeToElement(content))),
            ["nonce"] = "n",
        },
        [],
        signer);

    private void DecideUnder(string adoption) => _log.Add("sys:returns", "gateway", record: new JsonObject
    {
        ["type"] = "decision.outcome",
        ["time"] = _forged == "adopted later" ? "2026-12-20T09:00:00.000000Z" : Now(),
        ["system"] = _forged == "adopted elsewhere" ? "loans" : "returns",
        ["environment"] = "production",
        ["release"] = null,
        ["warrant"] = null,
        ["adoption"] = _forged == "adopted by nobody" ? Guid.Empty.ToString() : adoption,
        ["epoch"] = 7,
        ["snapshot"] = Digest.Of("snapshot"u8),
        ["outcome"] = "allowed",
    });

    private void Decide() => _log.Add("sys:refunds", "gateway", record: new JsonObject
    {
        ["type"] = "decision.outcome",
        ["time"] = Now(),
        ["system"] = "refunds",
        ["environment"] = _forged == "environment" ? "staging" : Environment,
        ["release"] = Release,
        ["warrant"] = WarrantId,
        ["epoch"] = _forged == "epoch" ? 8 : 7,
        ["snapshot"] = Digest.Of("snapshot"u8),
        ["outcome"] = "allowed",
    });

    private static JsonArray Subject(string? release = null) => new(
        new JsonObject
        {
            ["name"] = "release.json",
            ["digest"] = new JsonObject { ["sha256"] = (release ?? Release)["sha256:".Length..] },
        },
        new JsonObject
        {
            ["name"] = "terms.json",
            ["digest"] = new JsonObject { ["sha256"] = Terms["sha256:".Length..] },
        });

    private Envelope Sign(string type, JsonObject predicate, JsonArray subject, string signer)
    {
        var statement = new JsonObject
        {
            ["_type"] = "https://in-toto.io/Statement/v1",
            ["subject"] = subject,
            ["predicateType"] = type,
            ["predicate"] = predicate,
        };
        var envelope = new Envelope(
            "application/vnd.in-toto+json", CanonicalJson.From(JsonSerializer.SerializeToElement(statement)), []);
        return HasPasskey && signer == "ana" ? _passkey.Sign(envelope) : envelope.CountersignedBy(_keys[signer]);
    }

    private void Govern(string verb, string actor, string target, JsonObject body, Envelope? statement = null) =>
        _log.Add("gov", "control", record: new JsonObject
        {
            ["type"] = $"gov.{verb}",
            ["time"] = Now(),
            ["actor"] = new JsonObject { ["kind"] = "person", ["id"] = actor },
            ["object"] = target,
            ["body"] = body.DeepClone(),
            ["statement"] = statement is null ? null : JsonNode.Parse(Dsse.Write(statement)),
        });

    private string Now() => _start.AddMinutes(_minutes++).ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ");
}
