using System.Collections.Concurrent;
using System.Text.Json;
using Provost.Gateway.Routing;

namespace Provost.Control.Access.Pipelines;

/// <summary>
/// The public keys of issuers, fetched through the one egress resolver and kept for an hour. A key id that is not among
/// them is asked for again, at most every half minute: issuers rotate keys, and whoever sends made-up ids must not make
/// this server ask for each.
/// </summary>
/// <param name="http">A sender that reaches the issuers of the platform's settings alone, without redirects.</param>
/// <param name="time">The clock of both terms.</param>
public sealed class IssuerKeys(HttpMessageInvoker http, TimeProvider time)
{
    /// <summary>How long keys are used without being asked for again.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(1);

    /// <summary>The shortest time between two questions to one issuer.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private const int MaxBytes = 256 << 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Uri, Shelf> _shelves = new();

    /// <summary>The keys that may have signed: the one named, or all where none is named. Empty when the issuer knows
    /// no such key.</summary>
    /// <exception cref="IssuerAwayException">The issuer's keys cannot be had now.</exception>
    public async Task<IReadOnlyList<IssuerKey>> FindAsync(Uri address, string? id, CancellationToken cancellationToken)
    {
        var shelf = _shelves.GetOrAdd(address, _ => new Shelf());
        await shelf.Turn.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            var isOld = now >= shelf.Fetched + Life || Named(shelf.Keys, id).Count == 0;
            if (isOld && now >= shelf.Asked + Pause)
            {
                shelf.Asked = now;
                shelf.Keys = await FetchAsync(address); // for everybody: whoever asked and hung up must not end it
                shelf.Fetched = now;
            }
            else if (now >= shelf.Fetched + Life)
            {
                throw new IssuerAwayException($"The keys at {address.Host} could not be had less than 30 s ago.");
            }

            return Named(shelf.Keys, id);
        }
        finally
        {
            shelf.Turn.Release();
        }
    }

    private static IReadOnlyList<IssuerKey> Named(IReadOnlyList<IssuerKey> keys, string? id) =>
        id is null ? keys : [.. keys.Where(k => k.Id == id)];

    private async Task<IReadOnlyList<IssuerKey>> FetchAsync(Uri address)
    {
        using var late = new CancellationTokenSource(Patience, time);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            using var answer = await http.SendAsync(request, late.Token);
            if (!answer.IsSuccessStatusCode)
                throw new IssuerAwayException($"{address.Host} answered {(int)answer.StatusCode}.");

            await using var body = await answer.Content.ReadAsStreamAsync(late.Token);
            var bytes = new byte[MaxBytes + 1];
            var read = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, late.Token);
            return read <= MaxBytes
                ? IssuerKey.ReadSet(bytes.AsMemory(0, read))
                : throw new IssuerAwayException($"{address.Host} sent more than {MaxBytes} bytes of keys.");
        }
        catch (Exception fault) when (
            fault is HttpRequestException or EgressRefusedException or JsonException or IOException
                or OperationCanceledException)
        {
            throw new IssuerAwayException($"The keys at {address.Host} cannot be had: {fault.Message}", fault);
        }
    }

    private sealed class Shelf
    {
        public SemaphoreSlim Turn { get; } = new(1);

        public IReadOnlyList<IssuerKey> Keys { get; set; } = [];

        public DateTimeOffset Fetched { get; set; } = DateTimeOffset.MinValue;

        public DateTimeOffset Asked { get; set; } = DateTimeOffset.MinValue;
    }
}

/// <summary>An issuer's keys cannot be had: no token of its can be checked, so none is believed.</summary>
public sealed class IssuerAwayException(string message, Exception? inner = null) : Exception(message, inner);
