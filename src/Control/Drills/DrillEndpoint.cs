using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;

namespace Provost.Control.Drills;

/// <summary>
/// <c>/ack/drill/{token}</c> for a phone: opening the link shows a button, pressing it answers the drill. Opening alone
/// does nothing, because mail scanners and link previews open every link.
/// </summary>
public static class DrillEndpoint
{
    /// <summary>Maps the page and the button; no session is needed: the token was sent to one person alone.</summary>
    public static void MapDrills(this IEndpointRouteBuilder routes, GovernanceLog log, DrillDesk desk)
    {
        routes.MapGet("/ack/drill/{token}", ContentHttpResult (string token) => log.State.Drills.Find(token) switch
        {
            null => Page(404, "This link is not known.", ""),
            { AnsweredAt: not null } => Page(200, "This drill is answered. Thank you.", ""),
            _ => Page(
                200, "This is a drill: nothing is wrong. Press the button to prove that pages reach you.",
                "<form method=post><button>I am reached</button></form>"),
        });
        routes.MapPost("/ack/drill/{token}", async Task<ContentHttpResult> (
            string token, CancellationToken cancellationToken) =>
            (await desk.AnswerAsync(token, cancellationToken)).Fault is { } fault
                ? Page(Problems.StatusOf(fault.Kind), "This link is not known, or its time is over.", "")
                : Page(200, "You are reached. Thank you.", "")).DisableAntiforgery();
    }

    private static ContentHttpResult Page(int status, string text, string form) => TypedResults.Content(
        $"""
        <!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content="width=device-width">
        <meta name=referrer content=no-referrer><title>Provost</title><p>{text}</p>{form}</html>
        """,
        "text/html; charset=utf-8", Encoding.UTF8, status);
}
