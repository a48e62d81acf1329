using Provost.Control.Incidents;
using Provost.Control.Response.Actions;
using Provost.Control.Response.Actions.Fallback;

namespace Provost.Control.Tests.Response.Actions.Fallback;

public sealed class FallbackActionTests : ActionContract
{
    internal override IResponseAction Action { get; } = new FallbackAction();

    [Fact]
    public async Task A_release_approved_without_a_fallback_gets_none_and_the_page_says_so()
    {
        using var stage = new ResponseStage("page", "fallback");
        stage.Serving = stage.Serving with { HasFallback = false };
        await stage.BreachAsync("drift", "gre");
        await stage.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(stage.Orders);
        Assert.Equal(ActionOutcome.Skipped, Assert.Single(stage.Incident.Actions).Outcome);
        Assert.Contains("no fallback", stage.Channel.Sent[0].Page.ToText(), StringComparison.Ordinal);
    }
}
