using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access;
using Provost.Control.Governance;

namespace Provost.Control.Retention;

/// <summary>Routes of terms.</summary>
internal static class RetentionApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapGet(
            "/retention/plan",
            async (DateTimeOffset? asOf, string? system, string? standing, HttpContext call, CancellationToken token) =>
            {
                if (!Permission.MayReadRecords(desks.Log.State, ControlApi.Asks(call).Person))
                    return Problems.Answer<RetentionPlan>(RetentionErrors.ComplianceOnly());

                var plan = await desks.Retention.PlanAsync(asOf, token);
                return Problems.Answer<RetentionPlan>(plan with
                {
                    Rows = [.. plan.Rows.Where(r => (system is null || r.Group.System == system)
                        && (standing is null || r.Standing == standing))],
                });
            });
        api.MapGet("/retention/schedule", () => TypedResults.Ok(desks.Retention.Schedule));
        api.MapGet("/retention/runs", ([AsParameters] PageParameters page, HttpContext call) =>
            Permission.MayReadRecords(desks.Log.State, ControlApi.Asks(call).Person)
                ? Problems.Answer<Listing<TermRun>>(page.Of(desks.Log.State.Retention.Runs, _ => true, r => r.Id))
                : Problems.Answer<Listing<TermRun>>(RetentionErrors.ComplianceOnly()));
        api.MapPost("/retention/runs", async (HttpContext call, CancellationToken token) =>
        {
            var asks = ControlApi.Asks(call);
            if (!Permission.MayErase(desks.Log.State, asks.Person))
                return Problems.Answer<Listing<TermRun>>(RetentionErrors.ComplianceOnly());

            var runs = await desks.Retention.RunAsync(asks.Actor, token);
            return runs.Fault is { } fault
                ? Problems.Answer<Listing<TermRun>>(fault)
                : Problems.Answer<Listing<TermRun>>(new Listing<TermRun>(runs.Value));
        });
    }
}
