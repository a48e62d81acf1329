namespace Provost.Control.Response.Actions.Pause;

/// <summary>Refuses new calls until an owner resumes.</summary>
internal sealed class PauseAction : IResponseAction
{
    public string Id => "pause";

    public ActionStep Decide(ActionContext context) =>
        new ActionStep.Order(Id, null, $"{context.Breach.Signal} is over its limit");
}
