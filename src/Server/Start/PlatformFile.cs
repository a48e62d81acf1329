using System.Text.Json;
using System.Text.Json.Serialization;
using Provost.Control.Access.OpenId;
using Provost.Control.Access.Passkeys;
using Provost.Control.Anchors;
using Provost.Control.Retention;
using Provost.Control.Signals;
using Provost.Gateway.Budgets;
using Provost.Gateway.Routing;

namespace Provost.Server.Start;

/// <summary>The platform's settings file: providers, channels, triager, and how signals close their panes.</summary>
/// <remarks>Members are nullable because a generated reader sets every one of them: what is absent is null here, and
/// gets its default where it is taken over.</remarks>
internal sealed record PlatformFile
{
    public IReadOnlyDictionary<string, ProviderEntry>? Providers { get; init; }

    public IReadOnlyDictionary<string, ChannelSettings>? Channels { get; init; }

    /// <summary>Mail address of the person who looks at unregistered callers.</summary>
    public string? Triager { get; init; }

    /// <summary>Addresses at which issuers of tokens publish their keys; only host and port count. Listing one trusts
    /// nobody: it lets this server ask there.</summary>
    public IReadOnlyList<Uri>? Issuers { get; init; }

    /// <summary>The organisation's OpenID provider, for signing in to the console.</summary>
    public OpenIdSettings? SignIn { get; init; }

    /// <summary>The address that people open the console at, as <c>https://provost.acme.example</c>: what passkeys are
    /// made for.</summary>
    public string? Console { get; init; }

    public SignalEntry? Signals { get; init; }

    /// <summary>Where checkpoints are kept outside, by name.</summary>
    public IReadOnlyDictionary<string, AnchorSettings>? Anchors { get; init; }

    /// <summary>The customer's own schedule of terms; the build's edition while there is none.</summary>
    public RetentionSchedule? Retention { get; init; }

    public SignalOptions SignalOptions => (Signals ?? new SignalEntry()).Options;

    public PlatformSettings Platform => new()
    {
        Providers = (Providers ?? new Dictionary<string, ProviderEntry>())
            .ToDictionary(p => p.Key, p => p.Value.Settings),
        Channels = Channels ?? new Dictionary<string, ChannelSettings>(),
        Triager = Triager,
        Issuers = [.. Issuers ?? [], .. SignIn is { } provider ? [provider.Token, provider.Keys] : Array.Empty<Uri>()],
    };

    /// <summary>Reads the file; an absent one is an empty platform. A fault says which file and where.</summary>
    public static (PlatformFile? File, string? Fault) Read(string path)
    {
        if (!File.Exists(path))
            return (new PlatformFile(), null);

        try
        {
            using var stream = File.OpenRead(path);
            var file = JsonSerializer.Deserialize(stream, PlatformJson.Default.PlatformFile) ?? new PlatformFile();
            return file.Retention?.Fault() is { } fault ? (null, $"{path}: retention: {fault}")
                : file.SignIn?.Fault() is { } wrong ? (null, $"{path}: signIn: {wrong}")
                : new PasskeyOrigin(file.Console).Fault() is { } address ? (null, $"{path}: console: {address}")
                : (file, null);
        }
        catch (JsonException fault)
        {
            return (null, $"{path}: {fault.Message} Correct the file; unknown members are refused, never ignored.");
        }
    }
}

/// <summary>One provider: dialect (<c>openai</c>, <c>open-inference</c>), address, key reference, prices.</summary>
internal sealed record ProviderEntry
{
    public required string Dialect { get; init; }

    public required Uri BaseUrl { get; init; }

    /// <summary><c>env:NAME</c> or <c>file:PATH</c>; never the key.</summary>
    public string? Key { get; init; }

    public IReadOnlyDictionary<string, Price>? Prices { get; init; }

    public ProviderSettings Settings => new()
    {
        Dialect = Dialect,
        BaseUrl = BaseUrl,
        Key = Key,
        Prices = Prices ?? new Dictionary<string, Price>(),
    };
}

/// <summary>How signals close their panes; thresholds stand in warrants alone.</summary>
internal sealed record SignalEntry
{
    /// <value>Default 1000 rows.</value>
    public int? PaneRecords { get; init; }

    /// <value>Default 60 seconds.</value>
    public double? PaneSeconds { get; init; }

    public SignalOptions Options => new()
    {
        PaneRows = PaneRecords ?? 1000,
        PaneSpan = TimeSpan.FromSeconds(PaneSeconds ?? 60),
    };
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(PlatformFile))]
internal sealed partial class PlatformJson : JsonSerializerContext;
