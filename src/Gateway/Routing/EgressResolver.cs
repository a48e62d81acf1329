using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;

namespace Provost.Gateway.Routing;

/// <summary>
/// The one way out of Provost: upstreams, webhooks, mail. A target must stand in the allow-list that the platform's
/// settings make; its name is resolved here, the address is checked, and the connection goes to exactly the address
/// that
/// was checked. Link-local, metadata, multicast and unspecified addresses are refused always; loopback only
/// where the settings name a loopback host themselves. Redirects, proxies and cookies are off.
/// </summary>
public sealed class EgressResolver
{
    private readonly FrozenSet<(string Host, int Port)> _allowed;

    /// <param name="targets">Every address of the settings; only host and port count.</param>
    public EgressResolver(IEnumerable<Uri> targets) =>
        _allowed = targets.Select(t => (t.IdnHost.ToLowerInvariant(), PortOf(t))).ToFrozenSet();

    /// <summary>The addresses of all providers, channels and issuers in the settings.</summary>
    public static EgressResolver For(PlatformSettings settings) => new(
        settings.Providers.Values.Select(p => p.BaseUrl).Concat(settings.Channels.Values.Select(c => c.Address))
            .Concat(settings.Issuers));

    /// <summary>A sender of HTTP requests that can reach allowed targets only.</summary>
    /// <param name="connectTimeout">Bound on name resolution, TCP and TLS together.</param>
    public HttpMessageInvoker CreateInvoker(TimeSpan connectTimeout) => new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = connectTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            EnableMultipleHttp2Connections = true,
            ConnectCallback = async (context, cancellationToken) => await ConnectAsync(
                context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken),
        },
        disposeHandler: true);

    /// <summary>Opens a connection to an allowed target, without delay of small packets.</summary>
    /// <exception cref="EgressRefusedException">The target, or the address it resolves to, is not allowed.</exception>
    /// <exception cref="SocketException">Nobody answers there.</exception>
    public async ValueTask<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        if (!_allowed.Contains((host.ToLowerInvariant(), port)))
        {
            throw new EgressRefusedException($"{host}:{port} is no provider, channel or issuer of this platform");
        }

        var mayBeLoopback = IsLoopbackName(host);
        var resolved = IPAddress.TryParse(host, out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(host, cancellationToken);
        var addresses = Array.FindAll(resolved, a => IsReachable(a, mayBeLoopback));
        if (addresses.Length == 0)
        {
            throw new EgressRefusedException($"{host} resolves to no address that may be reached from here");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether an address may be connected to at all.</summary>
    internal static bool IsReachable(IPAddress address, bool mayBeLoopback)
    {
        var a = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (IPAddress.IsLoopback(a))
        {
            return mayBeLoopback;
        }

        return a.AddressFamily == AddressFamily.InterNetwork ? IsReachable4(a) : IsReachable6(a);
    }

    private static bool IsReachable4(IPAddress address)
    {
        Span<byte> b = stackalloc byte[4];
        address.TryWriteBytes(b, out _);
        var unspecified = b[0] == 0;
        var linkLocal = b[0] == 169 && b[1] == 254;
        var multicastOrReserved = b[0] >= 224;
        var otherMetadata = b[0] == 100 && b[1] == 100 && b[2] == 100 && b[3] == 200;
        return !unspecified && !linkLocal && !multicastOrReserved && !otherMetadata;
    }

    private static bool IsReachable6(IPAddress address) =>
        !address.IsIPv6LinkLocal
        && !address.IsIPv6Multicast
        && !address.Equals(IPAddress.IPv6Any)
        && !address.Equals(Metadata6);

    private static readonly IPAddress Metadata6 = IPAddress.Parse("fd00:ec2::254");

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var literal) && IPAddress.IsLoopback(literal));

    private static int PortOf(Uri target) => target.Port > 0 ? target.Port : target.Scheme == "smtp" ? 25 : 443;
}

/// <summary>A connection that the egress rules forbid; the message names the target.</summary>
public sealed class EgressRefusedException(string message) : IOException(message);
