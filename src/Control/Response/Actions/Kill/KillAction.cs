namespace Provost.Control.Response.Actions.Kill;

/// <summary>Refuses new calls and cuts those in flight.</summary>
internal sealed class KillAction : IResponseAction
{
    public string Id => "kill";

    public ActionStep Decide(ActionContext context) =>
        new ActionStep.Order(Id, null, $"{context.Breach.Signal} is over its limit");
}
