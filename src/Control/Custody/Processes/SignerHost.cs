using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Provost.Control.Governance;
using Provost.Gateway.Snapshot;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Statements;

namespace Provost.Control.Custody.Processes;

/// <summary>
/// The signer's process: its folder, its socket, and nothing else. It is handed the gov stream and folds it for itself;
/// it reads no file of the server.
/// </summary>
internal sealed class SignerHost : IDisposable
{
    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly SignerKeys _keys;
    private readonly Signer _signer;
    private readonly Dictionary<string, byte[]> _documents = [];
    private SignerMemory? _memory;
    private CheckpointSigner? _checkpoints;
    private string? _trouble;

    private SignerHost(string folder, bool isApart, TimeProvider time)
    {
        (_folder, _time) = (folder, time);
        Directory.CreateDirectory(Path.Combine(folder, "keys"), KeyFile.OwnerOnly);
        var hasKeys = File.Exists(Path.Combine(folder, "keys", "log.key"));
        if (!File.Exists(StateFile) && !hasKeys)
            SignerMemory.Create(StateFile);

        _memory = File.Exists(StateFile) ? SignerMemory.Open(StateFile) : null;
        var isBegun = _memory is null or { HasLearned: true } || File.Exists(CheckpointFile);
        _trouble = _memory is null ? Lost(StateFile)
            : _memory.HasLearned && !File.Exists(CheckpointFile) ? Lost(CheckpointFile)
            : null;
        _keys = SignerKeys.Open(Path.Combine(folder, "keys"), isBegun);
        _signer = new Signer(
            _keys, () => State, (digest, _) => Task.FromResult(_documents.GetValueOrDefault(digest)),
            new EpochMark(() => _memory!.Epoch, epoch => _memory!.Raise(epoch)), isApart, time);
    }

    private GovernanceState State => _memory?.State ?? GovernanceState.Empty;

    private string StateFile => Path.Combine(_folder, "state.json");

    private string CheckpointFile => Path.Combine(_folder, "checkpoint");

    /// <summary>Opens the folder of keys and memory; makes both when it is empty.</summary>
    /// <param name="folder">Of this user alone.</param>
    /// <param name="isApart">Whether this user is not the server's.</param>
    /// <exception cref="InvalidDataException">The memory is there and broken.</exception>
    /// <exception cref="FileNotFoundException">A key of a log that has begun is gone.</exception>
    public static SignerHost Open(string folder, bool isApart, TimeProvider time) => new(folder, isApart, time);

    public CustodyAnswer Handle(byte kind, byte[] json)
    {
        var verb = (SignerVerb)kind;
        if (verb == SignerVerb.Hello)
            return Done(Hello(), CustodyJson.Default.HelloAnswer);

        if (verb == SignerVerb.Reset)
            return Reset(Read(json, CustodyJson.Default.ResetAsk).Entry);

        if (_trouble is { } trouble)
            return Refused(SignerErrors.Lost(trouble));

        if (verb == SignerVerb.Learn)
            return Learn(Read(json, CustodyJson.Default.LearnRequest));

        if (!_memory!.IsCaughtUp)
            return Refused(SignerErrors.NotCaughtUp());

        return verb switch
        {
            SignerVerb.Genesis => Genesis(Read(json, CustodyJson.Default.GenesisRequest)),
            SignerVerb.Checkpoint => Checkpoint(Read(json, CustodyJson.Default.CheckpointRequest)),
            SignerVerb.Warrant => Warrant(Read(json, CustodyJson.Default.WarrantAsk)),
            SignerVerb.Snapshot => Snapshot(Read(json, CustodyJson.Default.SnapshotAsk)),
            SignerVerb.NextKey => NextKey(),
            SignerVerb.TestResult => Answer(
                _signer.SignTestResult(Read(json, CustodyJson.Default.TestResultPredicate)),
                CustodyJson.Default.JsonElement),
            SignerVerb.Roster => Roster(Read(json, CustodyJson.Default.RosterAsk)),
            _ => throw new FormatException($"There is no request {kind}."),
        };
    }

    public void Dispose() => _keys.Dispose();

    private static string Lost(string file) => $"{file} is gone.";

    private HelloAnswer Hello() => new(
        [_keys.Warrant.PublicKey.ToString(), _keys.Snapshot.PublicKey.ToString(), _keys.Log.PublicKey.ToString()],
        State.Position,
        LastSigned() is { } last ? new SignedTree(last.Size, last.Root) : null,
        _memory?.Epoch ?? -1,
        _trouble);

    private CustodyAnswer Learn(LearnRequest request)
    {
        if (!_memory!.Learn(request.Entries))
            return Refused(SignerErrors.OtherHistory());

        if (_memory.State.Genesis is { } genesis && _checkpoints is null)
        {
            try
            {
                _checkpoints = CheckpointSigner.Open(CheckpointFile, genesis.Facts.Origin, _keys.Logs);
            }
            catch (InvalidDataException broken)
            {
                _trouble = broken.Message;
                return Refused(SignerErrors.Lost(_trouble));
            }
        }

        if (_memory is { IsCaughtUp: true, State.Genesis: { } founded })
        {
            _keys.RememberRoot(founded.RootKey);
            if (TakeKeys() is { } missing)
                return Refused(missing);
        }

        return Done(new LearnAnswer(_memory.State.Position), CustodyJson.Default.LearnAnswer);
    }

