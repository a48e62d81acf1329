using System.Text.Json.Nodes;
using Provost.Control.Evaluations;
using Provost.Control.Governance;
using Provost.Control.Rollbacks;
using Provost.Gateway.Snapshot;
using Provost.Testing;

namespace Provost.Control.Tests.Rollbacks;

/// <summary>The way back is tried before it is needed.</summary>
public sealed class RollbackRehearsalTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_first_release_goes_back_to_its_fallback_and_the_next_to_the_one_before()
    {
        await using var house = await HouseAsync();
        await house.SubmitTestedAsync(house.Tested());
        SnapshotDocument? during = null;
        house.Replay = (_, _) =>
        {
            during = house.Holder.Current!.Document;
            return house.AnswerInLane("Later.");
        };
        var first = (await house.RehearseRollbackAsync()).Ok();
        Assert.Equal("passed", (string)first["standing"]!);
        Assert.Equal("fallback", (string)first["restores"]!);
        Assert.Equal(2, first["calls"]!.AsArray().Count);
        Assert.NotNull(first["countsUntil"]);
        var lane = Assert.Single(during!.Systems, s => s.Environment == RehearsalState.Environment);
        Assert.True(lane.Rehearsal!.Fallback);
        Assert.DoesNotContain(house.Holder.Current!.Document.Systems, s => s.Rehearsal is not null);

        await house.ProveAsync();
        (await house.ApproveAsync("dana", digestFrom: "checkout")).Ok();
        (await house.ApproveAsync("ana")).Ok();
        house.Time.Advance(TimeSpan.FromMinutes(1));
        await house.SubmitTestedAsync(house.Tested("1.0.1"), "1.0.1", prompt: "You answer well.\n");
        Assert.Contains(
            await WaitsForAsync(house, "1.0.1"), m => m.Contains("a rehearsed rollback to desk@1.0.0"));
        house.Replay = (_, _) => house.AnswerInLane("Five days.");
        var second = (await house.RehearseRollbackAsync()).Ok();
        Assert.Equal("release", (string)second["restores"]!);
        Assert.Equal("1.0.0", (string)second["version"]!);
        Assert.DoesNotContain(await WaitsForAsync(house, "1.0.1"), m => m.Contains("rollback"));
    }

    [Fact]
    public async Task What_comes_back_from_elsewhere_or_not_at_all_is_no_restoration()
    {
        await using var house = await HouseAsync();
        await house.SubmitTestedAsync(house.Tested());
        house.Replay = async (_, _) => await house.AnswerInLane("Later.") with { Release = "sha256:other" };
        Assert.Contains("came back from sha256:other", (string)(await FailsAsync(house))["why"]!);
        house.Replay = async (_, _) => await house.AnswerInLane("Later.") with { Outcome = "allowed" };
        Assert.Contains("not answered with the fallback", (string)(await FailsAsync(house))["why"]!);
        house.Replay = async (_, _) => await house.AnswerInLane("") with { Status = 502, Outcome = null };
        Assert.Contains("status 502", (string)(await FailsAsync(house))["why"]!);
        house.Replay = (_, _) => throw new IOException("the gateway is away");
        var broken = (await house.RehearseRollbackAsync()).Ok();
        Assert.Equal("broken", (string)broken["standing"]!);
        Assert.DoesNotContain(house.Holder.Current!.Document.Systems, s => s.Rehearsal is not null);
        Assert.Contains(await WaitsForAsync(house, "1.0.0"), m => m.Contains("the last one broke off"));
        Assert.Equal("provost.approvals.evidence", (await house.ApproveAsync("dana")).Code);
    }

    [Fact]
    public async Task A_rehearsal_counts_for_its_days_and_for_the_release_that_it_restored()
    {
        await using var house = await HouseAsync();
        await house.WarrantHighAsync();
        await house.SubmitTestedAsync(house.Tested("1.0.1"), "1.0.1", prompt: "You answer well.\n");
        house.Replay = (_, _) => house.AnswerInLane("Five days.");
        (await house.RehearseRollbackAsync()).Ok();
        var state = house.Log.State;
        var system = state.Registry.Find("desk", "production")!;
        var release = state.Registry.Version("desk", "1.0.1")!;
        var now = house.Time.GetUtcNow();
        Assert.Empty(RollbackReadiness.Missing(state, system, release, now));
        Assert.Empty(RollbackReadiness.Missing(state, system, release, now.AddDays(89)));

        // the warrant of 1.0.0 ends with the 90 days, and with it the way back: the fallback was never tried for 1.0.1
        var late = Assert.Single(RollbackReadiness.Missing(state, system, release, now.AddDays(91)));
        Assert.Contains("the fallback of desk@1.0.1", late.Message);
        Assert.Empty(RollbackReadiness.Missing(state, system with { Tier = "limited" }, release, now.AddDays(91)));
        var elsewhere = system with { Key = system.Key with { Environment = "staging" } };
        Assert.Single(RollbackReadiness.Missing(state, elsewhere, release, now));
    }

    [Fact]
    public async Task Only_who_may_test_rehearses_one_at_a_time_and_only_what_is_there()
    {
        await using var house = await HouseAsync();
        Assert.Equal("provost.systems.unknown", (await house.RehearseRollbackAsync()).Code);
        (await house.ApplyAsync("mia", house.Manifest().Replace("  fallback: { answer: Later. }\n", ""))).Ok();
        Assert.Equal("provost.rollback.no_release", (await house.RehearseRollbackAsync()).Code);
        (await house.SubmitAsync("mia")).Ok();
        Assert.Equal("provost.rollback.no_way_back", (await house.RehearseRollbackAsync()).Code);
        Assert.Equal("provost.test.forbidden", (await house.RehearseRollbackAsync("leo")).Code);
        Assert.Equal("provost.releases.unknown", (await house.RehearseRollbackAsync(leaving: "9.9.9")).Code);
        Assert.Empty(house.Log.State.Rehearsals.All);
    }

    [Fact]
    public async Task Nobody_writes_that_it_was_restored()
    {
        await using var house = await HouseAsync();
        await house.SubmitTestedAsync(house.Tested());
        house.Replay = (_, _) => house.AnswerInLane("Later.");
        (await house.RehearseRollbackAsync()).Ok();
        var done = house.Log.State.Rehearsals.All[0];
        var again = done.Is with { Rehearsal = Guid.CreateVersion7(house.Time.GetUtcNow()), Key = "0000000000" };

        // a release without a warrant is restored nowhere
        Assert.Equal("provost.orders.no_target", await CodeAsync(house, GovernanceDraft.Of(
            Actor.Person(house.IdOf("mia")), again.Release,
            again with { Rollback = again.Rollback! with { IsFallback = false } })));
        Assert.IsNotType<GovernanceOutcome.Refused>(await house.Log.AppendAsync(
            GovernanceDraft.Of(Actor.Person(house.IdOf("mia")), again.Release, again), CancellationToken.None));
        var end = new RehearsalEnded { Rehearsal = again.Rehearsal, Rollback = done.Restored };
        Assert.Equal("provost.test.unsigned", await CodeAsync(
            house, GovernanceDraft.Of(Actor.Person(house.IdOf("mia")), again.Release, end)));
        Assert.Equal("running", house.Log.State.Rehearsals.Find(again.Rehearsal)!.Standing(house.Time.GetUtcNow()));

        // what was called says whether it passed, not who writes it
        var poor = done.Restored! with { Calls = [done.Restored!.Calls[0] with { Outcome = "allowed" }] };
        await house.Log.AppendAsync(
            GovernanceDraft.Of(Actor.Self, again.Release, end with { Rollback = poor }), CancellationToken.None);
        Assert.Equal("failed", house.Log.State.Rehearsals.Find(again.Rehearsal)!.Standing(house.Time.GetUtcNow()));
    }

    [Fact]
    public async Task A_server_that_died_in_the_middle_leaves_the_lane_open_no_longer_than_its_end()
    {
        await using var house = await HouseAsync();
        await house.SubmitTestedAsync(house.Tested());
        var begun = new RehearsalBegun
        {
            Rehearsal = Guid.CreateVersion7(house.Time.GetUtcNow()),
            System = "desk",
            Release = house.Log.State.Registry.Version("desk", "1.0.0")!.Digest,
            Rollback = new RollbackAim("production", IsFallback: true),
            Key = "0000000000",
            Hash = new string('a', 64),
            Until = InstantConverter.Whole(house.Time.GetUtcNow() + TimeSpan.FromMinutes(5)),
        };
        await house.Log.AppendAsync(
            GovernanceDraft.Of(Actor.Person(house.IdOf("mia")), begun.Release, begun), CancellationToken.None);
        Assert.Equal("provost.test.running", (await house.RehearseRollbackAsync()).Code);
        house.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("cut", house.Log.State.Rehearsals.Find(begun.Rehearsal)!.Standing(house.Time.GetUtcNow()));
        Assert.Contains(await WaitsForAsync(house, "1.0.0"), m => m.Contains("a rehearsed rollback"));
        house.Replay = (_, _) => house.AnswerInLane("Later.");
        Assert.Equal("passed", (string)(await house.RehearseRollbackAsync()).Ok()["standing"]!);
    }

    [Fact]
    public async Task The_list_is_filtered_and_paged_and_tests_are_not_in_it()
    {
        await using var house = await HouseAsync();
        await house.SubmitTestedAsync(house.Tested());
        await house.ProveAsync();
        (await house.RehearseRollbackAsync()).Ok();
        var page = (await house.SendAsync("leo", HttpMethod.Get, "/api/rollback-rehearsals?limit=1")).Ok();
        Assert.Single(page["items"]!.AsArray());
        var next = (await house.SendAsync(
            "leo", HttpMethod.Get, $"/api/rollback-rehearsals?limit=1&after={page["next"]}")).Ok();
        Assert.Single(next["items"]!.AsArray());
        Assert.Null(next["next"]);
        Assert.Empty((await house.SendAsync(
            "leo", HttpMethod.Get, "/api/rollback-rehearsals?environment=staging")).Ok()["items"]!.AsArray());
        Assert.Single((await house.SendAsync("leo", HttpMethod.Get, "/api/tests")).Ok()["items"]!.AsArray());
    }

    private static async Task<JsonNode> FailsAsync(ControlHouse house)
    {
        var failed = (await house.RehearseRollbackAsync()).Ok();
        Assert.Equal("failed", (string)failed["standing"]!);
        Assert.Null(failed["countsUntil"]);
        return failed;
    }

    private static async Task<string> CodeAsync(ControlHouse house, GovernanceDraft draft) =>
        Assert.IsType<GovernanceOutcome.Refused>(await house.Log.AppendAsync(draft, CancellationToken.None)).Fault.Code;

    private static async Task<IEnumerable<string>> WaitsForAsync(ControlHouse house, string version) =>
        (await house.SendAsync("dana", HttpMethod.Get, "/api/approvals")).Ok()["items"]!.AsArray()
            .Single(i => (string)i!["version"]! == version)!["missing"]!.AsArray().Select(m => (string)m!);

    private async Task<ControlHouse> HouseAsync()
    {
        var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        return house;
    }
}
