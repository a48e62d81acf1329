using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Provost.Control.Access;
using Provost.Control.Access.Passkeys;
using Provost.Control.Governance;
using Provost.Testing;

namespace Provost.Control.Tests.Access.Passkeys;

/// <summary>One house for all: each fact has a person of its own.</summary>
public sealed class PasskeyHouse(TestCluster cluster) : IAsyncLifetime
{
    private readonly TestDatabase _database = new(cluster);

    internal ControlHouse House { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        House = await ControlHouse.OpenAsync(await _database.ReadyAsync(CancellationToken.None));
        await House.PeopleAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await House.DisposeAsync();
        await _database.DisposeAsync();
    }
}

public sealed class PasskeyDeskTests(PasskeyHouse fixture) : IClassFixture<PasskeyHouse>, IDisposable
{
    private readonly TestAuthenticator _passkey = new();
    private readonly ControlHouse _house = fixture.House;

    public void Dispose() => _passkey.Dispose();

    /// <summary>The story of docs/people.md and docs/warrants.md over the API: a further key, two who sign, a day.
    /// </summary>
    [Fact]
    public async Task Two_persons_sign_a_passkey_in_and_a_day_later_it_approves()
    {
        var asked = (await RegisterAsync("dana")).Ok();
        Assert.Null(asked["from"]);
        (await SignAsync("ana", asked)).Ok();
        (await SignAsync("leo", asked)).Ok();
        (await _house.ApplyAsync("mia", _house.Manifest())).Ok();
        (await _house.SubmitAsync("mia")).Ok();
        Assert.Equal("provost.passkey.waits", (await ApproveAsync("dana")).Code);
        var options = (await _house.SendAsync("dana", HttpMethod.Get, "/api/people/me/passkeys")).Ok();
        Assert.Equal(_passkey.CredentialText, (string?)options["passkeys"]![0]!["credential"]);
        Assert.False((bool)options["passkeys"]![0]!["counts"]!);

        _house.Time.Advance(RosterState.KeyDelay);
        Assert.Equal("provost.approvals.signature", (await ApproveAsync("max")).Code);
        (await ApproveAsync("dana")).Ok();
        Assert.NotNull((await _house.ApproveAsync("ana")).Ok()["warrant"]);
    }

    [Fact]
    public async Task A_first_passkey_counts_at_once_and_lets_its_person_in_without_a_name()
    {
        Assert.NotNull((await RegisterAsync("pat")).Ok()["from"]);
        var entry = Enter(Proof(_house.Desks.Passkeys.Begin()));
        Assert.Equal((_house.IdOf("pat"), 0u), (entry.Value.Person.Id, entry.Value.Counter));

        var call = new DefaultHttpContext();
        Assert.Null(await _house.Desks.Identity.SignInAsync(
            call, entry.Value.Person, WayIn.Passkey, CancellationToken.None, entry.Value));
        var written = _house.Log.Entries[^1].Read<SignedInEvent>();
        Assert.Equal((WayIn.Passkey, _passkey.PublicKey.KeyId), (written.Way, written.Passkey));
        Assert.DoesNotContain(_passkey.CredentialText, _house.Log.Entries[^1].Body.GetRawText());

        HostileSignIns();
        await CountersAsync();
    }

    [Fact]
    public async Task A_passkey_of_another_address_is_not_registered()
    {
        using var elsewhere = new TestAuthenticator("https://provost.evil.example");
        var path = $"/api/people/me/keys/statement?publicKey={Uri.EscapeDataString(elsewhere.Text)}";
        Assert.Equal("provost.passkey.address", (await _house.SendAsync("sam", HttpMethod.Get, path)).Code);
        Assert.Equal(
            "provost.passkey.address",
            (await _house.SendAsync("sam", HttpMethod.Post, "/api/people/me/keys", new JsonObject
            {
                ["publicKey"] = elsewhere.Text,
                ["envelope"] = new JsonObject(),
            })).Code);
    }

