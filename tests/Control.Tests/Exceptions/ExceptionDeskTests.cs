using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Provost.Testing;

namespace Provost.Control.Tests.Exceptions;

public sealed class ExceptionDeskTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task An_unapproved_release_is_in_the_snapshot_once_a_second_person_signed_and_leaves_it_at_once()
    {
        await using var house = await WarrantedAsync();
        (await house.ApplyAsync("mia", house.Manifest("1.0.1"), "You answer well.\n")).Ok();
        (await house.SubmitAsync("mia", "1.0.1")).Ok();
        var asked = (await AskAsync(house, "sam", "release=1.0.1")).Ok();
        Assert.Equal("asked", (string)asked["standing"]!);
        Assert.Empty(house.Holder.Current!.Document.Exceptions);

        var at = $"/api/exceptions/{asked["exception"]}";
        Assert.Equal(
            "provost.exceptions.second_person", (await house.SendAsync("sam", HttpMethod.Get, $"{at}/signature")).Code);
        Assert.Equal(
            "provost.exceptions.no_standing", (await house.SendAsync("leo", HttpMethod.Get, $"{at}/signature")).Code);
        var granted = (await SignAsync(house, "ana", at)).Ok();
        Assert.True((bool)granted["points"]![0]!["confirmed"]!);
        Assert.Single(house.Holder.Current!.Document.Exceptions);
        Assert.Empty(house.Holder.Current.NotExcepted);
        Assert.Equal(2, house.Holder.Current.Document.Releases.Count);

        var page = (await house.SendAsync("mia", HttpMethod.Get, "/api/systems/desk")).Ok();
        Assert.Contains("release=sha256:", (string)page["environments"]![0]!["exception"]!["scope"]!);
        var ended = (await house.SendAsync(
            "leo", HttpMethod.Post, $"{at}/end", new JsonObject { ["reason"] = "The fire is out." })).Ok();
        Assert.Equal("revoked", (string)ended["standing"]!);
        Assert.True((bool)ended["points"]![0]!["confirmed"]!);
        Assert.Empty(house.Holder.Current!.Document.Exceptions);

        var detail = (await house.SendAsync("mia", HttpMethod.Get, at)).Ok();
        Assert.Equal(0, (long)detail["decisions"]!);
        Assert.Equal("leo", (string)detail["exception"]!["endedBy"]!["name"]!);
        Assert.Single((await house.SendAsync("mia", HttpMethod.Get, "/api/exceptions?system=desk")).Ok()["items"]!
            .AsArray());
        Assert.Empty((await house.SendAsync("mia", HttpMethod.Get, "/api/exceptions?inForce=true")).Ok()["items"]!
            .AsArray());
    }

    [Fact]
    public async Task A_no_takes_the_release_out_of_the_gateway_before_the_answer()
    {
        await using var house = await WarrantedAsync();
        (await house.ApplyAsync("mia", house.Manifest("1.0.1"), "You answer well.\n")).Ok();
        (await house.SubmitAsync("mia", "1.0.1")).Ok();
        var asked = (await AskAsync(house, "sam", "release=1.0.1")).Ok();
        (await SignAsync(house, "ana", $"/api/exceptions/{asked["exception"]}")).Ok();
        Assert.Single(house.Holder.Current!.Document.Exceptions);
        (await house.RejectAsync("max", "1.0.1", "It promises too much.")).Ok();
        Assert.Empty(house.Holder.Current!.Document.Exceptions);
        Assert.Single(house.Holder.Current.Document.Releases);
    }

    [Theory]
    [InlineData("guardrail=output:pii", "")]
    [InlineData("guardrail=output:secrets", "provost.exceptions.scope")]
    [InlineData("guardrail=sideways:pii", "provost.exceptions.scope")]
    [InlineData("everything", "provost.exceptions.scope")]
    [InlineData("release=9.9.9", "provost.exceptions.scope")]
    public async Task Only_what_there_is_can_be_excepted(string scope, string code)
    {
        await using var house = await WarrantedAsync();
        Assert.Equal(code, (await AskAsync(house, "dana", scope)).Code);
    }

    [Fact]
    public async Task Longer_than_72_hours_is_refused_before_anybody_signs()
    {
        await using var house = await WarrantedAsync();
        Assert.Equal(
            "provost.exceptions.until", (await AskAsync(house, "dana", "guardrail=output:pii", hours: 73)).Code);
        Assert.Equal("provost.exceptions.no_standing", (await AskAsync(house, "leo", "guardrail=output:pii")).Code);
    }

    [Fact]
    public async Task The_snapshot_is_issued_again_when_one_has_ended()
    {
        await using var house = await WarrantedAsync();
        var asked = (await AskAsync(house, "dana", "guardrail=output:pii", hours: 1)).Ok();
        (await SignAsync(house, "ana", $"/api/exceptions/{asked["exception"]}")).Ok();
        Assert.False(house.Desks.Publisher.IsDue(house.Time.GetUtcNow()));
        house.Time.Advance(TimeSpan.FromHours(1));
        Assert.True(house.Desks.Publisher.IsDue(house.Time.GetUtcNow()));
    }

    private static async Task<Reply> AskAsync(ControlHouse house, string person, string scope, int hours = 12)
    {
        var proposal = await house.SendAsync(person, HttpMethod.Post, "/api/exceptions/proposal", new JsonObject
        {
            ["system"] = "desk",
            ["scope"] = scope,
            ["reason"] = "Refunds are blocked by a false finding.",
            ["until"] = JsonSerializer.SerializeToNode(house.Time.GetUtcNow().AddHours(hours)),
        });
        return proposal.Status != HttpStatusCode.OK
            ? proposal
            : await house.SendAsync(person, HttpMethod.Post, "/api/exceptions", new JsonObject
            {
                ["content"] = proposal.Json["content"]!.DeepClone(),
                ["envelope"] = house.Sign(person, proposal.Json),
            });
    }

    private static async Task<Reply> SignAsync(ControlHouse house, string person, string at)
    {
        var proposal = (await house.SendAsync(person, HttpMethod.Get, $"{at}/signature")).Ok();
        return await house.SendAsync(
            person, HttpMethod.Post, $"{at}/signature",
            new JsonObject { ["envelope"] = house.Sign(person, proposal) });
    }

    private async Task<ControlHouse> WarrantedAsync()
    {
        var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        (await house.ApplyAsync("mia", house.Manifest())).Ok();
        await house.WarrantAsync();
        return house;
    }
}
