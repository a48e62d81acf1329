using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Provost.Browser.Tests.Town;

/// <summary>Where the webhooks that page people arrive.</summary>
internal sealed class PageReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<JsonNode> _pages = Channel.CreateUnbounded<JsonNode>();

    private PageReceiver(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First() + "/page");

    public static async Task<PageReceiver> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var receiver = new PageReceiver(builder.Build());
        receiver._app.MapPost("/page", async (HttpContext call) =>
        {
            var page = await JsonNode.ParseAsync(call.Request.Body, cancellationToken: call.RequestAborted);
            receiver._pages.Writer.TryWrite(page!);
        });
        await receiver._app.StartAsync(cancellationToken);
        return receiver;
    }

    /// <summary>The next page that came in.</summary>
    public Task<JsonNode> NextAsync(CancellationToken cancellationToken) =>
        _pages.Reader.ReadAsync(cancellationToken).AsTask();

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