    private void HostileSignIns()
    {
        var used = Proof(_house.Desks.Passkeys.Begin());
        Enter(used);
        Refused("provost.passkey.old_challenge", used);
        Refused("provost.passkey.old_challenge", Proof(Base64Url.EncodeToString(new byte[56])));
        Refused("provost.passkey.old_challenge", used with { Challenge = "x" });
        Refused("provost.passkey.old_challenge", used with { Challenge = new string('A', 5000) });

        using var restarted = _house.Furnish(_house.Database);
        Refused("provost.passkey.old_challenge", Proof(restarted.Passkeys.Begin()));

        var late = Proof(_house.Desks.Passkeys.Begin());
        _house.Time.Advance(TimeSpan.FromMinutes(2));
        Refused("provost.passkey.old_challenge", late);

        var fresh = Proof(_house.Desks.Passkeys.Begin());
        Refused("provost.passkey.unknown", fresh with { Credential = "none" });
        Refused("provost.passkey.unknown", fresh with { UserHandle = "bm9ib2R5" });
        Refused("provost.passkey.malformed", fresh with { Signature = "=" });
        Refused("provost.passkey.malformed", fresh with { ClientData = "!" });
        Refused("provost.passkey.malformed", fresh with { AuthenticatorData = "AAAA" });
        Refused("provost.passkey.signature", fresh with { Signature = "AAAA" });
        var other = Proof(_house.Desks.Passkeys.Begin());
        Refused("provost.passkey.challenge", other with { Challenge = fresh.Challenge });
        Assert.Null(Enter(fresh).Fault);

        _passkey.Flags = 0x01;
        Refused("provost.passkey.verification", Proof(_house.Desks.Passkeys.Begin()));
        (_passkey.Flags, _passkey.Origin) = (0x05, "https://localhost:7401");
        Refused("provost.passkey.origin", Proof(_house.Desks.Passkeys.Begin()));
        _passkey.Origin = "http://localhost:7401";
    }

    /// <summary>An authenticator that counts must count on; the log knows how far it was.</summary>
    private async Task CountersAsync()
    {
        _passkey.Counter = 7;
        var entry = Enter(Proof(_house.Desks.Passkeys.Begin())).Value;
        Assert.Null(await _house.Desks.Identity.SignInAsync(
            new DefaultHttpContext(), entry.Person, WayIn.Passkey, CancellationToken.None, entry));
        Refused("provost.passkey.counter", Proof(_house.Desks.Passkeys.Begin()));
        _passkey.Counter = 0;
        Refused("provost.passkey.counter", Proof(_house.Desks.Passkeys.Begin()));
        _passkey.Counter = 8;
        Assert.Equal(8u, Enter(Proof(_house.Desks.Passkeys.Begin())).Value.Counter);
    }

    private Answer<PasskeyEntry> Enter(PasskeyProof proof) => _house.Desks.Passkeys.Check(proof);

    private void Refused(string code, PasskeyProof proof) => Assert.Equal(code, Enter(proof).Fault?.Code);

    private PasskeyProof Proof(string challenge)
    {
        var (assertion, signature) = _passkey.Answer(Base64Url.DecodeFromChars(challenge));
        return new PasskeyProof(
            challenge, _passkey.CredentialText, Base64Url.EncodeToString(assertion.AuthenticatorData),
            Base64Url.EncodeToString(assertion.ClientData), Base64Url.EncodeToString(signature),
            Base64Url.EncodeToString(Encoding.UTF8.GetBytes(_house.IdOf("pat"))));
    }

    private async Task<Reply> RegisterAsync(string person)
    {
        var path = $"/api/people/me/keys/statement?publicKey={Uri.EscapeDataString(_passkey.Text)}";
        var proposal = (await _house.SendAsync(person, HttpMethod.Get, path)).Ok();
        return await _house.SendAsync(person, HttpMethod.Post, "/api/people/me/keys", new JsonObject
        {
            ["publicKey"] = _passkey.Text,
            ["envelope"] = _passkey.Sign(proposal),
        });
    }

    private Task<Reply> SignAsync(string person, JsonNode asked) => _house.SendAsync(
        person, HttpMethod.Post, $"/api/people/changes/{asked["waiting"]!["id"]}/signatures",
        new JsonObject { ["envelope"] = _house.Sign(person, asked["waiting"]!) });

    private async Task<Reply> ApproveAsync(string person)
    {
        const string At = "/api/systems/desk/releases/1.0.0";
        var proposal = await _house.SendAsync(person, HttpMethod.Get, $"{At}/approval");
        return proposal.Status != HttpStatusCode.OK
            ? proposal
            : await _house.SendAsync(person, HttpMethod.Post, $"{At}/approvals", new JsonObject
            {
                ["envelope"] = _passkey.Sign(proposal.Json),
            });
    }
}
