using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Provost.Control.Envelopes;
using Provost.Control.Evaluations;
using Provost.Control.Governance;
using Provost.Gateway.Snapshot;
using Provost.Gateway.Warrants;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Statements;

namespace Provost.Control.Custody.Processes;

/// <summary>How the signer stands to the log.</summary>
/// <param name="Signed">What it signed last; null where it no longer knows.</param>
/// <param name="Epoch">The highest epoch it signed, -1 where it no longer knows.</param>
/// <param name="Refusal">Why it signs nothing; null when it signs.</param>
public sealed record SignerStanding(ResetTree? Signed, long Epoch, string? Refusal);

/// <summary>
/// The signer as the server reaches it. Before each request it hands over what the signer has not yet seen of the gov
/// stream. While nobody answers, checkpoints wait and everything else is refused as away.
/// </summary>
public sealed class SignerLink : ISigner, ICheckpointSigner, IDisposable
{
    private const int EntriesPerMessage = 256;

    private readonly CustodyLink _link;
    private readonly Lock _state = new();
    private GovernanceLog? _log;
    private BlobStore? _blobs;
    private int _handed;
    private bool _isFresh;
    private Checkpoint? _last;
    private HelloAnswer? _hello;

    /// <param name="socket">The signer's socket.</param>
    /// <param name="user">Id of the user it runs under.</param>
    public SignerLink(string socket, uint user) => _link = new CustodyLink(socket, user) { Greet = Greet };

    /// <summary>Why the last request went without an answer, null when it had one.</summary>
    public string? Away { get; private set; }

    /// <inheritdoc/>
    public Checkpoint LastSigned
    {
        get
        {
            Talk(_ => 0);
            lock (_state)
            {
                return _last ?? throw new SignerAwayException("The signer has no checkpoint of this log yet.");
            }
        }
    }

    /// <summary>What the signer remembers, whether or not it signs; a fault while it does not answer.</summary>
    public Answer<SignerStanding> Stand()
    {
        lock (_state)
        {
            _hello = null;
        }

        var refusal = Refusal();
        lock (_state)
        {
            return _hello is { } hello
                ? new SignerStanding(
                    hello.Last is { } last ? new ResetTree(last.Size, Convert.ToBase64String(last.Root)) : null,
                    hello.Epoch, refusal)
                : SignerErrors.Away(refusal ?? "it said nothing.");
        }
    }

    /// <summary>Has the signer make the key that is to sign checkpoints next; again the same until the log knows
    /// it. A vkey.</summary>
    public Answer<string> NextKey() => Ask(
        SignerVerb.NextKey, default, CustodyJson.Default.JsonElement, CustodyJson.Default.String);

    /// <summary>Why it signs nothing of this log, after it was handed all there is; null when it signs.</summary>
    public string? Refusal()
    {
        try
        {
            Talk(ask =>
            {
                Hello(ask);
                return 0;
            });
            return null;
        }
        catch (SignerAwayException away)
        {
            return away.Message;
        }
    }

    /// <summary>Names the log whose gov stream is handed over, and where documents lie. Before this only a genesis
    /// can be asked for.</summary>
    public void Serve(GovernanceLog log, BlobStore blobs)
    {
        lock (_state)
        {
            (_log, _blobs) = (log, blobs);
        }
    }

    /// <inheritdoc/>
    public SignOutcome Sign(Checkpoint next, IReadOnlyList<byte[]> consistencyProof)
    {
        var answer = Ask(
            SignerVerb.Checkpoint, new CheckpointRequest(new SignedTree(next.Size, next.Root), consistencyProof),
            CustodyJson.Default.CheckpointRequest, CustodyJson.Default.CheckpointAnswer);
        if (answer.Fault is { } fault)
            throw new SignerAwayException($"{fault.Message} {fault.Remedy}");

        if (answer.Value.Note is not { } note)
            return new SignOutcome.Refused(answer.Value.Refusal ?? SignRefusal.Malformed, answer.Value.Reason ?? "");

        lock (_state)
        {
            _last = next;
        }

        return new SignOutcome.Signed(note);
    }

