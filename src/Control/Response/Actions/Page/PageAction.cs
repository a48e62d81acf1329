namespace Provost.Control.Response.Actions.Page;

/// <summary>Calls the escalation chain, technical owner first.</summary>
internal sealed class PageAction : IResponseAction
{
    public string Id => "page";

    public ActionStep Decide(ActionContext context) => new ActionStep.CallPeople("declared by the release");
}
