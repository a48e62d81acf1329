using Provost.Control.Incidents;

namespace Provost.Control.Response;

/// <summary>
/// Who is to be called now. The chain runs in rounds: the first begins with the incident, a further one when an
/// incident that somebody took, or that nobody answered, is still there after its time. Pure, like
/// <see cref="ActionPlan"/>.
/// </summary>
internal static class PagePlan
{
    public static IEnumerable<Duty> Due(
        Incident incident, ServingView serving, ResponseOptions options, DateTimeOffset now)
    {
        var (round, start) = RoundAt(incident, options, now);
        var answered = incident.Acknowledgements.Exists(a => a.At >= start);
        if (incident.RecoveredAt is not null && WhoCares(incident, serving) is { } target)
        {
            foreach (var duty in Call(
                incident, PagePurpose.Recovery, incident.Breaches.Count, 0, target, serving, options, now))
            {
                yield return duty;
            }
        }

        if (answered || (round > 0 && incident.RecoveredAt is not null))
        {
            yield break;
        }

        for (var step = 0; step < serving.Escalation.Count; step++)
        {
            var due = step == 0 ? TimeSpan.Zero : serving.Escalation[step].After;
            if (now - start >= due)
            {
                var calls = Call(
                    incident, PagePurpose.Alert, round, step, serving.Escalation[step], serving, options, now);
                foreach (var duty in calls)
                {
                    yield return duty;
                }
            }
        }

        var end = serving.Escalation.Count == 0 ? TimeSpan.Zero : serving.Escalation[^1].After;
        if (now - start >= end + options.ExhaustedAfter && !incident.Exhaustions.Exists(e => e.Round == round))
        {
            yield return new Duty.Exhaust(round);
        }
    }

    /// <summary>The round that runs at an instant, and when it began.</summary>
    internal static (int Round, DateTimeOffset Start) RoundAt(
        Incident incident, ResponseOptions options, DateTimeOffset now)
    {
        var (round, start) = (0, incident.OpenedAt);
        while (true)
        {
            var ended = incident.Acknowledgements.FindLast(a => a.At >= start)?.At
                ?? incident.Exhaustions.Find(e => e.Round == round)?.At;
            if (ended is not { } at || now - at < options.RepageAfter || incident.RecoveredAt is not null)
            {
                return (round, start);
            }

            (round, start) = (round + 1, at + options.RepageAfter);
        }
    }

    /// <summary>One call per purpose, round and step; again while no channel took it and attempts are left.</summary>
    private static IEnumerable<Duty> Call(
        Incident incident, PagePurpose purpose, int round, int step, EscalationTarget target,
        ServingView serving, ResponseOptions options, DateTimeOffset now)
    {
        var page = incident.Pages.FindLast(p => p.Purpose == purpose && p.Round == round && p.Step == step);
        // Who was called and is out of the chain since answers no more: the office's new person is called.
        if (page is null || serving.Escalation.All(t => t.Person != page.Person))
        {
            yield return new Duty.Call(null, purpose, round, step, target, 1);
        }
        else if (page.DeliveredAt is null && page.Attempts < options.MostAttempts
            && now - page.LastAttempt >= options.Wait(page.Attempts))
        {
            var same = target with { Person = page.Person, Role = page.Role };
            yield return new Duty.Call(page.Id, purpose, round, step, same, page.Attempts + 1);
        }
    }

    /// <summary>Whoever took the incident hears of its recovery, otherwise the first of the chain.</summary>
    private static EscalationTarget? WhoCares(Incident incident, ServingView serving)
    {
        var taker = incident.Acknowledgements.Count > 0 ? incident.Acknowledgements[^1].Person : null;
        return serving.Escalation.FirstOrDefault(t => t.Person == taker)
            ?? (serving.Escalation is [var first, ..] ? first : null);
    }
}
