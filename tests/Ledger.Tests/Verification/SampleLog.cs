using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Export;
using Provost.Ledger.Proofs;
using Provost.Ledger.Statements;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Verification;

/// <summary>A signed log of two gateways and three streams, and what a verifier of it pins.</summary>
internal sealed class SampleLog : IDisposable
{
    public const string Origin = "ledger.example/acme";

    private readonly TemporaryFolder _folder = new();
    private readonly Ed25519PrivateKey _key = Ed25519PrivateKey.Generate();
    private readonly TileLogWriter _writer;
    private readonly CheckpointSigner _signer;
    private readonly Dictionary<string, (long Seq, string Prev)> _streams = [];
    private readonly Dictionary<string, long> _nodes = [];
    private readonly int _made;

    public SampleLog(int size)
    {
        _made = size;
        _writer = TileLogWriter.Open(Folder);
        Reader = new TileLogReader(Folder);
        _signer = CheckpointSigner.Create(_folder.File("signer/last"), Origin, _key);
        for (var i = 0; i < size; i++)
            Add(StreamOf(i), $"node-{i % 2}");

        Commit();
    }

    public string Folder => _folder.File("ledger");

    public TileLogReader Reader { get; }

    public long Size => _writer.Size;

    public byte[] CheckpointNote { get; private set; } = [];

    public Checkpoint Checkpoint => _signer.LastSigned;

    public TrustFile Trust => new()
    {
        Org = "acme",
        Origin = Origin,
        Log = [new NoteVerifierKey(Origin, _key.PublicKey)],
        Warrant = [_key.PublicKey],
        Snapshot = [],
        Root = [_key.PublicKey],
        Genesis = Size == 0 ? new string('0', 64) : Convert.ToHexStringLower(MerkleHash.Leaf(Reader.ReadLeaf(0).Span)),
    };

    public void Dispose()
    {
        _writer.Dispose();
        _key.Dispose();
        _folder.Dispose();
    }

    /// <summary>The stream of the entry at an index: governance, then two systems in turn.</summary>
    public static string StreamOf(int index) => index == 0 ? "gov" : index % 3 == 0 ? "sys:refunds" : "sys:loans";

    /// <summary>Adds a leaf as a sequencer does; a test breaks a rule by overriding one of its members.</summary>
    public void Add(
        string stream, string node, long? seq = null, string? prev = null, long? nodeSeq = null,
        Func<long, string>? record = null)
    {
        var (nextSeq, last) = _streams.GetValueOrDefault(stream, (0, ""));
        var number = nodeSeq ?? _nodes.GetValueOrDefault(node, 0);
        var leaf = Leaf(node, number, prev ?? last, seq ?? nextSeq, stream, record?.Invoke(number));
        AddRaw(leaf);
        var hash = Convert.ToHexStringLower(MerkleHash.Leaf(leaf));
        _streams[stream] = ((seq ?? nextSeq) + 1, hash);
        _nodes[node] = number + 1;
    }

    /// <summary>Adds a record of one's own; its node and number are filled in.</summary>
    public void Add(string stream, string node, JsonObject record) => Add(stream, node, record: number =>
    {
        (record["node"], record["nodeSeq"]) = (node, number);
        return Encoding.UTF8.GetString(CanonicalJson.From(JsonSerializer.SerializeToElement(record)));
    });

    public void AddRaw(byte[] leaf) => _writer.Append(leaf);

    /// <summary>Makes what was added durable and has it signed.</summary>
    public void Commit()
    {
        _writer.Flush();
        var next = new Checkpoint(Origin, Size, _writer.Root());
        var proof = Reader.ConsistencyProof(Checkpoint.Size, Size);
        CheckpointNote = Assert.IsType<SignOutcome.Signed>(_signer.Sign(next, proof)).Note;
        File.WriteAllBytes(Path.Combine(Folder, "checkpoint"), CheckpointNote);
    }

    /// <summary>Signs as the root key, which here is the log's too.</summary>
    public Envelope SignAsRoot(string type, byte[] payload) => Dsse.Sign(type, payload, _key);

    /// <summary>From the next checkpoint on this key signs too, or alone.</summary>
    public void SignWith(Ed25519PrivateKey next, bool isAlone) => _signer.SignWith(isAlone ? [next] : [_key, next]);

    /// <summary>What the key alone would sign, were there no signer that remembers: a fork.</summary>
    public byte[] SignAnything(long size, byte[] root) =>
        new NoteSigner(Origin, _key).Sign(new Checkpoint(Origin, size, root).ToText()).ToBytes();

    /// <summary>The receipt for an entry under the newest checkpoint, with the entry inside.</summary>
    public TlogProof Receipt(long index) => new(index, Reader.InclusionProof(index, Checkpoint.Size), CheckpointNote)
    {
        Extra = Reader.ReadLeaf(index).ToArray(),
    };

    /// <summary>A bundle; its export is an entry of the log, as it must be.</summary>
    public async Task<byte[]> ExportAsync(BundleRequest request)
    {
        var draft = BundleDraft.Measure(request, Reader, default);
        var entry = Size;
        Add("gov", "control", record: Exported(draft.ManifestDigest));
        Commit();
        using var zip = new MemoryStream();
        await BundleWriter.WriteAsync(zip, draft, entry, Reader, CheckpointNote, default);
        return zip.ToArray();
    }

    /// <summary>The record that signs a manifest.</summary>
    public static JsonObject Exported(string manifest) => new()
    {
        ["type"] = "gov.ledger_exported",
        ["body"] = new JsonObject { ["manifest"] = manifest },
    };

    /// <summary>A request for these entries that claims the given ranges in full.</summary>
    public BundleRequest Request(IEnumerable<long> indexes, params StreamRange[] requested) => new()
    {
        Indexes = [.. indexes],
        Requested = requested,
        Size = Size,
        Nodes = [.. _nodes.Select(n => new NodeHead(n.Key, n.Value - 1))],
        Vkeys = [_signer.VerifierKey.ToString()],
        Tool = "provost test",
    };

    /// <summary>Everything of one stream of those the log was made with.</summary>
    public BundleRequest Whole(string stream)
    {
        var indexes = Enumerable.Range(0, _made).Where(i => StreamOf(i) == stream).Select(i => (long)i).ToList();
        return Request(indexes, new StreamRange(stream, 0, indexes.Count - 1));
    }

    public static byte[] Leaf(
        string node, long nodeSeq, string prev, long seq, string stream, string? record = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new CanonicalWriter(buffer);
        writer.BeginObject();
        writer.Name("node"u8);
        writer.String(node);
        writer.Name("nodeSeq"u8);
        writer.Integer(nodeSeq);
        writer.Name("prev"u8);
        writer.String(prev);
        writer.Name("record"u8);
        writer.Raw(Encoding.UTF8.GetBytes(
            record ?? $$"""{"node":"{{node}}","nodeSeq":{{nodeSeq}},"type":"decision.outcome"}"""));
        writer.Name("seq"u8);
        writer.Integer(seq);
        writer.Name("stream"u8);
        writer.String(stream);
        writer.Name("v"u8);
        writer.Integer(1);
        writer.EndObject();
        return buffer.WrittenSpan.ToArray();
    }
}
