using Microsoft.AspNetCore.Http;
using Provost.Control.Evaluations;
using Provost.Gateway.Pipeline;

namespace Provost.Server.Start;

/// <summary>Calls of rehearsals: through the gateway's whole pipeline, without a socket. Key, binding, guardrails,
/// provider and record are those of any call.</summary>
internal static class RehearsalLane
{
    public static async Task<ReplayAnswer> CallAsync(
        GatewayHost gateway, ReplayCall call, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        var http = new DefaultHttpContext { RequestAborted = cancellationToken };
        http.Request.Method = HttpMethods.Post;
        http.Request.Scheme = "http";
        http.Request.Protocol = "HTTP/1.1";
        http.Request.Path = call.Path;
        http.Request.ContentType = "application/json";
        http.Request.ContentLength = call.Body.Length;
        http.Request.Headers.Authorization = $"Bearer {call.Key}";
        http.Request.Body = new MemoryStream(call.Body, writable: false);
        http.Response.Body = body;
        await gateway.HandleAsync(http);
        cancellationToken.ThrowIfCancellationRequested();
        var headers = http.Response.Headers;
        return new ReplayAnswer(
            http.Response.StatusCode,
            headers["Provost-Outcome"] is [{ } outcome] ? outcome : null,
            Guid.TryParse(headers["Provost-Decision"], out var decision) ? decision : null,
            body.ToArray(),
            headers["Provost-Release"] is [{ } release] ? release : null);
    }
}
