using System.Net;

namespace Provost.Server.Start;

/// <summary>What the operator asked for on the command line, checked as a whole before anything starts.</summary>
public sealed record ServerOptions
{
    /// <summary>Folder for everything the server keeps.</summary>
    /// <value>Default <c>.provost</c> in the working directory.</value>
    public required string Data { get; init; }

    /// <summary>Path of the platform settings (providers, channels, triager).</summary>
    /// <value>Default <c>settings.json</c> in the data folder, which may be absent.</value>
    public required string Settings { get; init; }

    /// <summary>PostgreSQL connection string; null runs a private cluster.</summary>
    public string? Database { get; init; }

    /// <summary>The organisation, fixed at first start.</summary>
    /// <value>Default <c>example.org</c>.</value>
    public required string Org { get; init; }

    /// <summary>The ledger's origin, fixed at first start.</summary>
    /// <value>Default the organisation's name and <c>/provost</c>.</value>
    public required string Origin { get; init; }

    /// <summary>Listener of the AI traffic.</summary>
    /// <value>Default 127.0.0.1:7400.</value>
    public required IPEndPoint DataAddress { get; init; }

    /// <summary>Listener of console, API and ledger.</summary>
    /// <value>Default 127.0.0.1:7401.</value>
    public required IPEndPoint ControlAddress { get; init; }

    /// <summary>The proxy's network when TLS ends before us; required to bind beyond loopback.</summary>
    public IPNetwork? BehindProxy { get; init; }

    private static readonly string[] Known =
    [
        "--data", "--settings", "--database", "--org", "--origin", "--data-address", "--control-address",
        "--behind-proxy",
    ];

    /// <summary>Reads <c>--name value</c> and <c>--name=value</c>; collects every fault, not only the first.</summary>
    public static (ServerOptions? Options, IReadOnlyList<string> Faults) Parse(IReadOnlyList<string> arguments)
    {
        var faults = new List<string>();
        var values = Values(arguments, faults);
        var data = Path.GetFullPath(values.GetValueOrDefault("--data", ".provost"));
        var org = values.GetValueOrDefault("--org", "example.org");
        var options = new ServerOptions
        {
            Data = data,
            Settings = Path.GetFullPath(values.GetValueOrDefault("--settings", Path.Combine(data, "settings.json"))),
            Database = values.GetValueOrDefault("--database"),
            Org = org,
            Origin = values.GetValueOrDefault("--origin", $"{org}/provost"),
            DataAddress = Address(values, "--data-address", 7400, faults),
            ControlAddress = Address(values, "--control-address", 7401, faults),
            BehindProxy = Network(values, faults),
        };
        foreach (var (name, address) in new[]
        {
            ("--data-address", options.DataAddress), ("--control-address", options.ControlAddress),
        })
        {
            if (!IPAddress.IsLoopback(address.Address) && options.BehindProxy is null)
            {
                faults.Add($"{name} {address}: only loopback without TLS. Put a proxy that ends TLS before it and say "
                    + "--behind-proxy NETWORK, or bind 127.0.0.1.");
            }
        }

        return faults.Count == 0 ? (options, faults) : (null, faults);
    }

    private static Dictionary<string, string> Values(IReadOnlyList<string> arguments, List<string> faults)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, value) = arguments[i].Split('=', 2) is [var n, var v] ? (n, v) : (arguments[i], null);
            if (!Known.Contains(name))
            {
                faults.Add($"{name}: unknown option. Known: {string.Join(", ", Known)}.");
                continue;
            }

            value ??= i + 1 < arguments.Count ? arguments[++i] : null;
            if (string.IsNullOrEmpty(value))
            {
                faults.Add($"{name}: a value is missing.");
            }
            else if (!values.TryAdd(name, value))
            {
                faults.Add($"{name}: given twice.");
            }
        }

        return values;
    }

    private static IPEndPoint Address(Dictionary<string, string> values, string name, int port, List<string> faults)
    {
        var fallback = new IPEndPoint(IPAddress.Loopback, port);
        if (!values.TryGetValue(name, out var text))
        {
            return fallback;
        }

        if (IPEndPoint.TryParse(text, out var address) && text.Contains(':', StringComparison.Ordinal))
        {
            return address;
        }

        faults.Add($"{name} {text}: not an address and port, as 127.0.0.1:{port} (port 0 takes a free one).");
        return fallback;
    }

    private static IPNetwork? Network(Dictionary<string, string> values, List<string> faults)
    {
        if (!values.TryGetValue("--behind-proxy", out var text))
        {
            return null;
        }

        if (IPNetwork.TryParse(text, out var network))
        {
            return network;
        }

        faults.Add($"--behind-proxy {text}: not a network, as 10.0.0.0/8.");
        return null;
    }
}
