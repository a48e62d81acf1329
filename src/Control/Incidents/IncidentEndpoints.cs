using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access;
using Provost.Control.Decisions;
using Provost.Control.Governance;

namespace Provost.Control.Incidents;

/// <summary>An incident in a list.</summary>
/// <param name="State">open, acknowledged, recovered or closed.</param>
public sealed record IncidentItem(
    Guid Id, string System, string Environment, DateTimeOffset OpenedAt, DateTimeOffset? RecoveredAt,
    DateTimeOffset? ClosedAt, string State, string Summary);

/// <summary>One moment of an incident, in words.</summary>
public sealed record IncidentMoment(DateTimeOffset At, string What, string Details);

/// <summary>An incident with its timeline.</summary>
public sealed record IncidentDetail(IncidentItem Incident, IReadOnlyList<IncidentMoment> Timeline);

/// <summary><c>/api/incidents</c>: what failed, minute by minute; taking and closing.</summary>
public sealed class IncidentEndpoints(
    RequestIdentity identity, GovernanceLog log, AcknowledgePage acknowledge, CloseIncident close,
    Func<string, string> nameOf)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/incidents", List);
        routes.MapGet("/api/incidents/{id:guid}", Show);
        routes.MapPost("/api/incidents/{id:guid}/acknowledge", AcknowledgeAsync).DisableAntiforgery();
        routes.MapPost("/api/incidents/{id:guid}/close", CloseAsync).DisableAntiforgery();
    }

    private Results<Ok<ApiList<IncidentItem>>, ProblemHttpResult> List(HttpContext call, string? system, bool? open)
    {
        if (Caller(call, changes: false) is not { Fault: null })
            return Problems.Of(identity.Refusal(call));

        var incidents = log.State.Incidents.Incidents.Values
            .Where(i => (system is null || i.System == system) && (open is not true || i.IsOpen))
            .OrderByDescending(i => i.OpenedAt)
            .Select(Item);
        return TypedResults.Ok(new ApiList<IncidentItem>([.. incidents]));
    }

    private Results<Ok<IncidentDetail>, ProblemHttpResult> Show(HttpContext call, Guid id)
    {
        if (Caller(call, changes: false).Fault is { } fault)
            return Problems.Of(fault);

        return log.State.Incidents.Incidents.TryGetValue(id, out var incident)
            ? TypedResults.Ok(new IncidentDetail(Item(incident), [.. incident.Timeline.Select(Moment)]))
            : Problems.Of(NoSuchIncident());
    }

    private async Task<Results<Ok<IncidentItem>, ProblemHttpResult>> AcknowledgeAsync(
        HttpContext call, Guid id, CancellationToken cancellationToken)
    {
        var asks = Caller(call, changes: true, id);
        if (asks.Fault is { } fault)
            return Problems.Of(fault);

        return await acknowledge.HandleAsync(id, asks.Value.Person, cancellationToken) switch
        {
            AcknowledgeOutcome.Taken => TypedResults.Ok(Item(log.State.Incidents.Incidents[id])),
            AcknowledgeOutcome.AlreadyClosed closed => TypedResults.Ok(Item(closed.Incident)),
            _ => Problems.Of(NoSuchIncident()),
        };
    }

    private async Task<Results<Ok<IncidentItem>, ProblemHttpResult>> CloseAsync(
        HttpContext call, Guid id, CancellationToken cancellationToken)
    {
        var asks = Caller(call, changes: true, id);
        if (asks.Fault is { } fault)
            return Problems.Of(fault);

        if (await close.HandleAsync(id, asks.Value.Person, cancellationToken) == CloseOutcome.NobodyTookIt)
        {
            return Problems.Of(new GovernanceFault(
                FaultKind.Conflict, "provost.incident.nobody_took_it", "Nobody has taken this incident yet.",
                "Acknowledge it first: somebody has to have seen it."));
        }

        return log.State.Incidents.Incidents.TryGetValue(id, out var incident)
            ? TypedResults.Ok(Item(incident))
            : Problems.Of(NoSuchIncident());
    }

    private Answer<Principal> Caller(HttpContext call, bool changes, Guid? incident = null)
    {
        if (identity.Of(call) is not { } asks || !Permission.MayReadEstate(log.State, asks.Person))
            return identity.Refusal(call);

        if (!changes)
            return asks;

        if (asks.ByCookie && !RequestIdentity.IsSameOrigin(call))
            return LoginErrors.CrossOrigin();

        var state = log.State;
        if (Permission.Acting(state, asks.Person) is null)
            return NotYours();

        return incident is { } id && state.Incidents.Incidents.TryGetValue(id, out var found)
            && state.Registry.Find(found.System, found.Environment) is { } system
            && !Permission.MayTighten(state, asks.Person, system)
            ? NotYours()
            : asks;
    }

    /// <summary>Who may not pause the system may not take its incident either.</summary>
    public static GovernanceFault NotYours() => new(
        FaultKind.Forbidden, "provost.incident.not_yours", "This incident is not yours to take.",
        "An owner of the system, a person on call or compliance takes it.");

    private static GovernanceFault NoSuchIncident() => new(
        FaultKind.NotFound, "provost.incident.unknown", "There is no such incident.", "See the list of incidents.");

    private static IncidentItem Item(Incident i) => new(
        i.Id, i.System, i.Environment, i.OpenedAt, i.RecoveredAt, i.ClosedAt, StateOf(i), Summary(i));

    private static string StateOf(Incident i) => !i.IsOpen ? "closed"
        : i.RecoveredAt is not null ? "recovered"
        : i.Acknowledgements.Count > 0 ? "acknowledged"
        : "open";

    private static string Summary(Incident i) => string.Join("; ", i.Breaches.Select(b =>
        $"{b.Signal}{(b.Feature is null ? "" : $" of {b.Feature}")} {b.Value:0.###} against {b.Limit:0.###}"));

    private IncidentMoment Moment(IncidentEvent said) => said switch
    {
        IncidentEvent.Opened e => new(e.At, "opened", Words(e.Breach)),
        IncidentEvent.SignalJoined e => new(e.At, "joined", Words(e.Breach)),
        IncidentEvent.SignalRecovered e => new(
            e.At, "recovered", $"{e.Signal} {e.Feature} {e.Value:0.###} against {e.Limit:0.###}, {e.Rows} rows"),
        IncidentEvent.ActionTaken e => new(
            e.At, e.Action, $"{e.Outcome}: {e.Reason} Confirmed: {Join(e.Confirmed)}. Not: {Join(e.Unconfirmed)}."),
        IncidentEvent.NotRecovered e => new(e.At, "not recovered", $"release {e.Release} did not prove itself in time"),
        IncidentEvent.PageAttempted e => new(
            e.At, "paged", $"{nameOf(e.Person)} ({e.Role}), attempt {e.Attempt}, {e.Purpose}"),
        IncidentEvent.PageDelivered e => new(e.At, "delivered", $"{e.Channel}: {e.Receipt}"),
        IncidentEvent.PageFailed e => new(e.At, "not delivered", $"{e.Channel}: {e.Reason}"),
        IncidentEvent.Acknowledged e => new(e.At, "acknowledged", nameOf(e.Person)),
        IncidentEvent.Exhausted e => new(e.At, "exhausted", $"round {e.Round}: nobody of the chain answered"),
        IncidentEvent.Closed e => new(e.At, "closed", nameOf(e.Person)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Join(IReadOnlyList<string> points) => points.Count == 0 ? "none" : string.Join(", ", points);

    private static string Words(BreachNote b) =>
        $"{b.Signal} {b.Feature} {b.Value:0.###} against {b.Limit:0.###} since {b.Since:u}. {b.Evidence}";
}
