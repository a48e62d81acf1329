using System.Net;
using System.Text.Json.Nodes;
using Provost.Testing;

namespace Provost.Control.Tests;

/// <summary>A request that a route cannot read is answered with the field and the remedy.</summary>
public sealed class UnreadRequestTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Theory]
    [InlineData("/api/notices?after=zzz", "after", "an id")]
    [InlineData("/api/notices?limit=many", "limit", "a whole number")]
    [InlineData("/api/findings?mine=perhaps", "mine", "true or false")]
    [InlineData("/api/people/sign-ins?after=zzz", "after", "an id")]
    [InlineData("/api/graph", "node", "Give node")]
    public async Task The_parameter_at_fault_is_named(string address, string field, string remedy)
    {
        await using var house = await OpenAsync();
        var answer = await house.SendAsync("leo", HttpMethod.Get, address);
        Assert.Equal(("provost.bad_request", HttpStatusCode.BadRequest), (answer.Code, answer.Status));
        Assert.Equal(field, (string)answer.Json["errors"]![0]!["path"]!);
        Assert.Contains(remedy, (string)answer.Json["remedy"]!);
    }

    [Fact]
    public async Task A_body_is_answered_with_the_members_that_it_must_have()
    {
        await using var house = await OpenAsync();
        var body = new JsonObject { ["provider"] = "openai", ["shutdown"] = "soon" };
        var answer = await house.SendAsync("leo", HttpMethod.Post, "/api/vendors/notices", body);
        Assert.Equal(("provost.bad_request", HttpStatusCode.BadRequest), (answer.Code, answer.Status));
        Assert.Contains(
            "provider, model, shutdown, source, replacement (may be left out)", (string)answer.Json["remedy"]!);
    }

    [Fact]
    public async Task A_stranger_learns_nothing_of_it()
    {
        await using var house = await OpenAsync();
        var answer = await house.SendAsync(null, HttpMethod.Get, "/api/notices?after=zzz");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
    }

    private async Task<ControlHouse> OpenAsync()
    {
        var house = await ControlHouse.OpenAsync(
            await database.ReadyAsync(TestContext.Current.CancellationToken));
        await house.PeopleAsync();
        return house;
    }
}