    /// <inheritdoc/>
    public async Task<Answer<SignedWarrant>> IssueWarrantAsync(
        WarrantRequest request, CancellationToken cancellationToken)
    {
        var documents = new Dictionary<string, byte[]>();
        var state = _log!.State;
        var system = state.Registry.Find(request.System, request.Environment);
        foreach (var digest in new[] { request.Release, system?.Terms }.OfType<string>())
            await TakeAsync(digest, cancellationToken);

        // what asks for an envelope is compared with its parent: the signer gets what that reads
        if (system is not null && state.Registry.Release(request.System, request.Release) is { } release
            && VariantRule.EnvelopeOf(state, system.Key, release) is { } envelope)
        {
            await VariantIssue.CompareAsync(state, envelope, release, TakeAsync, cancellationToken);
        }

        return Ask(
            SignerVerb.Warrant, new WarrantAsk(request, [.. documents.Values]),
            CustodyJson.Default.WarrantAsk, CustodyJson.Default.SignedWarrant);

        async Task<byte[]?> TakeAsync(string digest, CancellationToken stop)
        {
            if (await _blobs!.FindAsync(digest, stop) is not { } document)
                return null;

            documents[digest] = document;
            return document;
        }
    }

    /// <inheritdoc/>
    public Answer<byte[]> SignSnapshot(SnapshotDocument document)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(document, SnapshotJson.Default.SnapshotDocument);
        var answer = Ask(
            SignerVerb.Snapshot, new SnapshotAsk(payload),
            CustodyJson.Default.SnapshotAsk, CustodyJson.Default.SnapshotAnswer);
        return answer.Fault is { } fault ? fault : answer.Value.Envelope;
    }

    /// <inheritdoc/>
    public Answer<JsonElement> SignTestResult(TestResultPredicate result) => Ask(
        SignerVerb.TestResult, result, CustodyJson.Default.TestResultPredicate, CustodyJson.Default.JsonElement);

    /// <inheritdoc/>
    public Answer<JsonElement> CountersignRoster(string person, string after, string nonce) => Ask(
        SignerVerb.Roster, new RosterAsk(person, after, nonce),
        CustodyJson.Default.RosterAsk, CustodyJson.Default.JsonElement);

    /// <inheritdoc/>
    public Answer<SignedGenesis> SignGenesis(GenesisRequest request) => Ask(
        SignerVerb.Genesis, request, CustodyJson.Default.GenesisRequest, CustodyJson.Default.SignedGenesis);

    public void Dispose() => _link.Dispose();

    private Answer<TAnswer> Ask<TRequest, TAnswer>(
        SignerVerb verb, TRequest request, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TAnswer> answerType)
    {
        try
        {
            return Talk(ask => Send(ask, verb, request, requestType, answerType));
        }
        catch (SignerAwayException away)
        {
            return SignerErrors.Away(away.Message);
        }
    }

    private T Talk<T>(Func<CustodyLink.Ask, T> talk)
    {
        try
        {
            var said = _link.Talk(ask =>
            {
                HandOver(ask);
                return talk(ask);
            });
            Away = null;
            return said;
        }
        catch (IOException broken)
        {
            Away = broken.Message;
            throw broken as SignerAwayException ?? new SignerAwayException(broken.Message, broken);
        }
    }

    /// <summary>A new connection may be to a signer that has started again and knows nothing yet.</summary>
    private void Greet(CustodyLink.Ask ask)
    {
        var hello = Hello(ask);
        if (_log is { } log && Reset(ask, hello, log, 0))
            hello = Hello(ask);

        if (hello.Trouble is { } trouble)
            throw new SignerAwayException($"it lost its memory: {trouble} {SignerErrors.Lost(trouble).Remedy}");

        lock (_state)
        {
            _isFresh = true;
            _handed = _log is null ? 0 : _log.Entries.Count(e => e.Position <= hello.Position);
            if (_log?.State.Genesis is { } genesis)
                Check(genesis, hello);
        }
    }

    private HelloAnswer Hello(CustodyLink.Ask ask)
    {
        var hello = Send(
            ask, SignerVerb.Hello, default, CustodyJson.Default.JsonElement, CustodyJson.Default.HelloAnswer).Value;
        lock (_state)
        {
            return _hello = hello;
        }
    }

    /// <summary>Hands over the last reset, if it stands at a place or after it and names what the signer remembers.
    /// True when it was carried out: the signer has everything still to learn then.</summary>
    private static bool Reset(CustodyLink.Ask ask, HelloAnswer hello, GovernanceLog log, int from)
    {
        var remembered = hello.Last is { } last ? new ResetTree(last.Size, Convert.ToBase64String(last.Root)) : null;
        return LastReset(log, from) is { } reset && reset.Read<LedgerReset>().Signed == remembered
            && Send(
                ask, SignerVerb.Reset, new ResetAsk(reset with { Reason = null }),
                CustodyJson.Default.ResetAsk, CustodyJson.Default.LearnAnswer).Fault is null;
    }

    private static GovernanceEntry? LastReset(GovernanceLog log, int from)
    {
        if (log.State.Resets.Made is not [.., var made])
            return null;

        var entries = log.Entries;
        for (var i = entries.Count - 1; i >= from; i--)
        {
            if (entries[i].Id == made.Id)
                return entries[i];
        }

        return null;
    }

    private static void Check(Genesis genesis, HelloAnswer hello)
    {
        string[] founded = [genesis.WarrantKey.ToString(), genesis.SnapshotKey.ToString()];
        if (!founded.SequenceEqual(hello.Keys.Take(2)))
        {
            throw new SignerAwayException(
                "Its keys are not those of this log's genesis. Put back the signer's folder that belongs to it.");
        }
    }

    private void HandOver(CustodyLink.Ask ask)
    {
        GovernanceLog? log;
        int from;
        lock (_state)
        {
            (log, from) = (_log, _handed);
        }

        if (log is null)
            return;

        var entries = log.Entries;
        if (LastReset(log, from) is not null && Reset(ask, Hello(ask), log, from))
            (from, _isFresh) = (0, true);

        for (; from < entries.Count; from += EntriesPerMessage)
        {
            var part = entries.Skip(from).Take(EntriesPerMessage).Select(e => e with { Reason = null });
            var learned = Send(
                ask, SignerVerb.Learn, new LearnRequest([.. part]),
                CustodyJson.Default.LearnRequest, CustodyJson.Default.LearnAnswer);
            if (learned.Fault is { } fault)
                throw new SignerAwayException(fault.Message);
        }

        Checkpoint? last = null;
        if (_isFresh && log.State.Genesis is { } genesis)
        {
            // only once it has learned its log does the signer know what it signed last
            var hello = Hello(ask);
            last = hello.Last is { } tree ? new Checkpoint(genesis.Facts.Origin, tree.Size, tree.Root) : null;
        }

        lock (_state)
        {
            (_handed, _isFresh) = (entries.Count, false);
            _last = last ?? _last;
        }
    }

    private static Answer<TAnswer> Send<TRequest, TAnswer>(
        CustodyLink.Ask ask, SignerVerb verb, TRequest request, JsonTypeInfo<TRequest> requestType,
        JsonTypeInfo<TAnswer> answerType)
    {
        var json = verb is SignerVerb.Hello or SignerVerb.NextKey
            ? []
            : JsonSerializer.SerializeToUtf8Bytes(request, requestType);
        var answer = ask((byte)verb, json);
        if (answer.Kind == CustodyAnswer.Done)
            return JsonSerializer.Deserialize(answer.Json, answerType)!;

        if (answer.Kind != CustodyAnswer.Refused)
            throw new SignerAwayException(CustodyLink.TextOf(answer));

        // a signer that cannot sign for this log at all is as good as away; any other no is about what was asked
        var fault = JsonSerializer.Deserialize(answer.Json, CustodyJson.Default.GovernanceFault)!;
        return fault.Code is SignerErrors.LostCode or SignerErrors.NotCaughtUpCode or SignerErrors.OtherHistoryCode
            ? throw new SignerAwayException($"{fault.Message} {fault.Remedy}")
            : fault;
    }
}
