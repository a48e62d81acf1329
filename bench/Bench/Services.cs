using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Provost.Bench;

/// <summary>The processes the runs compare against: a canned upstream, and a plain pass-through.</summary>
internal static class Services
{
    /// <summary>Answers at once with canned bytes; a stream is flushed frame by frame, paced when asked.</summary>
    public static async Task UpstreamAsync(int port, int paceMs)
    {
        var completion = Wire.Completion();
        var frame = Wire.StreamFrame("twenty characters.. ", last: false);
        var last = Wire.StreamFrame("", last: true);
        var done = "data: [DONE]\n\n"u8.ToArray();
        var app = Build(port);
        app.Run(async call =>
        {
            var body = await ReadAsync(call.Request);
            if (body.AsSpan().IndexOf("\"stream\":true"u8) < 0)
            {
                call.Response.ContentType = "application/json";
                call.Response.ContentLength = completion.Length;
                await call.Response.Body.WriteAsync(completion);
                return;
            }

            call.Response.ContentType = "text/event-stream";
            for (var i = 0; i < Wire.StreamChunks; i++)
            {
                await call.Response.Body.WriteAsync(frame);
                await call.Response.Body.FlushAsync();
                if (paceMs > 0)
                {
                    await Task.Delay(paceMs);
                }
            }

            await call.Response.Body.WriteAsync(last);
            await call.Response.Body.WriteAsync(done);
        });
        await app.RunAsync();
    }

    /// <summary>Kestrel in, HttpClient out, nothing between: what the platform itself costs.</summary>
    public static async Task PassThroughAsync(int port, int upstreamPort)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        using var client = new HttpMessageInvoker(handler);
        var target = new Uri($"http://127.0.0.1:{upstreamPort}/v1/chat/completions");
        var app = Build(port);
        app.Run(async call =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, target)
            {
                Content = new ByteArrayContent(await ReadAsync(call.Request)),
            };
            request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
            using var answer = await client.SendAsync(request, call.RequestAborted);
            call.Response.StatusCode = (int)answer.StatusCode;
            call.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            call.Response.ContentLength = answer.Content.Headers.ContentLength;
            await using var body = await answer.Content.ReadAsStreamAsync(call.RequestAborted);
            var buffer = new byte[16384];
            int read;
            while ((read = await body.ReadAsync(buffer, call.RequestAborted)) > 0)
            {
                await call.Response.Body.WriteAsync(buffer.AsMemory(0, read), call.RequestAborted);
                await call.Response.Body.FlushAsync(call.RequestAborted);
            }
        });
        await app.RunAsync();
    }

    private static WebApplication Build(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, port));
        return builder.Build();
    }

    private static async Task<byte[]> ReadAsync(HttpRequest request)
    {
        var body = new byte[(int)(request.ContentLength ?? 0)];
        await request.Body.ReadExactlyAsync(body);
        return body;
    }
}
