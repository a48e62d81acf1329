using System.Net;
using System.Text.Json.Nodes;
using Provost.Testing;

namespace Provost.Control.Tests.Gate;

/// <summary>What a pipeline is told, from the first manifest to the last pause.</summary>
public sealed class ReleaseGateTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Every_step_to_a_warrant_is_named_while_it_is_missing()
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        var digest = "sha256:" + new string('a', 64);
        Assert.Equal(["unknown_release"], Codes(await AskAsync(house, digest)));

        digest = (string)(await house.ApplyAsync("mia", house.Manifest())).Ok()["releases"]![0]!["digest"]!;
        Assert.Equal(["not_submitted"], Codes(await AskAsync(house, digest)));
        Assert.Equal(["not_registered"], Codes(await AskAsync(house, digest, "staging")));

        (await house.SubmitAsync("mia")).Ok();
        Assert.Equal(["approval_missing", "approval_missing"], Codes(await AskAsync(house, digest)));
        (await house.ApproveAsync("dana")).Ok();
        Assert.Equal(["approval_missing"], Codes(await AskAsync(house, digest)));
        (await house.ApproveAsync("ana")).Ok();

        var yes = await AskAsync(house, digest);
        Assert.True((bool)yes["admitted"]!);
        Assert.Empty(Codes(yes));
        Assert.Equal("desk", (string)yes["system"]!);
        Assert.Equal("1.0.0", (string)yes["version"]!);
        Assert.True((bool)yes["warrant"]!["isLive"]!);
        Assert.NotNull(yes["warrant"]!["envelope"]!["signatures"]);
    }

    [Fact]
    public async Task A_paused_system_admits_nothing_and_all_reasons_are_told_at_once()
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        var digest = await WarrantedAsync(house);
        (await house.SendAsync("sam", HttpMethod.Post, "/api/systems/desk/orders", new JsonObject
        {
            ["environment"] = "production",
            ["kind"] = "pause",
            ["reason"] = "Asked to.",
        })).Ok();
        Assert.Equal(["suspended"], Codes(await AskAsync(house, digest)));

        var next = (string)(await house.ApplyAsync("mia", house.Manifest("1.0.1"), "You answer well.\n")).Ok()
            ["releases"]![0]!["digest"]!;
        Assert.Equal(["not_submitted", "suspended"], Codes(await AskAsync(house, next)));
    }

    [Fact]
    public async Task A_rejected_release_is_told_from_one_that_waits()
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        var digest = (string)(await house.ApplyAsync("mia", house.Manifest())).Ok()["releases"]![0]!["digest"]!;
        (await house.SubmitAsync("mia")).Ok();
        (await house.RejectAsync("dana", "1.0.0", "Too vague.")).Ok();
        Assert.Equal(["rejected"], Codes(await AskAsync(house, digest)));
    }

    [Fact]
    public async Task A_warrant_that_ended_is_told_with_what_a_new_one_needs()
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        var digest = await WarrantedAsync(house);
        house.Time.Advance(TimeSpan.FromDays(90));
        Assert.Equal(
            ["expired", "approval_missing", "approval_missing"],
            Gated(house, digest).Missing.Select(m => m.Code));
    }

    [Fact]
    public async Task An_older_release_is_admitted_while_its_warrant_is_in_force_unless_a_rollback_names_another()
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        var first = await WarrantedAsync(house);
        var second = (string)(await house.ApplyAsync("mia", house.Manifest("1.0.1"), "You answer well.\n")).Ok()
            ["releases"]![0]!["digest"]!;
        await house.WarrantAsync("1.0.1");
        Assert.False((bool)(await AskAsync(house, first))["warrant"]!["isLive"]!);
        Assert.True((bool)(await AskAsync(house, second))["admitted"]!);

        (await house.SendAsync("sam", HttpMethod.Post, "/api/systems/desk/orders", new JsonObject
        {
            ["environment"] = "production",
            ["kind"] = "rollback",
            ["reason"] = "Worse.",
        })).Ok();
        Assert.True((bool)(await AskAsync(house, first))["admitted"]!);
        Assert.Equal(["rolled_back"], Codes(await AskAsync(house, second)));
    }

    [Fact]
    public async Task A_release_of_older_terms_is_not_admitted()
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        var first = await WarrantedAsync(house);
        (await house.ApplyAsync("mia", house.Manifest("1.0.1", "Answers other questions."), "You answer well.\n")).Ok();
        await house.WarrantAsync("1.0.1");
        Assert.Equal(["other_terms"], Codes(await AskAsync(house, first)));
    }

    [Fact]
    public async Task An_owner_who_left_keeps_every_release_out()
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        var digest = await WarrantedAsync(house);
        (await house.SendAsync(
            "pat", HttpMethod.Post, $"/api/people/{house.IdOf("sam")}/changes",
            new JsonObject { ["change"] = "deactivated" })).Ok();
        Assert.Contains("owner_gone", Codes(await AskAsync(house, digest)));
    }

    [Theory]
    [InlineData("digest=sha256:7&environment=production", "provost.gate.digest")]
    [InlineData("environment=production", "provost.gate.digest")]
    [InlineData("digest=DIGEST&environment=", "provost.gate.environment")]
    public async Task A_question_that_names_no_release_or_environment_says_which_field(string query, string code)
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.SetUpAsync();
        var asked = query.Replace("DIGEST", "sha256:" + new string('a', 64), StringComparison.Ordinal);
        Assert.Equal(code, (await house.SendAsync("pat", HttpMethod.Get, $"/api/gate?{asked}")).Code);
    }

    [Fact]
    public async Task Nobody_asks_without_signing_in()
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        var digest = "sha256:" + new string('a', 64);
        var answer = await house.SendAsync(
            null, HttpMethod.Get, $"/api/gate?digest={digest}&environment=production");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
    }

    internal static async Task<string> WarrantedAsync(ControlHouse house)
    {
        await house.PeopleAsync();
        var applied = (await house.ApplyAsync("mia", house.Manifest())).Ok();
        await house.WarrantAsync();
        return (string)applied["releases"]![0]!["digest"]!;
    }

    private static Control.Gate.GateAnswer Gated(ControlHouse house, string digest) =>
        Control.Gate.ReleaseGate.Ask(house.Log.State, digest, "production", house.Time.GetUtcNow());

    private static async Task<JsonNode> AskAsync(
        ControlHouse house, string digest, string environment = "production") => (await house.SendAsync(
            "mia", HttpMethod.Get, $"/api/gate?digest={digest}&environment={environment}")).Ok();

    private static IEnumerable<string> Codes(JsonNode answer) =>
        answer["missing"]!.AsArray().Select(m => (string)m!["code"]!);
}
