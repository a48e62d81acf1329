using System.Text.Json;
using Provost.Control.Approvals;
using Provost.Control.Registry;
using Provost.Control.Tests.Governance;
using Provost.Gateway.Warrants;
using Provost.Testing;

namespace Provost.Control.Tests.Approvals;

public sealed class ConditionTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Pilot = "&condition=Only%20the%20pilot%20branch.";

    [Fact]
    public async Task Conditions_stand_in_the_warrant_and_an_end_shortens_it()
    {
        await using var house = await SubmittedAsync();
        var end = house.Time.GetUtcNow().AddDays(30);
        (await house.ApproveAsync("dana", with: Pilot)).Ok();
        var second = (await house.ApproveAsync(
            "ana", with: $"&condition=Weekly%20review.&until={Uri.EscapeDataString(end.ToString("O"))}")).Ok();
        Assert.NotNull(second["warrant"]);

        var says = Warrants(house).Live(new SystemKey("desk", "production"), house.Time.GetUtcNow())!.Says;
        Assert.Equal(["Only the pilot branch.", "Weekly review."], says.Conditions.Select(c => c.Text));
        Assert.Equal(end, says.NotAfter, TimeSpan.FromMilliseconds(1));
        Assert.Empty(house.Holder.Current!.NotAdmitted);
        var page = (await house.SendAsync("leo", HttpMethod.Get, "/api/systems/desk")).Ok();
        var approved = page["environments"]![0]!["approved"]!;
        Assert.Equal("Only the pilot branch.", (string)approved["conditions"]![0]!["text"]!);
        Assert.NotNull(approved["conditions"]![1]!["until"]);
    }

    [Theory]
    [InlineData("&until=2100-01-01", "provost.approvals.until")]
    [InlineData(Pilot + "&until=2001-01-01", "provost.approvals.until")]
    [InlineData(Pilot + "&until=soon", "provost.approvals.until")]
    [InlineData("&condition=%20", "provost.bad_request")]
    [InlineData(Pilot + Pilot + Pilot + Pilot + Pilot + Pilot + Pilot + Pilot + Pilot,
        "provost.approvals.conditions")]
    public async Task A_condition_that_says_nothing_that_can_hold_is_refused(string with, string code)
    {
        await using var house = await SubmittedAsync();
        Assert.Equal(code, (await house.ApproveAsync("dana", with: with)).Code);
    }

    [Fact]
    public void A_warrant_that_leaves_a_condition_out_or_outlasts_its_end_keeps_it_not()
    {
        var end = new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);
        ApprovalCondition[] signed = [new("Weekly review.", end), new("Only the pilot branch.")];
        Assert.True(ApprovalCondition.AreKept(signed, [.. signed, new("More.")], end));
        Assert.False(ApprovalCondition.AreKept(signed, [signed[0]], end));
        Assert.False(ApprovalCondition.AreKept(signed, signed, end.AddSeconds(1)));
        Assert.Equal(end, ApprovalCondition.EndUnder(signed, end.AddDays(90)));
        Assert.Equal(end.AddDays(-1), ApprovalCondition.EndUnder(signed, end.AddDays(-1)));
    }

    [Fact]
    public void An_approval_whose_condition_has_ended_counts_no_more()
    {
        using var town = GovernanceTown.Peopled();
        town.Give(town.Apply("kim"));
        town.Give(GovernanceTown.Submit("kim"));
        town.Give(town.Approve("lea", alter: said => said with
        {
            Conditions = [new("Only today.", town.Time.GetUtcNow().AddDays(1))],
        }));
        QuorumStanding Quorum() => QuorumRule.Of(
            town.State, town.State.Registry.Find("desk", "production")!, town.State.Registry.Version("desk", "1.0.0")!,
            town.Time.GetUtcNow());
        Assert.Single(Quorum().Counted);
        town.Time.Advance(TimeSpan.FromDays(1));
        Assert.Empty(Quorum().Counted);
    }

    [Theory]
    [InlineData("\"a text\"")]
    [InlineData("""{"text":"a text","until":"2026-12-01T00:00:00Z"}""")]
    public void Both_forms_are_read_and_written_as_they_were(string json) => Assert.Equal(
        json, JsonSerializer.Serialize(JsonSerializer.Deserialize<ApprovalCondition>(json)));

    [Theory]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("""{"text":"a","until":"soon"}""")]
    [InlineData("""{"text":"a","text":"b"}""")]
    [InlineData("""{"text":"a","more":1}""")]
    public void Anything_else_is_no_condition(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ApprovalCondition>(json));

    [Fact]
    public async Task An_approval_of_what_serves_already_is_marked_late()
    {
        await using var house = await SubmittedAsync();
        (await house.ApproveAsync("dana")).Ok();
        (await house.ApproveAsync("ana")).Ok();
        (await house.ApproveAsync("max")).Ok();
        Assert.Equal([false, false, true], house.Log.State.Approvals.Given.Select(a => a.Late));
    }

    [Fact]
    public void The_fold_marks_it_late_whatever_the_record_says()
    {
        using var town = GovernanceTown.Peopled();
        town.Give(town.Apply("kim"));
        town.Give(GovernanceTown.Submit("kim"));
        town.Give(town.Approve("lea"));
        town.Give(town.Approve("dana"));
        town.Give(town.Warrant());
        town.Give(town.Approve("max"));
        Assert.True(town.State.Approvals.Given[^1].Late);
    }

    private static WarrantState Warrants(ControlHouse house) => house.Log.State.Warrants;

    private async Task<ControlHouse> SubmittedAsync()
    {
        var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        (await house.ApplyAsync("mia", house.Manifest())).Ok();
        (await house.SubmitAsync("mia")).Ok();
        return house;
    }
}
