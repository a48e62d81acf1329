using Provost.Ledger.Checkpoints;
using Provost.Ledger.Records;
using Provost.Ledger.Spool;
using Provost.Ledger.Statements;
using Provost.Ledger.Tree;
using Provost.Ledger.Verification;
using Provost.Testing;

namespace Provost.Ledger.Sequencing;

/// <summary>Spools of two nodes, a signer, and a sequencer over them, in one folder that can be copied.</summary>
internal sealed class SequencerStage : IDisposable
{
    public const string Origin = "ledger.example/acme";
    private static readonly DateTimeOffset Nine = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly Ed25519PrivateKey _key = Ed25519PrivateKey.Generate();
    private readonly Dictionary<string, Spool.Spool> _spools = [];

    public string Root => _folder.Path;

    public string Ledger => _folder.File("ledger");

    public string Payloads => _folder.File("payloads");

    public ManualTime Time { get; } = new();

    public TileLogReader Log => new(Ledger);

    public Spool.Spool Node(string node, long segmentBytes = 64 << 10)
    {
        if (!_spools.TryGetValue(node, out var spool))
        {
            _spools[node] = spool = Spool.Spool.Open(
                new SpoolOptions
                {
                    Directory = _folder.File("spool/" + node),
                    Node = node,
                    SegmentBytes = segmentBytes,
                    MinFreeBytes = 0,
                },
                TimeProvider.System);
        }

        return spool;
    }

    /// <summary>Appends acts of governance and waits until they are durable.</summary>
    public void Govern(string node, int count, int padding = 0) =>
        Append(node, count, draft => Act(node, padding).Write(draft));

    public void Decide(string node, string system, Guid decision, bool isIntent) => Append(node, 1, draft =>
    {
        var record = new DecisionRecord
        {
            Decision = decision,
            Node = node,
            Time = Nine,
            System = system,
            Environment = "production",
            Release = "sha256:r",
            Route = "/v1/chat/completions",
            Epoch = 3,
        };
        if (isIntent)
            record.WriteIntent(draft, NewId());
        else
            record.WriteOutcome(draft, NewId(), Nine, whole: false);
    });

    public void Append(string node, int count, Action<RecordDraft> write)
    {
        var tickets = new List<SpoolTicket>(count);
        for (var i = 0; i < count; i++)
        {
            var draft = RecordDraft.Rent();
            write(draft);
            tickets.Add(Node(node).Append(draft));
        }

        Task.WaitAll([.. tickets.Select(t => t.Durable)], TimeSpan.FromSeconds(20));
    }

    public CheckpointSigner OpenSigner()
    {
        var memory = _folder.File("signer/last");
        return File.Exists(memory)
            ? CheckpointSigner.Open(memory, Origin, _key)
            : CheckpointSigner.Create(memory, Origin, _key);
    }

    /// <summary>A sequencer over the live spools and whatever other folders there are.</summary>
    public Sequencer Open(int saveCursorEvery = 20_000, int maxBytes = 32 << 20, TimeProvider? time = null) => new(
        new SequencerOptions
        {
            LedgerDirectory = Ledger,
            PayloadDirectory = Payloads,
            SaveCursorEvery = saveCursorEvery,
            MaxBytesPerCheckpoint = maxBytes,
            CheckpointEvery = TimeSpan.FromMilliseconds(30),
            Poll = TimeSpan.FromMilliseconds(2),
        },
        SpoolSource.Discover(_folder.File("spool"), [.. _spools.Values]),
        OpenSigner(),
        time ?? Time);

    public void RunOnce()
    {
        using var sequencer = Open();
        sequencer.RunOnce();
    }

    public void CloseSpools()
    {
        foreach (var spool in _spools.Values)
            spool.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(20));

        _spools.Clear();
    }

    public IReadOnlyList<Leaf> Leaves(long size) => [.. Log.ReadLeaves(0, size).Select(LeafReader.Read)];

    /// <summary>Whether a verifier finds the log whole: canonical, signed, gapless in stream and node.</summary>
    public VerificationReport Verify()
    {
        var first = Log.ReadLeaf(0);
        return LedgerDirectoryVerifier.Verify(
            Ledger,
            new TrustFile
            {
                Org = "acme",
                Origin = Origin,
                Log = [OpenSigner().VerifierKey],
                Warrant = [_key.PublicKey],
                Snapshot = [],
                Root = [_key.PublicKey],
                Genesis = Convert.ToHexStringLower(MerkleHash.Leaf(first.Span)),
            },
            previous: null);
    }

    public void Dispose()
    {
        CloseSpools();
        _key.Dispose();
        _folder.Dispose();
    }

    public static Guid NewId() => Guid.CreateVersion7(Nine);

    private static GovernanceRecord Act(string node, int padding) => new()
    {
        Id = NewId(),
        Time = Nine,
        Node = node,
        Epoch = 4,
        Verb = "pause",
        ActorKind = "person",
        ActorId = "p1",
        Object = new string('x', padding),
    };
}
