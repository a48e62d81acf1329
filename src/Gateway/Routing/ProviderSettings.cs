using Provost.Gateway.Budgets;

namespace Provost.Gateway.Routing;

/// <summary>
/// The platform's own settings, bound from JSON by the server: which providers and channels exist. Their addresses are
/// the egress allow-list; nothing in a manifest or a request can add to it.
/// </summary>
public sealed record PlatformSettings
{
    /// <summary>Name (as manifests say <c>model.provider</c>) to provider.</summary>
    public IReadOnlyDictionary<string, ProviderSettings> Providers { get; init; } =
        new Dictionary<string, ProviderSettings>();

    /// <summary>Name to alert channel; each channel reads its own members.</summary>
    public IReadOnlyDictionary<string, ChannelSettings> Channels { get; init; } =
        new Dictionary<string, ChannelSettings>();

    /// <summary>Addresses at which issuers of tokens publish their keys.</summary>
    public IReadOnlyList<Uri> Issuers { get; init; } = [];

    /// <summary>Mail address of the person who looks at unregistered callers.</summary>
    public string? Triager { get; init; }
}

/// <summary>One upstream that models are served from.</summary>
public sealed record ProviderSettings
{
    /// <summary><c>openai</c> (chat completions) or <c>open-inference</c> (Open Inference Protocol v2).</summary>
    public required string Dialect { get; init; }

    /// <summary>For example <c>https://api.openai.com</c>; the dialect's own path is appended.</summary>
    public required Uri BaseUrl { get; init; }

    /// <summary><c>env:NAME</c> or <c>file:PATH</c>, null when the upstream wants no key. Never the key.</summary>
    public string? Key { get; init; }

    /// <summary>Prices by model name, for the daily spend cap.</summary>
    public IReadOnlyDictionary<string, Price> Prices { get; init; } = new Dictionary<string, Price>();

    public UpstreamTimeouts Timeouts { get; init; } = new();
}

/// <summary>One alert channel; the kind decides which members count.</summary>
/// <param name="Kind"><c>webhook</c> or <c>smtp</c>.</param>
/// <param name="Address"><c>https://…</c> or <c>smtp://host:port</c>.</param>
/// <param name="Secret"><c>env:NAME</c> or <c>file:PATH</c>: the signing key or the password.</param>
/// <param name="From">Sender address of mail.</param>
/// <param name="User">Account of the mail server.</param>
public sealed record ChannelSettings(
    string Kind, Uri Address, string? Secret = null, string? From = null, string? User = null);

/// <summary>How long each part of an upstream call may take.</summary>
public sealed record UpstreamTimeouts
{
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From sending the request to the response's header.</summary>
    public TimeSpan FirstByte { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Between two pieces of a response's body.</summary>
    public TimeSpan BetweenChunks { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan Whole { get; init; } = TimeSpan.FromMinutes(15);
}
