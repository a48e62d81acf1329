using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Provost.Control.Intake;

/// <summary>The route of intakes: answers in, tier, duties and manifest out. Registers nothing.</summary>
internal static class IntakeApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks) => api.MapPost(
        "/intake",
        (IntakeAnswers answers) => TypedResults.Ok(
            IntakeReading.Of(answers, desks.Log.State.Taxonomies.InForce)));
}
