using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Provost.Stage;

/// <summary>Receives the webhooks that Provost pages people with, as a duty phone would.</summary>
public sealed class PageReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<JsonNode> _pages = Channel.CreateUnbounded<JsonNode>();

    private PageReceiver(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First() + "/page");

    /// <summary>What the server signs its webhooks with; random per run.</summary>
    public string Secret { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

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

    /// <summary>The next page that says all these words; pages about something else are read past.</summary>
    /// <exception cref="TimeoutException">None came in time.</exception>
    public async Task<JsonNode> NextAsync(TimeSpan within, string[] words, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(within);
        try
        {
            while (true)
            {
                var page = await _pages.Reader.ReadAsync(timeout.Token);
                if (words.All(page.ToJsonString().Contains))
                {
                    return page;
                }
            }
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"No page with {string.Join(" and ", words)} came within {within.TotalSeconds:0} s.", late);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
