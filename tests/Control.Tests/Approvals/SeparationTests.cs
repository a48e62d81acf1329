using System.Net;
using System.Text.Json.Nodes;
using Provost.Testing;

namespace Provost.Control.Tests.Approvals;

/// <summary>Nobody approves their own work, an old signature or another purpose, whatever way they take.</summary>
public sealed class SeparationTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Who_applied_a_release_does_not_approve_it_though_somebody_else_submits_it()
    {
        await using var house = await HouseAsync();
        await house.WarrantAsync();
        house.Time.Advance(TimeSpan.FromMinutes(1));
        (await house.ApplyAsync("sam", house.Manifest("1.0.1"), "You answer well.\n")).Ok();
        (await house.ApplyAsync("mia", house.Manifest("1.0.1"), "You answer well.\n")).Ok(); // changes nothing
        (await house.SubmitAsync("mia", "1.0.1")).Ok();
        Assert.Equal("provost.approvals.own_work", (await house.ApproveAsync("sam", "1.0.1")).Code);
        Assert.Equal("provost.approvals.own_work", (await house.RejectAsync("sam", "1.0.1", "Not good.")).Code);
        var waits = (await house.SendAsync("sam", HttpMethod.Get, "/api/approvals?mine=true")).Ok()["items"]!;
        Assert.Empty(waits.AsArray());
        (await house.ApproveAsync("dana", "1.0.1")).Ok();
        Assert.NotNull((await house.ApproveAsync("ana", "1.0.1")).Ok()["warrant"]);
    }

    [Fact]
    public async Task What_a_program_applied_in_a_persons_name_is_that_persons_work()
    {
        await using var house = await HouseAsync();
        await house.WarrantAsync();
        house.Time.Advance(TimeSpan.FromMinutes(1));
        var made = (await house.SendAsync("sam", HttpMethod.Post, "/api/people/services", new JsonObject
        {
            ["name"] = "ci",
            ["verbs"] = new JsonArray("apply", "submit"),
            ["systems"] = new JsonArray("desk"),
        })).Ok();
        house.Hold("program", (string)made["token"]!);
        (await house.ApplyAsync("program", house.Manifest("1.0.1"), "You answer well.\n")).Ok();
        (await house.SubmitAsync("mia", "1.0.1")).Ok();
        Assert.Equal("provost.approvals.own_work", (await house.ApproveAsync("sam", "1.0.1")).Code);

        // the program itself reaches no route of approvals, with whosever signature
        var proposal = (await house.SendAsync(
            "dana", HttpMethod.Get, "/api/systems/desk/releases/1.0.1/approval?environment=production")).Ok();
        Assert.Equal(HttpStatusCode.Forbidden, (await house.SendAsync(
            "program", HttpMethod.Post, "/api/systems/desk/releases/1.0.1/approvals", new JsonObject
            {
                ["envelope"] = house.Sign("dana", proposal),
            })).Status);

        // and a person who hands in another's signature is not that other
        Assert.Equal("provost.approvals.signature", (await house.SendAsync(
            "ana", HttpMethod.Post, "/api/systems/desk/releases/1.0.1/approvals", new JsonObject
            {
                ["envelope"] = house.Sign("dana", proposal),
            })).Code);
    }

    [Fact]
    public async Task The_same_digest_for_another_purpose_needs_a_decision_of_its_own()
    {
        await using var house = await HouseAsync();
        await house.WarrantAsync();
        (await house.ApplyAsync("mia", house.Manifest(purpose: "Decides who is paid back."))).Ok();
        var digest = house.Log.State.Registry.Version("desk", "1.0.0")!.Digest;
        Assert.Equal("Answers questions.", Assert.Single(house.Log.State.Warrants.Issued).Says.Purpose);
        Assert.Equal("Answers questions.", await PurposeAsync(house, digest));

        var first = (await house.ApproveAsync("dana")).Ok();
        Assert.Null(first["warrant"]); // what dana and ana signed for the old purpose bears nothing
        Assert.Equal("Answers questions.", await PurposeAsync(house, digest));
        house.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull((await house.ApproveAsync("ana")).Ok()["warrant"]);
        Assert.Equal("Decides who is paid back.", await PurposeAsync(house, digest));
        Assert.Equal(
            ["Answers questions.", "Decides who is paid back."],
            house.Log.State.Warrants.Issued.Select(w => w.Says.Purpose));
        Assert.Single(house.Log.State.Warrants.Issued.Select(w => w.Release).Distinct());
    }

    [Fact]
    public async Task A_signature_has_its_effect_once_and_in_its_week()
    {
        await using var house = await HouseAsync();
        (await house.SubmitAsync("mia")).Ok();
        const string at = "/api/systems/desk/releases/1.0.0";
        var early = (await house.SendAsync("dana", HttpMethod.Get, $"{at}/approval?environment=production")).Ok();
        house.Time.Advance(TimeSpan.FromDays(8));
        var envelope = new JsonObject { ["envelope"] = house.Sign("dana", early) };
        var late = await house.SendAsync("dana", HttpMethod.Post, $"{at}/approvals", envelope.DeepClone());
        Assert.Equal("provost.approvals.differs", late.Code);
        Assert.Contains("expires", (string)late.Json["detail"]!);

        var fresh = (await house.SendAsync("dana", HttpMethod.Get, $"{at}/approval?environment=production")).Ok();
        envelope = new JsonObject { ["envelope"] = house.Sign("dana", fresh) };
        (await house.SendAsync("dana", HttpMethod.Post, $"{at}/approvals", envelope.DeepClone())).Ok();
        Assert.Equal(
            "provost.statement.replayed",
            (await house.SendAsync("dana", HttpMethod.Post, $"{at}/approvals", envelope.DeepClone())).Code);

        // the log says when it was given, by the server's clock; nothing in the statement moves that
        Assert.Equal(house.Time.GetUtcNow(), Assert.Single(house.Log.State.Approvals.Given).At);
    }

    private static async Task<string> PurposeAsync(ControlHouse house, string digest) =>
        (string)(await house.SendAsync(
            "leo", HttpMethod.Get, $"/api/gate?digest={digest}&environment=production")).Ok()["warrant"]!["purpose"]!;

    private async Task<ControlHouse> HouseAsync()
    {
        var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        (await house.ApplyAsync("mia", house.Manifest())).Ok();
        return house;
    }
}
