using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Provost.Control.Access;
using Provost.Control.Access.Pipelines;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Testing;

namespace Provost.Control.Tests.Access.Pipelines;

public sealed class PipelineTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_run_on_a_protected_branch_applies_and_submits_in_the_name_of_who_answers_for_it()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var house = await OpenAsync(issuer);
        var entered = (await EnterAsync(house, issuer.Sign(FakeIssuer.Claims(house.Time.GetUtcNow())))).Ok();
        house.Hold("run", (string)entered["token"]!);
        (await house.ApplyAsync("run", house.Manifest())).Ok();
        (await house.SubmitAsync("run")).Ok();

        var entry = house.Log.Entries.Last(e => e.Verb == ReleaseSubmitted.Verb);
        Assert.Equal((AutomationGrant.Pipeline, house.IdOf("mia")), (entry.Actor.Kind, entry.OnBehalf));
        Assert.Equal("provost.approvals.own_work", (await house.ApproveAsync("mia")).Code);
        Assert.Equal("provost.automation.scope", (await house.ApproveAsync("run")).Code);
        var proof = house.Log.Entries.Last(e => e.Verb == PipelineEntered.Verb);
        Assert.Equal("4711", proof.Read<PipelineEntered>().Run);
        Assert.DoesNotContain("octo-person", JsonSerializer.Serialize(proof));

        house.Time.Advance(PipelineState.TokenLife);
        Assert.Equal("provost.login.needed", (await house.SendAsync("run", HttpMethod.Get, "/api/whoami")).Code);
    }

    [Theory]
    [InlineData("none", "algorithm")]
    [InlineData("hs256", "algorithm")]
    [InlineData("forged", "signature")]
    [InlineData("tampered", "signature")]
    [InlineData("key", "key")]
    [InlineData("text", "malformed")]
    [InlineData("crit", "malformed")]
    [InlineData("iss", "not_trusted")]
    [InlineData("aud", "audience")]
    [InlineData("repository", "repository")]
    [InlineData("workflow", "workflow")]
    [InlineData("ref", "ref")]
    [InlineData("pull", "ref")]
    [InlineData("unprotected", "unprotected")]
    [InlineData("unsaid", "unprotected")]
    [InlineData("sub", "subject")]
    [InlineData("expired", "expired")]
    [InlineData("endless", "expired")]
    [InlineData("stale", "expired")]
    [InlineData("future", "not_yet")]
    [InlineData("notbefore", "not_yet")]
    public async Task A_token_that_proves_something_else_is_refused_with_its_code(string fault, string code)
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var house = await OpenAsync(issuer);
        var refused = await EnterAsync(house, Hostile(issuer, fault, house.Time.GetUtcNow()));
        Assert.Equal($"provost.pipelines.{code}", refused.Code);
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Empty(house.Log.State.Roster.Automations);
        await house.Desks.SignIns.FlushAsync(default);
        Assert.Equal(
            $"provost.pipelines.{code}",
            Assert.Single(house.Log.Entries, e => e.Verb == "sign_in_failed").Read<SignInFailed>().Code);
    }

    [Fact]
    public async Task Clocks_may_differ_by_a_minute_and_P256_signs_too()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var house = await OpenAsync(issuer);
        var now = house.Time.GetUtcNow();
        var late = FakeIssuer.Claims(now);
        late["exp"] = now.AddSeconds(-59).ToUnixTimeSeconds();
        (await EnterAsync(house, issuer.SignEs256(late))).Ok();
        var early = FakeIssuer.Claims(now.AddSeconds(59));
        (await EnterAsync(house, issuer.Sign(early))).Ok();
    }

    [Fact]
    public async Task A_rotated_key_is_asked_for_once_and_made_up_ids_do_not_make_the_server_ask()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var house = await OpenAsync(issuer);
        (await EnterAsync(house, issuer.Sign(FakeIssuer.Claims(house.Time.GetUtcNow())))).Ok();
        (await EnterAsync(house, issuer.Sign(FakeIssuer.Claims(house.Time.GetUtcNow())))).Ok();
        Assert.Equal(1, issuer.Asked);

        issuer.Rotate();
        var rotated = issuer.Sign(FakeIssuer.Claims(house.Time.GetUtcNow()));
        Assert.Equal("provost.pipelines.key", (await EnterAsync(house, rotated)).Code);
        Assert.Equal(1, issuer.Asked);
        house.Time.Advance(IssuerKeys.Pause);
        (await EnterAsync(house, rotated)).Ok();
        (await EnterAsync(house, issuer.Sign(FakeIssuer.Claims(house.Time.GetUtcNow())))).Ok();
        Assert.Equal(2, issuer.Asked);
    }

    [Fact]
    public async Task A_token_is_good_once_however_its_signature_is_written()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var house = await OpenAsync(issuer);
        var token = issuer.Sign(FakeIssuer.Claims(house.Time.GetUtcNow()));
        (await EnterAsync(house, token)).Ok();
        Assert.Equal("provost.pipelines.used", (await EnterAsync(house, token)).Code);
        Assert.Equal("provost.pipelines.used", (await EnterAsync(house, token + "==")).Code);
        house.Time.Advance(TimeSpan.FromMinutes(11) - TimeSpan.FromSeconds(1));
        Assert.Equal("provost.pipelines.used", (await EnterAsync(house, token)).Code);
        (await EnterAsync(house, issuer.Sign(FakeIssuer.Claims(house.Time.GetUtcNow())))).Ok();

        house.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal("provost.pipelines.expired", (await EnterAsync(house, token)).Code);
        (await EnterAsync(house, issuer.Sign(FakeIssuer.Claims(house.Time.GetUtcNow())))).Ok();
        Assert.Single(house.Log.State.Roster.Pipelines.Used);
    }

    [Fact]
    public async Task While_the_issuers_keys_cannot_be_had_nobody_is_believed()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var house = await OpenAsync(issuer);
        issuer.IsAway = true;
        var token = issuer.Sign(FakeIssuer.Claims(house.Time.GetUtcNow()));
        var away = await EnterAsync(house, token);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "provost.pipelines.issuer_away"), (away.Status, away.Code));
        issuer.IsAway = false;
        house.Time.Advance(IssuerKeys.Pause);
        (await EnterAsync(house, token)).Ok();
    }

    [Fact]
    public async Task An_issuer_that_the_platform_does_not_list_is_not_even_asked()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var house = await OpenAsync(issuer, new Uri("https://elsewhere.example"));
        var away = await EnterAsync(house, issuer.Sign(FakeIssuer.Claims(house.Time.GetUtcNow())));
        Assert.Equal("provost.pipelines.issuer_away", away.Code);
        Assert.Equal(0, issuer.Asked);
    }

    [Fact]
    public async Task A_trust_is_signed_by_two_others_and_ends_at_once_with_what_runs_under_it()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var house = await ControlHouse.OpenAsync(
            await database.ReadyAsync(CancellationToken.None), issuers: [issuer.Address]);
        await house.PeopleAsync();
        Assert.Equal(
            "provost.people.may_not_ask",
            (await house.SendAsync("dana", HttpMethod.Post, "/api/people/pipelines", Trust(house, issuer))).Code);
        var asked = await house.SendAsync("pat", HttpMethod.Post, "/api/people/pipelines", Trust(house, issuer));
        Assert.Equal(HttpStatusCode.Accepted, asked.Status);
        var token = issuer.Sign(FakeIssuer.Claims(house.Time.GetUtcNow()));
        Assert.Equal("provost.pipelines.not_trusted", (await EnterAsync(house, token)).Code);
        await SignAsync(house, asked.Json["waiting"]!, "ana");
        Assert.Equal("provost.pipelines.not_trusted", (await EnterAsync(house, token)).Code);
        await SignAsync(house, asked.Json["waiting"]!, "leo");

        house.Hold("run", (string)(await EnterAsync(house, token)).Ok()["token"]!);
        (await house.SendAsync("run", HttpMethod.Get, "/api/whoami")).Ok();
        var listed = (await house.SendAsync("sam", HttpMethod.Get, "/api/people/pipelines?system=desk")).Ok();
        var trust = (string)Assert.Single(listed["items"]!.AsArray())!["trust"]!;
        Assert.Equal(
            "provost.people.may_not_ask",
            (await house.SendAsync("sam", HttpMethod.Delete, $"/api/people/pipelines/{trust}")).Code);
        (await house.SendAsync("mia", HttpMethod.Delete, $"/api/people/pipelines/{trust}")).Ok();
        Assert.Equal("provost.login.needed", (await house.SendAsync("run", HttpMethod.Get, "/api/whoami")).Code);
        Assert.Equal("provost.pipelines.not_trusted", (await EnterAsync(house, token)).Code);
    }

    [Theory]
    [InlineData("keys", "http://keys.example/jwks")]
    [InlineData("issuer", "acme")]
    [InlineData("audience", "")]
    [InlineData("repository", "acme/*")]
    [InlineData("workflow", "acme/refunds/x.yml@refs/heads/main")]
    [InlineData("ref", "refs/heads/*/main")]
    [InlineData("ref", "*")]
    [InlineData("ref", "refs/pull/7/merge")]
    [InlineData("subject", "*")]
    [InlineData("system", "*")]
    public async Task A_trust_that_is_too_wide_is_refused_with_its_field(string field, string value)
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        var trust = Trust(house, issuer);
        trust[field] = value;
        var refused = await house.SendAsync("pat", HttpMethod.Post, "/api/people/pipelines", trust);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.StartsWith(field, (string)refused.Json["errors"]![0]!["path"]!);
    }

    [Fact]
    public void GitLabs_names_say_the_same()
    {
        var token = SignedToken.Read(FakeIssuer.Compact(
            new JsonObject { ["alg"] = "RS256" },
            new JsonObject
            {
                ["project_path"] = "acme/refunds",
                ["ref"] = "v1.2",
                ["ref_type"] = "tag",
                ["ref_protected"] = "true",
                ["ci_config_ref_uri"] = "gitlab.com/acme/refunds//.gitlab-ci.yml@refs/tags/v1.2",
                ["pipeline_id"] = "8",
                ["sub"] = "project_path:acme/refunds:ref_type:tag:ref:v1.2",
            },
            _ => []));
        var claims = PipelineClaims.Of(token.Value);
        Assert.Equal("refs/tags/v1.2", claims.Ref);
        Assert.Equal("gitlab.com/acme/refunds//.gitlab-ci.yml", claims.Workflow);
        Assert.Equal(("acme/refunds", true, "8"), (claims.Repository, claims.IsProtected, claims.Run));
        Assert.True(PipelineClaims.Fits("refs/tags/v*", claims.Ref));
        Assert.False(PipelineClaims.Fits("refs/tags/v", claims.Ref));
    }

    private static string Hostile(FakeIssuer issuer, string fault, DateTimeOffset now)
    {
        var claims = FakeIssuer.Claims(now);
        switch (fault)
        {
            case "none":
                return FakeIssuer.Compact(new JsonObject { ["alg"] = "none" }, claims, _ => []);
            case "hs256":
                return issuer.SignWithPublicKey(claims);
            case "forged":
                return issuer.Forge(claims);
            case "tampered":
                var parts = issuer.Sign(claims).Split('.');
                claims["repository"] = "evil/refunds";
                return $"{parts[0]}.{FakeIssuer.Compact([], claims, _ => []).Split('.')[1]}.{parts[2]}";
            case "key":
                return FakeIssuer.Compact(
                    new JsonObject { ["alg"] = "RS256", ["kid"] = "made-up" }, claims, _ => [1]);
            case "crit":
                return FakeIssuer.Compact(
                    new JsonObject { ["alg"] = "RS256", ["crit"] = new JsonArray("b64") }, claims, _ => [1]);
            case "text":
                return "not.a-token";
        }

        var (name, value) = fault switch
        {
            "iss" => ("iss", (JsonNode)(FakeIssuer.Issuer + "/")),
            "aud" => ("aud", new JsonArray("https://github.com/acme")),
            "repository" => ("repository", "acme/refunds-fork"),
            "workflow" => ("workflow_ref", "acme/refunds/.github/workflows/other.yml@refs/heads/main"),
            "ref" => ("ref", "refs/heads/main2"),
            "pull" => ("ref", "refs/pull/7/merge"),
            "unprotected" => ("ref_protected", "false"),
            "unsaid" => ("ref_protected", 1),
            "sub" => ("sub", "repo:other/refunds:ref:refs/heads/main"),
            "expired" => ("exp", now.AddSeconds(-61).ToUnixTimeSeconds()),
            "endless" => ("exp", "never"),
            "stale" => ("iat", now.AddHours(-2).ToUnixTimeSeconds()),
            "future" => ("iat", now.AddSeconds(62).ToUnixTimeSeconds()),
            "notbefore" => ("nbf", now.AddSeconds(62).ToUnixTimeSeconds()),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        claims[name] = value;
        return issuer.Sign(claims);
    }

    private async Task<ControlHouse> OpenAsync(FakeIssuer issuer, Uri? allowed = null)
    {
        var house = await ControlHouse.OpenAsync(
            await database.ReadyAsync(CancellationToken.None), issuers: [allowed ?? issuer.Address]);
        await house.PeopleAsync();
        var asked = (await house.SendAsync("pat", HttpMethod.Post, "/api/people/pipelines", Trust(house, issuer))).Ok();
        await SignAsync(house, asked["waiting"]!, "ana");
        await SignAsync(house, asked["waiting"]!, "leo");
        return house;
    }

    private static JsonObject Trust(ControlHouse house, FakeIssuer issuer) => new()
    {
        ["person"] = house.IdOf("mia"),
        ["issuer"] = FakeIssuer.Issuer,
        ["keys"] = issuer.Address.ToString(),
        ["audience"] = FakeIssuer.Audience,
        ["repository"] = FakeIssuer.Repository,
        ["workflow"] = FakeIssuer.Workflow,
        ["ref"] = "refs/heads/main",
        ["subject"] = $"repo:{FakeIssuer.Repository}:*",
        ["system"] = "desk",
        ["verbs"] = new JsonArray("plan", "apply", "submit"),
    };

    private static async Task SignAsync(ControlHouse house, JsonNode waiting, string person) =>
        (await house.SendAsync(
            person, HttpMethod.Post, $"/api/people/changes/{waiting["id"]}/signatures",
            new JsonObject { ["envelope"] = house.Sign(person, waiting) })).Ok();

    private static Task<Reply> EnterAsync(ControlHouse house, string token) => house.SendAsync(
        null, HttpMethod.Post, "/api/sessions/ci", new JsonObject { ["token"] = token, ["system"] = "desk" });
}
