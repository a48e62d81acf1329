using System.Net.Http;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Holds;
using Provost.Control.Retention;
using Provost.Ledger.Statements;
using Provost.Testing;

namespace Provost.Control.Tests.Retention;

public sealed class RetentionDeskTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Ends_a_month_when_the_approved_term_is_over_and_says_so_in_the_log()
    {
        await using var house = await OpenAsync();
        (await house.ApplyAsync("mia", house.Manifest())).Ok(); // class answers, keep 24mo
        var kept = house.Vault.Keep("of ada", "ada");
        Assert.Equal("kept", Standing(await PlanAsync(house)));
        Assert.Equal("due", Standing(await PlanAsync(house, new(2028, 12, 1, 0, 0, 0, TimeSpan.Zero))));
        house.Time.Advance(new DateTimeOffset(2028, 11, 30, 23, 0, 0, TimeSpan.Zero) - house.Time.GetUtcNow());
        Assert.Empty((await RunAsync(house)).Value);
        Assert.Equal("of ada", kept());

        house.Time.Advance(TimeSpan.FromHours(1));
        var run = Assert.Single((await RunAsync(house)).Value);

        Assert.Null(kept());
        Assert.Equal("control", run.By);
        var ended = Assert.Single(run.Says.Groups);
        Assert.Equal(("desk", "2026-11", "24mo by the approved terms"),
            (ended.Group.System, ended.Group.Month, ended.Rule));
        Assert.Equal("term_ended", house.Written[^1].Verb);
        Assert.Equal("ended", Standing(await PlanAsync(house)));
        Assert.Empty((await RunAsync(house)).Value);
    }

    [Fact]
    public async Task A_hold_keeps_a_system_and_ending_it_lets_the_term_end()
    {
        await using var house = await OpenAsync();
        var kept = house.Vault.Keep("of ada", "ada");
        var hold = await HoldAsync(house, new HoldOrder("case 17", System: "desk"));
        house.Time.Advance(TimeSpan.FromDays(1000));

        Assert.Equal("held", Standing(await PlanAsync(house)));
        Assert.Empty((await RunAsync(house)).Value);
        Assert.Equal("of ada", kept());
        await ReleaseAsync(house, hold);
        Assert.Single((await RunAsync(house)).Value);
        Assert.Null(kept());
    }

    [Fact]
    public async Task A_held_person_is_spared_while_everybody_elses_term_ends()
    {
        await using var house = await OpenAsync();
        var (ada, bob) = (house.Vault.Keep("of ada", "ada"), house.Vault.Keep("of bob", "bob"));
        var hold = await HoldAsync(house, new HoldOrder("case 17", Subject: HouseVault.Alias("ada")));
        house.Time.Advance(TimeSpan.FromDays(1000));
        Assert.Single((await RunAsync(house)).Value);

        Assert.Equal(("of ada", null), (ada(), bob()));
        Assert.Empty((await RunAsync(house)).Value);
        await ReleaseAsync(house, hold);
        Assert.Single((await RunAsync(house)).Value);
        Assert.Null(ada());
    }

    [Fact]
    public async Task Only_compliance_ends_terms_by_hand_and_approvers_see_the_plan()
    {
        await using var house = await OpenAsync();
        Assert.Equal("provost.retention.compliance_only",
            (await house.SendAsync("pat", HttpMethod.Post, "/api/retention/runs")).Code);
        Assert.Equal("provost.retention.compliance_only",
            (await house.SendAsync("dana", HttpMethod.Get, "/api/retention/plan")).Code);
        (await house.SendAsync("ana", HttpMethod.Get, "/api/retention/plan")).Ok();
        (await house.SendAsync("leo", HttpMethod.Post, "/api/retention/runs")).Ok();
    }

    private async Task<ControlHouse> OpenAsync()
    {
        var house = await ControlHouse.OpenAsync(await database.ReadyAsync(TestContext.Current.CancellationToken));
        await house.PeopleAsync();
        return house;
    }

    private static async Task<Answer<IReadOnlyList<TermRun>>> RunAsync(ControlHouse house) =>
        await house.Desks.Retention.RunAsync(Actor.Self, TestContext.Current.CancellationToken);

    /// <summary>Through the desk: the tokens of the house have ended long before the terms.</summary>
    private static async Task<IReadOnlyList<PlanRow>> PlanAsync(ControlHouse house, DateTimeOffset? asOf = null) =>
        (await house.Desks.Retention.PlanAsync(asOf, TestContext.Current.CancellationToken)).Rows;

    private static string Standing(IReadOnlyList<PlanRow> rows) => Assert.Single(rows).Standing;

    private static async Task<Guid> HoldAsync(ControlHouse house, HoldOrder order) =>
        (await house.Desks.Holds.PlaceAsync(Who(house, "leo"), order, TestContext.Current.CancellationToken)).Value.Id;

    private static async Task ReleaseAsync(ControlHouse house, Guid hold)
    {
        var stop = TestContext.Current.CancellationToken;
        Assert.Null((await house.Desks.Holds.AskReleaseAsync(Who(house, "leo"), hold, "case closed", stop)).Fault);
        var proposal = house.Desks.Holds.ProposeRelease(hold).Value;
        var envelope = Dsse.Sign(
            proposal.PayloadType, Convert.FromBase64String(proposal.Payload), house.KeyOf("ana"));
        var released = await house.Desks.Holds.ReleaseAsync(
            Who(house, "ana"), hold, SignedStatement.Element(envelope), stop);
        Assert.Null(released.Fault);
    }

    private static Principal Who(ControlHouse house, string person) => new(house.IdOf(person), ByCookie: false);
}
