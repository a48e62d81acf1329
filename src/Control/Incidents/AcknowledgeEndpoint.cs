using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Provost.Control.Incidents;

/// <summary>
/// <c>/ack/{token}</c> for a phone: opening the link shows a button, pressing it takes the incident. Opening alone does
/// nothing, because mail scanners and link previews open every link.
/// </summary>
public static class AcknowledgeEndpoint
{
    /// <summary>Maps the page and the button; no session is needed.</summary>
    public static void MapAcknowledge(this IEndpointRouteBuilder routes, AcknowledgePage acknowledge)
    {
        routes.MapGet("/ack/{token}", ContentHttpResult (string token) => acknowledge.Find(token) switch
        {
            null => Unknown(),
            var (incident, _) when !incident.IsOpen => Page(200, "This incident is closed.", ""),
            var (incident, _) => Page(
                200,
                $"{incident.System} ({incident.Environment}) has an incident since {incident.OpenedAt:u}.",
                "<form method=post><button>I take it</button></form>"),
        });
        routes.MapPost("/ack/{token}", async Task<ContentHttpResult> (
            string token, CancellationToken cancellationToken) =>
            await acknowledge.HandleAsync(token, cancellationToken) switch
            {
                AcknowledgeOutcome.Taken taken =>
                    Page(200, $"You have taken the incident of {taken.Incident.System}.", ""),
                AcknowledgeOutcome.AlreadyClosed => Page(200, "This incident is closed.", ""),
                _ => Unknown(),
            }).DisableAntiforgery();
    }

    private static ContentHttpResult Unknown() => Page(404, "This link is not known.", "");

    private static ContentHttpResult Page(int status, string text, string form) => TypedResults.Content(
        $"""
        <!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content="width=device-width">
        <meta name=referrer content=no-referrer><title>Provost</title><p>{WebUtility.HtmlEncode(text)}</p>{form}</html>
        """,
        "text/html; charset=utf-8", Encoding.UTF8, status);
}
