using System.Net;
using System.Text.Json.Nodes;
using Provost.Testing;

namespace Provost.Control.Tests.Why;

/// <summary>Question 1 from whatever is at hand, and the times from hand to hand.</summary>
public sealed class ApprovalAnswersTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_system_a_release_a_version_and_a_key_lead_to_the_same_approval()
    {
        await using var house = await ServingAsync();
        var key = (string)(await house.SendAsync("dana", HttpMethod.Post, "/api/keys", new JsonObject
        {
            ["system"] = "desk",
            ["environment"] = "production",
        })).Ok()["key"]!;
        var digest = house.Log.State.Registry.Version("desk", "1.0.0")!.Digest;
        house.Time.Advance(TimeSpan.FromDays(3));

        foreach (var of in new[] { "desk", "desk@1.0.0", digest, key[..13], key[3..13] })
        {
            var answer = Assert.Single((await AskAsync(house, of)).Ok()["items"]!.AsArray())!;
            Assert.Equal("desk", (string)answer["system"]!);
            Assert.Equal("openai/gpt-test", (string)answer["model"]!);
            Assert.Equal(house.IdOf("mia"), (string)answer["author"]!["person"]!);
            Assert.Equal(
                [house.IdOf("dana"), house.IdOf("ana")],
                answer["approved"]!["approvals"]!.AsArray().Select(a => (string)a!["by"]!["person"]!));
            Assert.True((bool)answer["inForce"]!);
            Assert.Equal(3, (int)answer["daysSince"]!);
            Assert.EndsWith("The warrant was in force.", (string)answer["says"]!);
        }
    }

    [Fact]
    public async Task What_nobody_approved_says_so_and_what_is_unknown_is_refused()
    {
        await using var house = await ServingAsync();
        (await house.ApplyAsync("mia", house.Manifest("2.0.0"))).Ok();
        (await house.SubmitAsync("mia", "2.0.0")).Ok();

        var answer = (await AskAsync(house, "desk@2.0.0")).Ok()["items"]![0]!;
        Assert.Null(answer["approved"]);
        Assert.False((bool)answer["inForce"]!);
        Assert.StartsWith("Nobody approved desk 2.0.0 for production", (string)answer["says"]!);
        foreach (var of in new[] { "nobody", "desk@9.9.9", "pk_0000000000", $"{Guid.NewGuid()}" })
            Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(house, of)).Status);
    }

    [Fact]
    public async Task A_whole_client_key_is_refused_because_addresses_are_logged()
    {
        await using var house = await ServingAsync();
        var answer = await AskAsync(house, "pk_0000000000_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
        Assert.Equal((HttpStatusCode.BadRequest, "provost.answers.key"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Times_from_registration_to_approval_stand_on_the_system_s_page()
    {
        await using var house = await ControlHouse.OpenAsync(
            await database.ReadyAsync(TestContext.Current.CancellationToken));
        await house.PeopleAsync();
        var registered = house.Time.GetUtcNow();
        (await house.ApplyAsync("mia", house.Manifest())).Ok();
        house.Time.Advance(TimeSpan.FromDays(2));
        (await house.SubmitAsync("mia")).Ok();
        house.Time.Advance(TimeSpan.FromDays(1));
        (await house.ApproveAsync("dana")).Ok();
        (await house.ApproveAsync("ana")).Ok();
        house.Time.Advance(TimeSpan.FromDays(5));

        var page = (await house.SendAsync("dana", HttpMethod.Get, "/api/systems/desk")).Ok();
        var times = page["environments"]![0]!["handOff"]!;

        Assert.Equal(registered, (DateTimeOffset)times["registered"]!);
        Assert.Equal(registered.AddDays(2), (DateTimeOffset)times["submitted"]!);
        Assert.Equal(registered.AddDays(3), (DateTimeOffset)times["approved"]!);
        Assert.Null((string?)times["firstServed"]);
        Assert.Equal(5, (int)times["daysSinceApproval"]!);
    }

    private async Task<ControlHouse> ServingAsync()
    {
        var house = await ControlHouse.OpenAsync(
            await database.ReadyAsync(TestContext.Current.CancellationToken));
        await house.PeopleAsync();
        (await house.ApplyAsync("mia", house.Manifest())).Ok();
        await house.WarrantAsync();
        return house;
    }

    private static Task<Reply> AskAsync(ControlHouse house, string of) => house.SendAsync(
        "dana", HttpMethod.Get, $"/api/answers/approval?of={Uri.EscapeDataString(of)}");
}
