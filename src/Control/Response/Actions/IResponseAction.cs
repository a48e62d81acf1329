using Provost.Control.Incidents;
using Provost.Control.Signals;

namespace Provost.Control.Response.Actions;

/// <summary>
/// One thing a release may declare under <c>onBreach</c>. An action decides what it means for this breach and does
/// nothing itself: the loop gives the order, asks for confirmation per enforcement point and writes it down.
/// </summary>
internal interface IResponseAction
{
    /// <summary>The word in <c>do</c>.</summary>
    string Id { get; }

    ActionStep Decide(ActionContext context);
}

/// <summary>What an action decides from.</summary>
/// <param name="InputsMoved">A drift breach of the serving release stands in the incident.</param>
/// <param name="HeldLatency">Whether a release is proven to have held a limit.</param>
internal sealed record ActionContext(
    Incident Incident, BreachNote Breach, ServingView Serving, bool InputsMoved, ResponseOptions Options,
    Func<ReleaseKey, TimeSpan, double, bool> HeldLatency, Func<ReleaseKey, SignalVerdict> Verdict)
{
    public ReleaseKey KeyOf(string release) => new(Serving.System, Serving.Environment, release);
}

/// <summary>What is to be done.</summary>
internal abstract record ActionStep(string Reason)
{
    /// <summary>The escalation chain is called; it is, in every incident.</summary>
    public sealed record CallPeople(string Reason) : ActionStep(Reason);

    /// <summary>The registry is given an order.</summary>
    public sealed record Order(string Kind, string? Release, string Reason) : ActionStep(Reason);

    /// <summary>Another action is right here.</summary>
    public sealed record Instead(string Action, string Reason) : ActionStep(Reason);

    /// <summary>Nothing can be engaged.</summary>
    public sealed record Skip(string Reason) : ActionStep(Reason);
}
