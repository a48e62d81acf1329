using Provost.Control.Incidents;
using Provost.Control.Response;
using Provost.Control.Response.Actions;

namespace Provost.Control.Tests.Response.Actions;

/// <summary>What every action promises: confirmed per point, idempotent, in the log.</summary>
public abstract class ActionContract
{
    internal abstract IResponseAction Action { get; }

    /// <summary>The signal that this action is tried on.</summary>
    protected virtual string Signal => "latency";

    /// <summary>Whether the registry is given an order; paging is no order.</summary>
    protected virtual bool Orders => true;

    [Fact]
    public void Stands_in_the_catalog_under_its_own_word() => Assert.Equal(
        Action.GetType(), ActionCatalog.Get(Action.Id).GetType());

    [Fact]
    public async Task Is_engaged_once_however_often_it_is_due()
    {
        using var stage = new ResponseStage(Action.Id);
        await stage.BreachAsync(Signal);
        await stage.PassAsync(TimeSpan.FromMinutes(1));
        stage.Restart();
        await stage.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(Orders ? [Action.Id] : [], stage.Orders.Select(o => o.Kind));
    }

    [Fact]
    public async Task Stands_in_the_log_with_what_each_point_confirmed()
    {
        using var stage = new ResponseStage(Action.Id);
        stage.Points = [new PointReport("gateway-1", Confirmed: true), new PointReport("gateway-2", Confirmed: false)];
        await stage.BreachAsync(Signal);
        if (!Orders)
        {
            Assert.Contains("page_delivered", stage.Verbs);
            return;
        }

        var taken = stage.Incident.Actions[0];
        Assert.Equal(ActionOutcome.Unconfirmed, taken.Outcome);
        Assert.Equal(["gateway-1"], taken.Confirmed);
        Assert.Equal(["gateway-2"], taken.Unconfirmed);
        Assert.NotNull(taken.Order);
        Assert.Contains("NOT confirmed by gateway-2", stage.Channel.Sent[0].Page.ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_who_saw_nothing_counts_as_confirmed()
    {
        using var stage = new ResponseStage(Action.Id);
        stage.Points = [];
        await stage.BreachAsync(Signal);
        Assert.DoesNotContain(stage.Incident.Actions, a => a.Outcome == ActionOutcome.Confirmed);
    }

    [Fact]
    public async Task An_order_that_is_not_taken_is_said_in_the_page_and_tried_again()
    {
        if (!Orders)
        {
            return;
        }

        using var stage = new ResponseStage(Action.Id) { Points = null };
        await stage.BreachAsync(Signal);
        Assert.Equal(ActionOutcome.Failed, Assert.Single(stage.Incident.Actions).Outcome);
        Assert.Contains("FAILED", stage.Channel.Sent[0].Page.ToText(), StringComparison.Ordinal);
        stage.Points = [new PointReport("gateway-1", Confirmed: true)];
        await stage.AfterAsync(TimeSpan.FromSeconds(10));
        Assert.Single(stage.Incident.Actions);
        await stage.AfterAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(ActionOutcome.Confirmed, stage.Incident.Actions[^1].Outcome);
    }
}
