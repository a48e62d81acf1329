using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Net.Http.Headers;
using Provost.Gateway.Budgets;

namespace Provost.Gateway.Routing;

/// <summary>Every provider of the settings with its key read and its connections pooled, by name.</summary>
public sealed class Upstreams : IDisposable
{
    private readonly FrozenDictionary<string, Upstream> _byName;

    /// <exception cref="InvalidOperationException">A key reference leads nowhere; the message names it.</exception>
    public Upstreams(PlatformSettings settings, EgressResolver egress) =>
        _byName = settings.Providers.ToFrozenDictionary(p => p.Key, p => new Upstream(p.Key, p.Value, egress));

    internal Upstream? Find(string? name) => name is null ? null : _byName.GetValueOrDefault(name);

    public void Dispose()
    {
        foreach (var upstream in _byName.Values)
        {
            upstream.Dispose();
        }
    }
}

/// <summary>One provider: where it is, how to authenticate, what it costs, how long it may take.</summary>
internal sealed class Upstream : IDisposable
{
    private const int MostDeadlines = 1024;

    private readonly HttpMessageInvoker _http;
    private readonly string? _authorization;
    private readonly string _base;

    /// <summary>Parsing an address costs more than finding it; paths are few: one a dialect or model name.</summary>
    private readonly ConcurrentDictionary<string, Uri> _addresses = new();
    private readonly Func<string, Uri> _pathOn;
    private readonly ConcurrentQueue<CancellationTokenSource> _deadlines = [];
    private int _kept;

    public Upstream(string name, ProviderSettings settings, EgressResolver egress)
    {
        Name = name;
        Dialect = settings.Dialect;
        Timeouts = settings.Timeouts;
        var otherwise = settings.Dialect == "openai" ? Price.Unknown : Price.Free;
        Prices = new PriceList(settings.Prices, otherwise);
        _base = settings.BaseUrl.AbsoluteUri.TrimEnd('/');
        _authorization = settings.Key is null
            ? null
            : new AuthenticationHeaderValue("Bearer", SecretReference.Read(settings.Key)).ToString();
        _pathOn = PathOn;
        _http = egress.CreateInvoker(settings.Timeouts.Connect);
    }

    public string Name { get; }

    public string Dialect { get; }

    public PriceList Prices { get; }

    public UpstreamTimeouts Timeouts { get; }

    /// <summary>Sends a JSON body and returns once the response's header is there.</summary>
    public Task<HttpResponseMessage> PostAsync(
        string path, ReadOnlyMemory<byte> body, bool streamed, CancellationToken cancellationToken)
    {
        var content = new ReadOnlyMemoryContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, _addresses.GetOrAdd(path, _pathOn)) { Content = content };
        if (_authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", _authorization);
        }

        request.Headers.TryAddWithoutValidation("Accept", streamed ? "text/event-stream" : "application/json");
        return _http.SendAsync(request, cancellationToken);
    }

    /// <summary>A source for the deadlines of one call, its timer not running.</summary>
    public CancellationTokenSource RentDeadline(TimeProvider time)
    {
        if (!_deadlines.TryDequeue(out var kept))
        {
            return new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        }

        Interlocked.Decrement(ref _kept);
        return kept;
    }

    /// <summary>Takes it back with its timer, unless it has fired; nobody may look at its token any more.</summary>
    public void ReturnDeadline(CancellationTokenSource deadline)
    {
        if (!deadline.TryReset())
        {
            deadline.Dispose();
        }
        else if (Interlocked.Increment(ref _kept) <= MostDeadlines)
        {
            _deadlines.Enqueue(deadline);
        }
        else
        {
            Interlocked.Decrement(ref _kept);
            deadline.Dispose();
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        while (_deadlines.TryDequeue(out var kept))
        {
            kept.Dispose();
        }
    }

    private Uri PathOn(string path)
    {
        // A base such as https://host/v1 is what clients of the dialect are used to; do not say /v1 twice.
        const string version = "/v1";
        var repeats = _base.EndsWith(version, StringComparison.Ordinal)
            && path.StartsWith(version + "/", StringComparison.Ordinal);
        return new Uri(_base + (repeats ? path[version.Length..] : path));
    }
}