    /// <summary>Signs with the keys that the log names now; a fault when the newest of them is not here.</summary>
    private GovernanceFault? TakeKeys()
    {
        var named = State.LogKeys.Signing.Select(k => k.Key.Key).ToList();
        var held = named.Select(key => _keys.Logs.FirstOrDefault(k => k.PublicKey.Equals(key))).ToList();
        if (held[^1] is null)
        {
            _trouble = $"the newest log key {named[^1]} is not in {Path.Combine(_folder, "keys")}.";
            return SignerErrors.Lost(_trouble);
        }

        _checkpoints?.SignWith([.. held.OfType<Ed25519PrivateKey>()]);
        return null;
    }

    private CustodyAnswer NextKey() => Done(
        new NoteVerifierKey(
            State.Founded.Facts.Origin, _keys.NextLog([.. State.LogKeys.Keys.Select(k => k.Key.Key)])).ToString(),
        CustodyJson.Default.String);

    private Checkpoint? LastSigned() =>
        _checkpoints?.LastSigned ?? CheckpointSigner.Recall(CheckpointFile, _keys.Logs);

    /// <summary>Compare and swap by the root key's word: only from exactly what is remembered, each statement
    /// once.</summary>
    private CustodyAnswer Reset(GovernanceEntry entry)
    {
        if (_keys.RootPublic is not { } root)
            return Refused(ResetErrors.RootUnknown());

        var reset = entry.Read<LedgerReset>();
        if ((reset.CheckRange() ?? reset.CheckSigned(entry, root, _time.GetUtcNow())) is { } fault)
            return Refused(fault);

        var last = LastSigned();
        var nonce = SignedStatement.NonceOf(entry.Statement)!;
        var isRemembered = last is null
            ? reset.Signed is null
            : last.Origin == reset.Origin
                && reset.Signed == new ResetTree(last.Size, Convert.ToBase64String(last.Root));
        if (!isRemembered || _memory?.LastReset == nonce)
            return Refused(ResetErrors.OtherMemory());

        // a cut between the two leaves a memory that this statement no longer names: another one is asked for then
        var from = new Checkpoint(reset.Origin, reset.Tree.Size, Convert.FromBase64String(reset.Tree.Root));
        _checkpoints = CheckpointSigner.Reset(CheckpointFile, from, [_keys.Log]);
        _memory = SignerMemory.Begin(StateFile, _memory, reset, nonce);
        _trouble = null;
        return Done(new LearnAnswer(_memory.State.Position), CustodyJson.Default.LearnAnswer);
    }

    private CustodyAnswer Genesis(GenesisRequest request)
    {
        var signed = _memory!.HasLearned ? SignerErrors.Founded() : _signer.SignGenesis(request);
        if (signed.Fault is { } fault)
            return Refused(fault);

        // a first start that was cut before its genesis was durable asks again
        _checkpoints = File.Exists(CheckpointFile)
            ? CheckpointSigner.Open(CheckpointFile, request.Origin, _keys.Log)
            : CheckpointSigner.Create(CheckpointFile, request.Origin, _keys.Log);
        return Done(signed.Value, CustodyJson.Default.SignedGenesis);
    }

    private CustodyAnswer Checkpoint(CheckpointRequest request)
    {
        if (_checkpoints is not { } signer)
            return Refused(SignerErrors.NotCaughtUp());

        var next = new Checkpoint(signer.LastSigned.Origin, request.Next.Size, request.Next.Root);
        var answer = signer.Sign(next, request.Proof) switch
        {
            SignOutcome.Signed signed => new CheckpointAnswer(signed.Note, null, null),
            SignOutcome.Refused refused => new CheckpointAnswer(null, refused.Refusal, refused.Reason),
            var other => throw new InvalidOperationException($"{other.GetType()} is no outcome."),
        };
        return Done(answer, CustodyJson.Default.CheckpointAnswer);
    }

    private CustodyAnswer Warrant(WarrantAsk ask)
    {
        _documents.Clear();
        foreach (var document in ask.Documents)
            _documents[Digest.Of(document)] = document;

        // nothing in it waits: its documents are in memory
        var answer = _signer.IssueWarrantAsync(ask.Request, CancellationToken.None).GetAwaiter().GetResult();
        return Answer(answer, CustodyJson.Default.SignedWarrant);
    }

    private CustodyAnswer Snapshot(SnapshotAsk ask)
    {
        var document = JsonSerializer.Deserialize(ask.Payload, SnapshotJson.Default.SnapshotDocument)
            ?? throw new FormatException("The snapshot is null.");
        var signed = _signer.SignSnapshot(document, ask.Payload);
        return signed.Fault is { } fault
            ? Refused(fault)
            : Done(new SnapshotAnswer(signed.Value), CustodyJson.Default.SnapshotAnswer);
    }

    private CustodyAnswer Roster(RosterAsk ask) => Answer(
        _signer.CountersignRoster(ask.Person, ask.After, ask.Nonce), CustodyJson.Default.JsonElement);

    private static T Read<T>(byte[] json, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(json, type) ?? throw new FormatException("A request is null.");

    private static CustodyAnswer Answer<T>(Answer<T> answer, JsonTypeInfo<T> type) =>
        answer.Fault is { } fault ? Refused(fault) : Done(answer.Value, type);

    private static CustodyAnswer Done<T>(T answer, JsonTypeInfo<T> type) =>
        new(CustodyAnswer.Done, JsonSerializer.SerializeToUtf8Bytes(answer, type));

    private static CustodyAnswer Refused(GovernanceFault fault) => new(
        CustodyAnswer.Refused, JsonSerializer.SerializeToUtf8Bytes(fault, CustodyJson.Default.GovernanceFault));
}
