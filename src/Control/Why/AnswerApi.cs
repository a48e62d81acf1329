using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;

namespace Provost.Control.Why;

/// <summary>The route of question 1: <c>of</c> is a decision's id, a key's id, a release's digest, a system's name or
/// <c>system@version</c>.</summary>
internal static class AnswerApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks) => api.MapGet(
        "/answers/approval", async (string of, HttpContext call, CancellationToken token) =>
        {
            var answers = await desks.Answers.AskAsync(ControlApi.Asks(call), of, token);
            return Problems.Answer<Listing<ApprovalAnswer>>(answers.Fault is { } fault
                ? fault
                : new Listing<ApprovalAnswer>(answers.Value));
        });
}
