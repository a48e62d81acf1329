using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Provost.Control;
using Provost.Gateway;
using Provost.Gateway.Pipeline;
using Provost.Server.Operations;
using Provost.WebConsole;

namespace Provost.Server.Start;

/// <summary>The two listeners, each a host of its own: they share nothing but what is handed to both.</summary>
internal static class Listeners
{
    /// <summary>The AI traffic: health and metrics, and everything else is the gateway's.</summary>
    public static WebApplication Data(IPEndPoint address, GatewayHost gateway, Health health, ILoggerFactory logs)
    {
        // A call goes on where its bytes came in: to hand it to another thread of the pool and back costs more than the
        // steps between. Nothing of a call blocks, so it holds up no other connection.
        var app = Build(address, logs, _ => { }, sockets => sockets.UnsafePreferInlineScheduling = true);
        app.Use((call, next) => health.Answers(call.Request.Path) ? health.AnswerAsync(call) : next(call));
        app.RunGateway(gateway);
        return app;
    }

    /// <summary>Console, API and ledger.</summary>
    public static WebApplication Control(
        ServerOptions options, Health health, ConsolePorts ports, Action<WebApplication> mapApi, TimeProvider time,
        ILoggerFactory logs)
    {
        var app = Build(options.ControlAddress, logs, services =>
        {
            services.AddSingleton(ports);
            services.AddSingleton(time);
            // forms that were open before a restart can still be sent after it
            services.AddDataProtection().SetApplicationName("provost")
                .PersistKeysToFileSystem(Directory.CreateDirectory(Path.Combine(options.Data, "keys", "console")));
            services.AddControlApi();
            services.AddWebConsole();
            services.AddOpenApi();
            if (options.BehindProxy is { } network)
            {
                services.Configure<ForwardedHeadersOptions>(forwarded =>
                {
                    forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
                    forwarded.KnownIPNetworks.Clear();
                    forwarded.KnownIPNetworks.Add(network);
                });
            }
        });
        if (options.BehindProxy is not null)
            app.UseForwardedHeaders();
        app.Use((call, next) => health.Answers(call.Request.Path) ? health.AnswerAsync(call) : next(call));
        app.UseRouting();
        mapApi(app);
        app.MapOpenApi("/openapi/v1.json");
        app.MapWebConsole();
        return app;
    }

    /// <summary>The address that a started listener really has (port 0 takes a free one).</summary>
    public static string AddressOf(WebApplication app) => app.Services.GetRequiredService<IServer>()
        .Features.Get<IServerAddressesFeature>()!.Addresses.First();

    private static WebApplication Build(
        IPEndPoint address, ILoggerFactory logs, Action<IServiceCollection> add,
        Action<SocketTransportOptions>? sockets = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton(logs);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 80L << 20;
            kestrel.Listen(address);
        });
        builder.WebHost.UseSockets(sockets ?? (_ => { }));
        add(builder.Services);
        return builder.Build();
    }
}
