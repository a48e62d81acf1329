using System.Globalization;
using Provost.Control.Incidents;

namespace Provost.WebConsole.Design;

/// <summary>How incidents are told: what broke, in words and numbers.</summary>
public static class IncidentWords
{
    /// <summary><c>stated_income has drifted past its approved limit</c>.</summary>
    public static string Headline(BreachNote breach) => breach.Signal switch
    {
        "drift" => $"{breach.Feature ?? "an input"} has drifted past its approved limit",
        "latency" => "answers are slower than approved",
        "completeness" => "answers were given that the log has no record of",
        "served" => $"another model answers than was approved: {breach.Feature}",
        _ => $"{breach.Signal} is past its approved limit",
    };

    /// <summary><c>0.112 against 0.05</c>; shares as percent.</summary>
    public static string Numbers(BreachNote breach) => breach.Signal == "served"
        ? "seen for the first time"
        : $"{Value(breach, breach.Value)} against {Value(breach, breach.Limit)}";

    /// <summary>A value of the breach's signal.</summary>
    public static string Value(BreachNote breach, decimal value) => breach.Signal switch
    {
        "latency" => Say.Percent((double)value),
        "completeness" => Say.Count((long)value),
        _ => value.ToString("0.000", CultureInfo.InvariantCulture),
    };

    /// <summary>What the incident is called: by its first breach.</summary>
    public static string Title(Incident incident) => incident.Breaches is [var first, ..]
        ? $"{incident.System}: {Headline(first)}"
        : incident.System;

    /// <summary>One line of the timeline.</summary>
    public static string Line(IncidentEvent said, PersonNames names) => said switch
    {
        IncidentEvent.Opened e => $"Opened: {Headline(e.Breach)}, {Numbers(e.Breach)}. {e.Breach.Evidence}",
        IncidentEvent.SignalJoined e => $"Also: {Headline(e.Breach)}, {Numbers(e.Breach)}. {e.Breach.Evidence}",
        IncidentEvent.SignalRecovered e =>
            $"{Say.Sentence(e.Signal)}{(e.Feature is null ? "" : $" of {e.Feature}")} proved back within its limit on "
            + $"{Say.Digest(e.Release)}.",
        IncidentEvent.ActionTaken e => Action(e),
        IncidentEvent.NotRecovered e => $"The restored release {Say.Digest(e.Release)} has not proved itself in time.",
        IncidentEvent.PageAttempted e => $"{names.Of(e.Person)}, {e.Role}, paged"
            + (e.Purpose == PagePurpose.Recovery ? " about the recovery" : "")
            + (e.Attempt > 1 ? $", attempt {e.Attempt}" : "") + (e.Round > 0 ? $", round {e.Round + 1}" : "") + ".",
        IncidentEvent.PageDelivered e => $"Page delivered by {e.Channel}: {e.Receipt}",
        IncidentEvent.PageFailed e => $"Page not delivered by {e.Channel}: {e.Reason}",
        IncidentEvent.Acknowledged e => $"{names.Of(e.Person)} acknowledged.",
        IncidentEvent.Exhausted e => $"Everybody of the chain was paged and nobody answered, round {e.Round + 1}.",
        IncidentEvent.Closed e => $"{names.Of(e.Person)} closed it.",
        _ => said.GetType().Name,
    };

    /// <summary>An action with what was confirmed, and by which point it was not.</summary>
    public static string Action(IncidentEvent.ActionTaken action)
    {
        var name = Say.Sentence(action.Action)
            + (action.Restored is { } restored ? $" to {Say.Digest(restored)}" : "");
        var confirmed = action.Confirmed.Count;
        var told = confirmed + action.Unconfirmed.Count;
        return action.Outcome switch
        {
            ActionOutcome.Confirmed => $"{name}: {confirmed} of {told} confirmed.",
            ActionOutcome.Unconfirmed => $"{name}: {confirmed} of {told} confirmed. Not confirmed by "
                + $"{Say.List(action.Unconfirmed, "any point")}.",
            ActionOutcome.Failed => $"{name} failed: {action.Reason}",
            _ => $"{name} not engaged: {action.Reason}",
        };
    }
}
