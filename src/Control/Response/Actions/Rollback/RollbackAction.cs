using Provost.Control.Signals;

namespace Provost.Control.Response.Actions.Rollback;

/// <summary>
/// Restores the last warranted release, but only where that can help: inputs have not moved (an older release would
/// see the same), the breach came soon after the new release went live, and the older one is proven to have held this
/// very limit and is not in breach itself. Otherwise the approved fallback is the safe choice.
/// </summary>
internal sealed class RollbackAction : IResponseAction
{
    private const string Latency = "latency";

    public string Id => "rollback";

    public ActionStep Decide(ActionContext context)
    {
        var serving = context.Serving;
        if (context.InputsMoved)
        {
            return Safe("the inputs moved: an older release would see the same");
        }

        if (context.Breach.Signal != Latency || serving.Latency is not { } limit)
        {
            return Safe($"{context.Breach.Signal} has no older measure to compare with");
        }

        if (context.Breach.Since - serving.LiveSince > context.Options.RollbackWindow)
        {
            return Safe("the release had served well before: it is not the cause");
        }

        if (serving.Restorable.Count == 0)
        {
            return Safe("no earlier release has a warrant in force");
        }

        var older = serving.Restorable[0];
        var key = context.KeyOf(older);
        return context.Verdict(key) == SignalVerdict.Breach
                || context.Incident.Breaches.Exists(b => b.Release == older)
            ? Safe("the earlier release is in breach itself")
            : context.HeldLatency(key, limit.Over, (double)limit.Rate)
                ? new ActionStep.Order(
                    Id, older, "latency is over its limit since this release went live; the earlier one held it")
                : Safe("the earlier release is not proven to have held this limit");
    }

    private static ActionStep.Instead Safe(string reason) => new("fallback", reason);
}
