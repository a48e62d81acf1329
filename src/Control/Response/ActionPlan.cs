using Provost.Control.Incidents;
using Provost.Control.Response.Actions;

namespace Provost.Control.Response;

/// <summary>
/// Which actions are due for an incident. Pure: the same incident, serving view, signals and instant give the same
/// duties, so the loop may be stopped anywhere and asked again.
/// </summary>
internal static class ActionPlan
{
    private const string Fallback = "fallback";

    public static IEnumerable<Duty> Due(
        Incident incident, ServingView serving, ResponseOptions options, ResponsePorts ports, DateTimeOffset now)
    {
        var planned = new List<Duty>();
        foreach (var breach in incident.Breaches.Where(b => b.Release == serving.Release))
        {
            var context = new ActionContext(
                incident, breach, serving,
                incident.Breaches.Exists(b => b.Signal == "drift" && b.Release == serving.Release),
                options, ports.HeldLatency, ports.Verdict);
            foreach (var id in serving.OnBreach.Where(r => r.Signal == breach.Signal).SelectMany(r => r.Do))
            {
                planned.AddRange(Resolve(id, context));
            }
        }

        planned.AddRange(AfterRollback(incident, serving, options, now));
        planned.AddRange(AfterExhaustion(incident, serving));
        return planned.DistinctBy(KeyOf).Where(d => !Done(incident, d, options, now));
    }

    private static IEnumerable<Duty> Resolve(string action, ActionContext context)
    {
        var release = context.Serving.Release;
        switch (ActionCatalog.Get(action).Decide(context))
        {
            case ActionStep.Order order:
                yield return new Duty.Engage(order.Kind, order.Release, release, order.Reason);
                break;
            case ActionStep.Skip skip:
                yield return new Duty.Explain(action, release, skip.Reason);
                break;
            case ActionStep.Instead instead:
                yield return new Duty.Explain(action, release, instead.Reason);
                foreach (var duty in Resolve(instead.Action, context))
                {
                    yield return duty;
                }

                break;
        }
    }

    /// <summary>A restored release that does not prove itself in time is replaced by the fallback.</summary>
    private static IEnumerable<Duty> AfterRollback(
        Incident incident, ServingView serving, ResponseOptions options, DateTimeOffset now)
    {
        if (incident.Rollback is not { Restored: { } restored } rollback || incident.RecoveredAt is not null)
        {
            yield break;
        }

        if (incident.Unrecovered.Exists(u => u.Release == restored && u.At >= rollback.At))
        {
            yield return Safe(serving, "the restored release did not prove recovery in time");
        }
        else if (now - rollback.At >= options.RecoverWithin)
        {
            yield return new Duty.GiveUp(restored);
        }
    }

    private static IEnumerable<Duty> AfterExhaustion(Incident incident, ServingView serving)
    {
        var alreadySafe = incident.Actions.Exists(a => a.Order is not null);
        if (incident.Exhaustions.Count > 0 && !alreadySafe)
        {
            yield return Safe(serving, "nobody of the escalation answered");
        }
    }

    private static Duty Safe(ServingView serving, string reason) => serving.HasFallback
        ? new Duty.Engage(Fallback, null, serving.Release, reason)
        : new Duty.Explain(Fallback, serving.Release, $"{reason}, but the release was approved without a fallback");

    private static object KeyOf(Duty duty) => duty switch
    {
        Duty.Engage e => ("engage", e.Action, e.OnRelease),
        Duty.Explain e => ("explain", e.Action, e.OnRelease),
        _ => duty,
    };

    /// <summary>An order that stands is not given again; one that failed or was not confirmed is.</summary>
    private static bool Done(Incident incident, Duty duty, ResponseOptions options, DateTimeOffset now)
    {
        var (action, release) = duty switch
        {
            Duty.Engage e => (e.Action, e.OnRelease),
            Duty.Explain e => (e.Action, e.OnRelease),
            _ => (null, null),
        };
        var tries = incident.Actions.FindAll(a => a.Action == action && a.OnRelease == release);
        return tries.Count > 0 && (tries[^1].Outcome is ActionOutcome.Confirmed or ActionOutcome.Skipped
            || duty is Duty.Explain
            || now - tries[^1].At < options.Wait(tries.Count));
    }
}
