using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Provost.Testing;

/// <summary>What an upstream was sent.</summary>
public sealed record ReceivedCall(string Path, string Body, IReadOnlyDictionary<string, string> Headers);

/// <summary>
/// An upstream on a real socket that speaks whatever bytes a test gives it: plain, streamed in pieces, slow, cut off.
/// It
/// remembers what it was sent.
/// </summary>
public sealed class FakeUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ReceivedCall> _received = new();

    private FakeUpstream(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    /// <summary>How the next calls are answered.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = call => PlainAsync(call, "{}");

    public IReadOnlyCollection<ReceivedCall> Received => _received;

    /// <summary>Completes when a client has broken off a call.</summary>
    public TaskCompletionSource Aborted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<FakeUpstream> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var upstream = new FakeUpstream(app);
        app.Run(upstream.HandleAsync);
        await app.StartAsync();
        return upstream;
    }

    /// <summary>A JSON body.</summary>
    public static Task PlainAsync(HttpContext call, string json, int status = 200)
    {
        call.Response.StatusCode = status;
        call.Response.ContentType = "application/json";
        return call.Response.WriteAsync(json);
    }

    /// <summary>An event stream in the pieces given, each flushed.</summary>
    public static async Task StreamAsync(HttpContext call, IEnumerable<byte[]> pieces)
    {
        call.Response.ContentType = "text/event-stream";
        foreach (var piece in pieces)
        {
            await call.Response.Body.WriteAsync(piece);
            await call.Response.Body.FlushAsync();
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext call)
    {
        using var reader = new StreamReader(call.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        _received.Enqueue(new ReceivedCall(
            call.Request.Path, body, call.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString())));
        call.RequestAborted.Register(() => Aborted.TrySetResult());
        await Answer(call);
    }
}
