using Microsoft.AspNetCore.Http;
using Provost.Gateway.Protocols;
using Provost.Ledger.Records;

namespace Provost.Gateway.Pipeline;

/// <summary>
/// Everything that the gateway says in headers, and the two ways to end a response. Content types are the three named
/// here and no other; nothing of an upstream's headers passes.
/// </summary>
internal static class ResponseHead
{
    public const string Json = "application/json";
    public const string EventStream = "text/event-stream";

    public static void Write(GatewayCall call, string contentType, long? contentLength)
    {
        var response = call.Http.Response;
        var headers = response.Headers;
        Safe(headers, contentType);
        response.ContentLength = contentLength;
        if (call.Key is not null)
        {
            headers["Provost-Decision"] = call.Decision.ToString();
            headers["Provost-Outcome"] = Words.Of(call.Outcome);
            if (call.System?.IsExperimental == true)
                headers["Provost-Lane"] = "experimental";

            if (call.Release is { } release)
            {
                if (release.Named is { } named)
                    headers["Provost-Release"] = named;

                if (release.WarrantId is { } warrant)
                    headers["Provost-Warrant"] = warrant;

                if (call.Exception is { } exception)
                    headers["Provost-Exception"] = exception.ToString();

                if (call.Adoption is { } adoption)
                    headers["Provost-Ungoverned"] = adoption.ToString();
            }
        }

        if (contentType == EventStream)
        {
            headers.CacheControl = "no-cache";
            if (response.SupportsTrailers())
            {
                response.DeclareTrailer("Provost-Outcome");
            }
        }
    }

    /// <summary>What every answer of the data listener carries: no browser is to read it as a page.</summary>
    public static void Safe(IHeaderDictionary headers, string contentType)
    {
        headers.ContentType = contentType;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
    }

    public static async Task FinishAsync(GatewayCall call, int status, ReadOnlyMemory<byte> body, string contentType)
    {
        call.Http.Response.StatusCode = status;
        Write(call, contentType, body.Length);
        await SendAsync(call.Http, body);
    }

    public static async Task FinishStreamAsync(GatewayCall call, ByteBuffer last)
    {
        var response = call.Http.Response;
        if (!response.HasStarted)
        {
            Write(call, EventStream, contentLength: null);
        }

        await SendAsync(call.Http, last.Memory);
        if (response.SupportsTrailers())
        {
            response.AppendTrailer("Provost-Outcome", Words.Of(call.Outcome));
        }
    }

    public static async Task SendAsync(HttpContext http, ReadOnlyMemory<byte> body)
    {
        try
        {
            await http.Response.BodyWriter.WriteAsync(body, http.RequestAborted);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The client left after the record was written: that record is the truth of what was decided.
        }
    }
}
