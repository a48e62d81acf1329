using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Provost.Ledger.Payloads;
using Provost.Ledger.Vault;

namespace Provost.Control.Custody.Processes;

/// <summary>
/// The vault as the server reaches it. The gateways' sealed hour keys are handed over as they come, and the server's
/// copies go when the vault's have gone. While nobody answers, every call throws <see cref="VaultAwayException"/>.
/// </summary>
public sealed class VaultLink : IPayloadVault, IDisposable
{
    private readonly CustodyLink _link;
    private readonly string _hourFolder;
    private readonly HashSet<string> _handed = new(StringComparer.Ordinal);
    private string? _expected;
    private long _connections;

    /// <param name="socket">The vault's socket.</param>
    /// <param name="user">Id of the user it runs under.</param>
    /// <param name="hourFolder">Where the gateways leave their hour keys.</param>
    public VaultLink(string socket, uint user, string hourFolder)
    {
        _hourFolder = hourFolder;
        _link = new CustodyLink(socket, user) { Greet = Greet };
    }

    /// <summary>Why the last request went without an answer, null when it had one.</summary>
    public string? Away { get; private set; }

    /// <inheritdoc/>
    public long Through => Hello().Through;

    /// <inheritdoc/>
    /// <remarks>Counts connections: behind a new one there may be a vault on a folder that was put back.</remarks>
    public long Incarnation => Talk(_ => _connections);

    /// <summary>SubjectPublicKeyInfo of the payload key, base64.</summary>
    public string PublicKey => Convert.ToBase64String(Hello().Key);

    /// <summary>From now on a vault with another key than this is not asked.</summary>
    /// <param name="publicKey">As <see cref="PublicKey"/>, from the genesis.</param>
    public void Expect(string publicKey) => _expected = publicKey;

    /// <inheritdoc/>
    public RewrapAnswer Rewrap(RewrapRequest request)
    {
        var answer = Talk(ask =>
        {
            HandHours(ask);
            return Take(ask((byte)VaultVerb.Rewrap, RewrapMessage.Write(request)), VaultJson.Default.RewrapAnswer);
        });
        if (request.HoursDone is { } done)
            HourKeys.Drop(_hourFolder, done - PayloadVault.HourGrace);

        return answer;
    }

    /// <inheritdoc/>
    public OpenAnswer Open(OpenRequest request) => Talk(ask =>
    {
        var answer = Send(ask, VaultVerb.Open, request, VaultJson.Default.OpenRequest, VaultJson.Default.OpenAnswer);
        if (answer.State != PayloadState.Lost || !HandHours(ask))
            return answer;

        // its hour key came only now
        return Send(ask, VaultVerb.Open, request, VaultJson.Default.OpenRequest, VaultJson.Default.OpenAnswer);
    });

    /// <inheritdoc/>
    public IReadOnlyList<KeyGroup> Find(string subject) => Talk(ask => Send(
        ask, VaultVerb.Find, new FindAsk(subject), VaultJson.Default.FindAsk,
        VaultJson.Default.IReadOnlyListKeyGroup));

    /// <inheritdoc/>
    public IReadOnlyList<GroupStatus> List() => Talk(ask => Send(
        ask, VaultVerb.List, new FindAsk(""), VaultJson.Default.FindAsk, VaultJson.Default.IReadOnlyListGroupStatus));

    /// <inheritdoc/>
    public GoneAnswer IsGone(GoneRequest request) => Talk(ask => Send(
        ask, VaultVerb.Gone, request, VaultJson.Default.GoneRequest, VaultJson.Default.GoneAnswer));

    /// <inheritdoc/>
    public DestroyAnswer Erase(EraseRequest request) => Talk(ask => Send(
        ask, VaultVerb.Erase, request, VaultJson.Default.EraseRequest, VaultJson.Default.DestroyAnswer));

    /// <inheritdoc/>
    public DestroyAnswer EndTerm(EndTermRequest request) => Talk(ask => Send(
        ask, VaultVerb.EndTerm, request, VaultJson.Default.EndTermRequest, VaultJson.Default.DestroyAnswer));

    public void Dispose() => _link.Dispose();

    private VaultHello Hello() => Talk(Hello);

    private static VaultHello Hello(CustodyLink.Ask ask) => Send(
        ask, VaultVerb.Hello, new FindAsk(""), VaultJson.Default.FindAsk, VaultJson.Default.VaultHello);

    private T Talk<T>(Func<CustodyLink.Ask, T> talk)
    {
        try
        {
            var said = _link.Talk(talk);
            Away = null;
            return said;
        }
        catch (IOException broken)
        {
            Away = broken.Message;
            throw new VaultAwayException(
                $"The vault does not answer: {broken.Message} It is started again by itself.", broken);
        }
    }

    private void Greet(CustodyLink.Ask ask)
    {
        _handed.Clear();
        if (_expected is not null && Convert.ToBase64String(Hello(ask).Key) != _expected)
        {
            throw new IOException(
                "Its key is not that of this log's genesis. Put back the vault's folder that belongs to it.");
        }

        _connections++;
    }

    /// <summary>True when there was one that it had not.</summary>
    private bool HandHours(CustodyLink.Ask ask)
    {
        var isNew = false;
        foreach (var (id, bytes) in HourKeys.In(_hourFolder, _handed.Contains))
        {
            var answer = ask((byte)VaultVerb.Hour, JsonSerializer.SerializeToUtf8Bytes(
                new HourAsk(id, bytes), VaultJson.Default.HourAsk));
            if (answer.Kind != CustodyAnswer.Done)
                throw new IOException(CustodyLink.TextOf(answer));

            isNew |= _handed.Add(id);
        }

        return isNew;
    }

    private static TAnswer Send<TRequest, TAnswer>(
        CustodyLink.Ask ask, VaultVerb verb, TRequest request, JsonTypeInfo<TRequest> requestType,
        JsonTypeInfo<TAnswer> answerType) =>
        Take(ask((byte)verb, JsonSerializer.SerializeToUtf8Bytes(request, requestType)), answerType);

    private static TAnswer Take<TAnswer>(CustodyAnswer answer, JsonTypeInfo<TAnswer> type) =>
        answer.Kind == CustodyAnswer.Done
            ? JsonSerializer.Deserialize(answer.Json, type)!
            : throw new IOException(CustodyLink.TextOf(answer));
}
