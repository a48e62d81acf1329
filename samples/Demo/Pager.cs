using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Provost.Demo;

/// <summary>Receives the signed webhooks that Provost pages with, as a duty phone would.</summary>
internal sealed class Pager : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<JsonNode> _pages = Channel.CreateUnbounded<JsonNode>();

    private Pager(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First() + "/page");

    public string Secret { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    public static async Task<Pager> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var pager = new Pager(builder.Build());
        pager._app.MapPost("/page", async (Microsoft.AspNetCore.Http.HttpContext call) =>
        {
            var page = await JsonNode.ParseAsync(call.Request.Body, cancellationToken: call.RequestAborted);
            pager._pages.Writer.TryWrite(page!);
        });
        await pager._app.StartAsync(cancellationToken);
        return pager;
    }

    /// <summary>The next page that says all these words; pages about something else are read past.</summary>
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
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NotSeenException(
                $"No page with {string.Join(" and ", words)} came within {within.TotalSeconds:0} s.");
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
