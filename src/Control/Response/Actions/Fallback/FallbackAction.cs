namespace Provost.Control.Response.Actions.Fallback;

/// <summary>Engages the fallback that was approved with the release.</summary>
internal sealed class FallbackAction : IResponseAction
{
    public string Id => "fallback";

    public ActionStep Decide(ActionContext context) => context.Serving.HasFallback
        ? new ActionStep.Order(Id, null, context.Breach.Feature is { } feature
            ? $"{context.Breach.Signal} of {feature} is over its limit: the input moved"
            : $"{context.Breach.Signal} is over its limit")
        : new ActionStep.Skip("the release was approved without a fallback");
}
