using Provost.Control.Incidents;
using Provost.Control.Response.Actions;
using Provost.Control.Response.Actions.Rollback;

namespace Provost.Control.Tests.Response.Actions.Rollback;

public sealed class RollbackActionTests : ActionContract
{
    internal override IResponseAction Action { get; } = new RollbackAction();

    [Fact]
    public async Task Does_not_restore_what_was_never_proven_to_hold_the_limit() =>
        await FallsBackAsync(stage => stage.Held.Clear(), "not proven to have held");

    [Fact]
    public async Task Does_not_restore_what_is_in_breach_itself() =>
        await FallsBackAsync(stage => stage.Breaching.Add(ResponseStage.Old), "in breach itself");

    [Fact]
    public async Task Does_not_restore_without_a_warrant_in_force() =>
        await FallsBackAsync(stage => stage.Serving = stage.Serving with { Restorable = [] }, "no earlier release");

    [Fact]
    public async Task Does_not_blame_a_release_that_served_well_for_long() => await FallsBackAsync(
        stage => stage.Serving = stage.Serving with { LiveSince = stage.Serving.LiveSince.AddDays(-30) },
        "served well before");

    [Fact]
    public async Task Does_not_restore_when_the_inputs_moved()
    {
        using var stage = new ResponseStage("rollback");
        await stage.BreachAsync("drift", "gre");
        Assert.Equal("fallback", Assert.Single(stage.Orders).Kind);
    }

    private static async Task FallsBackAsync(Action<ResponseStage> given, string because)
    {
        using var stage = new ResponseStage("page", "rollback");
        given(stage);
        await stage.BreachAsync("latency");
        await stage.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("fallback", Assert.Single(stage.Orders).Kind);
        var skipped = Assert.Single(stage.Incident.Actions, a => a.Outcome == ActionOutcome.Skipped);
        Assert.Contains(because, skipped.Reason, StringComparison.Ordinal);
    }
}
