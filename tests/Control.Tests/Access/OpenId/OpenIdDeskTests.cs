using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging.Abstractions;
using Provost.Control.Access;
using Provost.Control.Access.OpenId;
using Provost.Control.Access.Pipelines;
using Provost.Control.Governance;
using Provost.Control.Tests.Access.Pipelines;
using Provost.Gateway.Routing;
using Provost.Testing;

namespace Provost.Control.Tests.Access.OpenId;

public sealed class OpenIdDeskTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly Uri Redirect = new("https://console.example/signin/oidc");

    [Fact]
    public async Task The_first_sign_in_links_by_the_verified_address_and_later_ones_go_by_the_identity()
    {
        await using var stage = await StartAsync();
        var first = await stage.SignInAsync(c => c["sub"] = "subject-1");
        Assert.Equal(stage.House.IdOf("dana"), first.Value.Person.Id);
        Assert.Equal("/systems?x=1", first.Value.To);
        Assert.Single(stage.House.Log.Entries, e => e.Verb == IdentityLinked.Verb);
        Assert.DoesNotContain("subject-1", System.Text.Json.JsonSerializer.Serialize(
            stage.House.Log.Entries.Last(e => e.Verb == IdentityLinked.Verb)));

        var renamed = await stage.SignInAsync(c =>
        {
            c["sub"] = "subject-1";
            c["email"] = stage.House.MailOf("leo");
            c["email_verified"] = false;
        });
        Assert.Equal(stage.House.IdOf("dana"), renamed.Value.Person.Id);
        Assert.Equal(
            "provost.openid.other_identity", (await stage.SignInAsync(c => c["sub"] = "subject-2")).Fault?.Code);
        Assert.Single(stage.House.Log.Entries, e => e.Verb == IdentityLinked.Verb);

        (await stage.House.SendAsync(
            "pat", HttpMethod.Post, $"/api/people/{stage.House.IdOf("dana")}/changes",
            new JsonObject { ["change"] = "deactivated" })).Ok();
        Assert.Equal("provost.openid.nobody", (await stage.SignInAsync(c => c["sub"] = "subject-1")).Fault?.Code);
    }

    [Theory]
    [InlineData("nonce", "token")]
    [InlineData("nononce", "token")]
    [InlineData("aud", "token")]
    [InlineData("audiences", "token")]
    [InlineData("azp", "token")]
    [InlineData("iss", "token")]
    [InlineData("expired", "token")]
    [InlineData("old", "token")]
    [InlineData("sub", "token")]
    [InlineData("none", "token")]
    [InlineData("forged", "token")]
    [InlineData("unverified", "mail_unverified")]
    [InlineData("verifiedtext", "mail_unverified")]
    [InlineData("stranger", "nobody")]
    [InlineData("away", "away")]
    public async Task A_token_that_proves_something_else_lets_nobody_in(string fault, string code)
    {
        await using var stage = await StartAsync();
        var now = stage.House.Time.GetUtcNow();
        stage.Sign = fault switch
        {
            "none" => claims => FakeIssuer.Compact(new JsonObject { ["alg"] = "none" }, claims, _ => []),
            "forged" => stage.Issuer.Forge,
            "away" => _ => null,
            _ => stage.Sign,
        };
        var refused = await stage.SignInAsync(claims =>
        {
            var (name, value) = fault switch
            {
                "nonce" => ("nonce", (JsonNode?)"another"),
                "nononce" => ("nonce", null),
                "aud" => ("aud", "other-client"),
                "audiences" => ("aud", new JsonArray("provost", "other-client")),
                "azp" => ("azp", "other-client"),
                "iss" => ("iss", "https://evil.example"),
                "expired" => ("exp", now.AddSeconds(-61).ToUnixTimeSeconds()),
                "old" => ("iat", now.AddMinutes(-11).ToUnixTimeSeconds()),
                "sub" => ("sub", ""),
                "unverified" => ("email_verified", false),
                "verifiedtext" => ("email_verified", "true"),
                "stranger" => ("email", "nobody@acme.example"),
                _ => ("x", "y"),
            };
            claims[name] = value;
        });
        Assert.Equal($"provost.openid.{code}", refused.Fault?.Code);
        Assert.DoesNotContain(stage.House.Log.Entries, e => e.Verb == IdentityLinked.Verb);
    }

    [Fact]
    public async Task An_answer_is_good_once_in_the_browser_that_began_and_for_ten_minutes()
    {
        await using var stage = await StartAsync();
        var (state, secret) = stage.Begin();
        Assert.Equal("provost.openid.state", (await stage.FinishAsync(state, null)).Fault?.Code);
        Assert.Equal("provost.openid.state", (await stage.FinishAsync(state, SecretText.NewSecret())).Fault?.Code);
        Assert.Equal("provost.openid.state", (await stage.FinishAsync("made-up", secret)).Fault?.Code);
        Assert.Null((await stage.FinishAsync(state, secret)).Fault);
        Assert.Equal("provost.openid.state", (await stage.FinishAsync(state, secret)).Fault?.Code);

        var (late, other) = stage.Begin();
        stage.House.Time.Advance(OpenIdDesk.Life);
        Assert.Equal("provost.openid.state", (await stage.FinishAsync(late, other)).Fault?.Code);
    }

    [Fact]
    public async Task Whoever_begins_a_thousand_and_ends_none_keeps_nobody_out()
    {
        await using var stage = await StartAsync();
        var (first, old) = stage.Begin();
        stage.House.Time.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 1000; i++)
            stage.Begin();

        Assert.Equal("provost.openid.state", (await stage.FinishAsync(first, old)).Fault?.Code);
        Assert.Null((await stage.SignInAsync(_ => { })).Fault);
    }

    [Fact]
    public async Task The_code_is_changed_with_the_verifier_whose_digest_went_out_first()
    {
        await using var stage = await StartAsync();
        Assert.Null((await stage.SignInAsync(_ => { })).Fault);
        var form = stage.Issuer.Form!;
        Assert.Equal(
            stage.Sent["code_challenge"].ToString(),
            Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))));
        Assert.Equal("S256", stage.Sent["code_challenge_method"].ToString());
        Assert.Equal("the-code", form["code"].ToString());
        Assert.Equal(Redirect.ToString(), form["redirect_uri"].ToString());
        Assert.False(form.ContainsKey("client_secret"));
    }

    [Fact]
    public void The_fold_links_a_person_by_their_own_act_alone_and_an_identity_once()
    {
        using var town = Governance.GovernanceTown.Peopled();
        Assert.Equal("provost.people.unknown", town.Code(Link("pat", "dana", "i1")));
        town.Give(Link("dana", "dana", "i1"));
        Assert.Equal("provost.openid.other_identity", town.Code(Link("sam", "sam", "i1")));
        Assert.Equal("provost.openid.other_identity", town.Code(Link("dana", "dana", "i2")));

        static GovernanceDraft Link(string actor, string person, string identity) => GovernanceDraft.Of(
            Actor.Person(actor), person, new IdentityLinked { Person = person, Identity = identity });
    }

    private async Task<Stage> StartAsync()
    {
        var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        return new Stage(house, await FakeIssuer.StartAsync());
    }

    /// <summary>A house and a provider whose tokens a test bends.</summary>
    private sealed class Stage : IAsyncDisposable
    {
        private readonly OpenIdDesk _desk;
        private readonly HttpMessageInvoker _http;
        private readonly string _secretFile = Path.GetTempFileName();

        public Stage(ControlHouse house, FakeIssuer issuer)
        {
            (House, Issuer, Sign) = (house, issuer, issuer.Sign);
            File.WriteAllText(_secretFile, "a secret of the client");
            _http = new EgressResolver([issuer.Address]).CreateInvoker(TimeSpan.FromSeconds(5));
            var settings = new OpenIdSettings
            {
                Name = "Acme",
                Issuer = FakeIssuer.Issuer,
                Authorization = new Uri("https://sso.example/authorize"),
                Token = new Uri(issuer.Address, "/token"),
                Keys = issuer.Address,
                ClientId = "provost",
                ClientSecret = $"file:{_secretFile}",
            };
            _desk = new OpenIdDesk(
                settings, house.Log, house.Desks.Directory, _http, new IssuerKeys(_http, house.Time), house.Time,
                NullLogger<OpenIdDesk>.Instance);
        }

        public ControlHouse House { get; }

        public FakeIssuer Issuer { get; }

        public Func<JsonObject, string?> Sign { get; set; }

        /// <summary>What the browser was sent away with.</summary>
        public Dictionary<string, Microsoft.Extensions.Primitives.StringValues> Sent { get; private set; } = [];

        public (string State, string Secret) Begin()
        {
            var begun = _desk.Begin("/systems?x=1", Redirect);
            Sent = QueryHelpers.ParseQuery(begun.Address.Query);
            return (Sent["state"].ToString(), begun.Secret);
        }

        public Task<Answer<OpenIdArrival>> FinishAsync(string state, string? secret) =>
            FinishAsync(state, secret, _ => { });

        public async Task<Answer<OpenIdArrival>> SignInAsync(Action<JsonObject> bend)
        {
            var (state, secret) = Begin();
            return await FinishAsync(state, secret, bend);
        }

        public async ValueTask DisposeAsync()
        {
            _http.Dispose();
            await Issuer.DisposeAsync();
            await House.DisposeAsync();
            File.Delete(_secretFile);
        }

        private async Task<Answer<OpenIdArrival>> FinishAsync(string state, string? secret, Action<JsonObject> bend)
        {
            var now = House.Time.GetUtcNow();
            var claims = new JsonObject
            {
                ["iss"] = FakeIssuer.Issuer,
                ["aud"] = "provost",
                ["sub"] = "subject-1",
                ["nonce"] = Sent["nonce"].ToString(),
                ["email"] = House.MailOf("dana"),
                ["email_verified"] = true,
                ["iat"] = now.ToUnixTimeSeconds(),
                ["exp"] = now.AddMinutes(10).ToUnixTimeSeconds(),
            };
            bend(claims);
            Issuer.IdToken = Sign(claims);
            return await _desk.FinishAsync(state, "the-code", secret, CancellationToken.None);
        }
    }
}
