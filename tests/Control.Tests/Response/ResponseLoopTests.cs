using Provost.Control.Incidents;
using Provost.Control.Response;
using Provost.Control.Response.Channels;

namespace Provost.Control.Tests.Response;

public sealed class ResponseLoopTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Moved_input_engages_the_fallback_and_pages_the_technical_owner_once_with_the_feature_named()
    {
        using var stage = new ResponseStage("page", "fallback");
        await stage.BreachAsync("drift", "gre");
        await stage.PassAsync(2 * Minute);

        Assert.Equal("fallback", Assert.Single(stage.Orders).Kind);
        var (page, to) = Assert.Single(stage.Channel.Sent);
        Assert.Equal("p-sam", to.Person);
        Assert.Contains("drift of gre", page.Title, StringComparison.Ordinal);
        Assert.Contains("0.3 against 0.05", page.ToText(), StringComparison.Ordinal);
        Assert.Contains("confirmed by gateway-1", page.ToText(), StringComparison.Ordinal);
        Assert.Equal(stage.Incident.OpenedAt, stage.Incident.Actions.Single().At);
    }

    [Fact]
    public async Task A_breach_that_is_replayed_opens_nothing_again()
    {
        using var stage = new ResponseStage("page", "fallback");
        await stage.BreachAsync("drift", "gre");
        stage.Restart();
        await stage.BreachAsync("drift", "gre");
        Assert.Single(stage.Incident.Breaches);
        Assert.Single(stage.Channel.Sent);
    }

    [Fact]
    public async Task Further_signals_join_the_open_incident_and_page_nobody_twice()
    {
        using var stage = new ResponseStage("page", "fallback");
        await stage.BreachAsync("drift", "gre");
        await stage.BreachAsync("drift", "gpa");
        Assert.Equal(2, stage.Incident.Breaches.Count);
        Assert.Single(stage.Channel.Sent);
        Assert.Single(stage.Orders);
    }

    [Fact]
    public async Task A_failed_page_is_retried_with_growing_waits_until_it_is_delivered()
    {
        using var stage = new ResponseStage("page");
        stage.Channel.Next.Enqueue(new DeliveryOutcome.Failed("answered 503"));
        stage.Channel.Next.Enqueue(new DeliveryOutcome.Failed("answered 503"));
        await stage.BreachAsync("latency");
        await stage.AfterAsync(14 * Second);
        Assert.Single(stage.Channel.Sent);
        await stage.AfterAsync(1 * Second);
        Assert.Equal(2, stage.Channel.Sent.Count);
        await stage.AfterAsync(29 * Second);
        Assert.Equal(2, stage.Channel.Sent.Count);
        await stage.PassAsync(5 * Minute);

        Assert.Equal(3, stage.Channel.Sent.Count);
        Assert.Single(stage.Channel.Sent.Select(s => s.Page.Page).Distinct());
        Assert.Equal(3, stage.Channel.Sent.Select(s => ResponseStage.TokenOf(s.Page)).Distinct().Count());
        Assert.Equal(2, stage.Verbs.Count(v => v == "page_failed"));
        Assert.Equal(1, stage.Verbs.Count(v => v == "page_delivered"));
    }

    [Fact]
    public async Task A_channel_that_hangs_is_a_failed_delivery()
    {
        using var stage = new ResponseStage("page");
        stage.Channel.Hangs = true;
        var breach = stage.BreachAsync("latency");
        stage.Time.Advance(11 * Second);
        await breach;
        Assert.Equal(
            "no answer in time", stage.Incident.Timeline.OfType<IncidentEvent.PageFailed>().Single().Reason);
    }

    [Fact]
    public async Task A_channel_that_hangs_keeps_no_action_waiting()
    {
        using var stage = new ResponseStage("page", "fallback");
        stage.Channel.Hangs = true;
        var first = stage.BreachAsync("drift", "gre");
        Assert.False(first.IsCompleted);
        Assert.Single(stage.Orders);
        stage.Channel.Hangs = false;
        await stage.RecoverAsync("drift", "gre");
        Assert.NotNull(stage.Incident.RecoveredAt);
        stage.Time.Advance(11 * Second);
        await first;
    }

    [Fact]
    public async Task A_page_is_acknowledged_by_its_link_and_nobody_else_is_called()
    {
        using var stage = new ResponseStage("page");
        await stage.BreachAsync("latency");
        var token = ResponseStage.TokenOf(stage.Channel.Sent[0].Page);
        Assert.DoesNotContain(token, string.Concat(stage.Incident.Timeline), StringComparison.Ordinal);

        Assert.IsType<AcknowledgeOutcome.Unknown>(await stage.Acknowledge.HandleAsync(token + "x", default));
        Assert.IsType<AcknowledgeOutcome.Taken>(await stage.Acknowledge.HandleAsync(token, default));
        Assert.IsType<AcknowledgeOutcome.Taken>(await stage.Acknowledge.HandleAsync(token, default));
        await stage.PassAsync(25 * Minute);

        Assert.Equal("p-sam", Assert.Single(stage.Incident.Acknowledgements).Person);
        Assert.Single(stage.Channel.Sent);
    }

    [Fact]
    public async Task Without_an_answer_the_chain_is_called_step_by_step_across_a_restart()
    {
        using var stage = new ResponseStage("page");
        await stage.BreachAsync("latency");
        await stage.PassAsync(9 * Minute);
        Assert.Single(stage.Channel.Sent);
        stage.Restart();
        await stage.PassAsync(2 * Minute);
        Assert.Equal(["p-sam", "p-kim"], stage.Channel.Sent.Select(s => s.To.Person));
        await stage.PassAsync(10 * Minute);
        Assert.Equal(["p-sam", "p-kim", "p-dana"], stage.Channel.Sent.Select(s => s.To.Person));
    }

    [Fact]
    public async Task A_chain_without_an_answer_engages_the_fallback_and_begins_anew()
    {
        using var stage = new ResponseStage("page");
        await stage.BreachAsync("latency");
        await stage.PassAsync(29 * Minute);
        Assert.Empty(stage.Orders);
        await stage.PassAsync(2 * Minute);
        Assert.Contains("incident_exhausted", stage.Verbs);
        Assert.Equal("fallback", Assert.Single(stage.Orders).Kind);
        await stage.PassAsync(31 * Minute);
        Assert.Equal(["p-sam", "p-kim", "p-dana", "p-sam"], stage.Channel.Sent.Select(s => s.To.Person));
    }

    [Fact]
    public async Task An_incident_that_was_taken_but_not_resolved_pages_again()
    {
        using var stage = new ResponseStage("page");
        await stage.BreachAsync("latency");
        await stage.Acknowledge.HandleAsync(ResponseStage.TokenOf(stage.Channel.Sent[0].Page), default);
        await stage.PassAsync(29 * Minute);
        Assert.Single(stage.Channel.Sent);
        await stage.PassAsync(2 * Minute);
        Assert.Equal(2, stage.Channel.Sent.Count);
        await stage.Acknowledge.HandleAsync(ResponseStage.TokenOf(stage.Channel.Sent[1].Page), default);
        await stage.PassAsync(20 * Minute);
        Assert.Equal(2, stage.Channel.Sent.Count);
    }

    [Fact]
    public async Task A_person_who_left_is_a_failed_page_and_the_chain_goes_on()
    {
        using var stage = new ResponseStage("page");
        stage.Inactive.Add("p-sam");
        await stage.BreachAsync("latency");
        Assert.Empty(stage.Channel.Sent);
        Assert.Contains("page_failed", stage.Verbs);
        await stage.PassAsync(11 * Minute);
        Assert.Equal("p-kim", Assert.Single(stage.Channel.Sent).To.Person);
    }

    [Fact]
    public async Task When_the_person_called_is_out_of_the_chain_whoever_holds_the_office_since_is_called()
    {
        using var stage = new ResponseStage("page");
        await stage.BreachAsync("latency");
        stage.Serving = stage.Serving with
        {
            Escalation =
            [
                new EscalationTarget("technical", TimeSpan.Zero, "p-max"), .. stage.Serving.Escalation.Skip(1),
            ],
        };
        await stage.AfterAsync(1 * Second);
        await stage.AfterAsync(20 * Second);
        Assert.Equal(["p-sam", "p-max"], stage.Channel.Sent.Select(s => s.To.Person));
    }

    [Fact]
    public async Task A_worse_release_is_replaced_by_the_last_one_and_its_recovery_is_said()
    {
        using var stage = new ResponseStage("page", "rollback");
        await stage.BreachAsync("latency");
        Assert.Equal(("rollback", ResponseStage.Old), (stage.Orders.Single().Kind, stage.Orders.Single().Release));
        Assert.Null(stage.Incident.RecoveredAt);

        await stage.AfterAsync(3 * Minute);
        await stage.RecoverAsync("latency", release: ResponseStage.Old);
        Assert.Equal(stage.Time.GetUtcNow(), stage.Incident.RecoveredAt);
        Assert.Equal(PagePurpose.Recovery, stage.Channel.Sent[^1].Page.Purpose);
        await stage.PassAsync(20 * Minute);
        Assert.Single(stage.Orders);
        Assert.Single(stage.Channel.Sent, s => s.Page.Purpose == PagePurpose.Recovery);
    }

    [Fact]
    public async Task A_restored_release_that_does_not_prove_itself_in_time_gives_way_to_the_fallback()
    {
        using var stage = new ResponseStage("page", "rollback");
        await stage.BreachAsync("latency");
        await stage.PassAsync(9 * Minute);
        stage.Restart();
        Assert.Single(stage.Orders);
        await stage.PassAsync(2 * Minute);
        Assert.Equal(["rollback", "fallback"], stage.Orders.Select(o => o.Kind));
        Assert.Equal(1, stage.Verbs.Count(v => v == "incident_not_recovered"));
        await stage.PassAsync(20 * Minute);
        Assert.Equal(2, stage.Orders.Count);
    }

    [Fact]
    public async Task A_restored_release_that_breaches_too_gives_way_to_the_fallback_at_once()
    {
        using var stage = new ResponseStage("page", "rollback");
        await stage.BreachAsync("latency");
        await stage.AfterAsync(2 * Minute);
        await stage.BreachAsync("latency", release: ResponseStage.Old);
        Assert.Equal(["rollback", "fallback"], stage.Orders.Select(o => o.Kind));
    }

    [Fact]
    public async Task Recovered_inputs_are_said_and_the_fallback_stays_until_an_owner_resumes()
    {
        using var stage = new ResponseStage("page", "fallback");
        await stage.BreachAsync("drift", "gre");
        await stage.BreachAsync("drift", "gpa");
        await stage.AfterAsync(Minute);
        await stage.RecoverAsync("drift", "gre");
        Assert.Null(stage.Incident.RecoveredAt);
        await stage.AfterAsync(Minute);
        await stage.RecoverAsync("drift", "gpa");
        Assert.NotNull(stage.Incident.RecoveredAt);
        Assert.Equal(PagePurpose.Recovery, stage.Channel.Sent[^1].Page.Purpose);
        Assert.Single(stage.Orders);
        Assert.True(stage.Incident.IsOpen);
    }

    [Fact]
    public async Task An_incident_is_closed_by_a_person_and_only_after_somebody_took_it()
    {
        using var stage = new ResponseStage("page");
        await stage.BreachAsync("latency");
        var close = new CloseIncident(() => stage.State, stage.AppendAsync, stage.Time);
        Assert.Equal(CloseOutcome.NobodyTookIt, await close.HandleAsync(stage.Incident.Id, "p-sam", default));
        await stage.Acknowledge.HandleAsync(stage.Incident.Id, "p-sam", default);
        Assert.Equal(CloseOutcome.Closed, await close.HandleAsync(stage.Incident.Id, "p-sam", default));
        Assert.Equal(CloseOutcome.Unknown, await close.HandleAsync(Guid.Empty, "p-sam", default));
        var late = await stage.Acknowledge.HandleAsync(ResponseStage.TokenOf(stage.Channel.Sent[0].Page), default);
        Assert.IsType<AcknowledgeOutcome.AlreadyClosed>(late);

        await stage.BreachAsync("drift", "gre");
        Assert.Equal(2, stage.State.Incidents.Count);
    }
}
