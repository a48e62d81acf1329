using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Provost.Server.Operations;

/// <summary><c>/healthz</c>, <c>/readyz</c> and <c>/metrics</c>, on both listeners.</summary>
/// <param name="look">Ready or not, and what to say.</param>
/// <param name="scrape">The metrics as text.</param>
internal sealed class Health(Func<(bool Ready, JsonObject Document)> look, Func<string> scrape)
{
    public bool Answers(PathString path) =>
        path.Value is "/healthz" or "/readyz" or "/metrics";

    public Task AnswerAsync(HttpContext call)
    {
        call.Response.Headers.CacheControl = "no-store";
        call.Response.Headers.XContentTypeOptions = "nosniff";
        return call.Request.Path.Value switch
        {
            "/healthz" => TextAsync(call, "ok\n"),
            "/metrics" => MetricsAsync(call),
            _ => ReadyAsync(call),
        };
    }

    private Task ReadyAsync(HttpContext call)
    {
        var (ready, document) = look();
        call.Response.StatusCode = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        call.Response.ContentType = "application/json";
        return call.Response.WriteAsync(document.ToJsonString(), call.RequestAborted);
    }

    /// <summary>For loopback alone: counts per system tell a stranger who uses what.</summary>
    private Task MetricsAsync(HttpContext call)
    {
        if (call.Connection.RemoteIpAddress is not { } from || !IPAddress.IsLoopback(from))
        {
            call.Response.StatusCode = StatusCodes.Status403Forbidden;
            return TextAsync(call, "Metrics are for loopback.\n");
        }

        return TextAsync(call, scrape());
    }

    private static Task TextAsync(HttpContext call, string text)
    {
        call.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        return call.Response.WriteAsync(text, call.RequestAborted);
    }
}
