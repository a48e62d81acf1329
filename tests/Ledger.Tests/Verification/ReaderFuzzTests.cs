using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Proofs;
using Provost.Ledger.Records;
using Provost.Ledger.Spool;
using Provost.Ledger.Statements;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Verification;

/// <summary>
/// No reader of the ledger falls over anything that is put to it, and none believes what was changed. What they may
/// throw is what their documentation names.
/// </summary>
public sealed class ReaderFuzzTests : IDisposable
{
    private readonly SampleLog _log = new(300);
    private readonly TemporaryFolder _desk = new();
    private readonly TrustFile _trust;

    public ReaderFuzzTests() => _trust = _log.Trust;

    public void Dispose()
    {
        _log.Dispose();
        _desk.Dispose();
    }

    [Fact]
    public void Notes_and_checkpoints()
    {
        using var witness = new Witness("witness.example/one");
        var good = _log.CheckpointNote;
        var text = Encoding.UTF8.GetString(good)[..^1].Split("\n\n")[0] + "\n";
        Fuzzer.Run("note, checkpoint", [good, witness.Cosign(good)], bytes =>
        {
            var isNote = SignedNote.TryParse(bytes, out var note, out _);
            if (!isNote)
                return;

            _ = Checkpoint.TryParse(note!.Text, out _, out _);
            Assert.True(note.Verify(_trust.Log) != NoteVerdict.Verified || note.Text == text);
        });
    }

    [Fact]
    public void Receipts()
    {
        var inputs = new[] { 0, 153, 299 }.Select(i => _log.Receipt(i).ToBytes()).ToList();
        inputs.Add((_log.Receipt(7) with { Extra = null }).ToBytes());
        Fuzzer.Run("receipt", inputs, bytes =>
        {
            _ = TlogProof.TryParse(bytes, out _, out _);
            Assert.True(
                !ReceiptVerifier.Verify(bytes, entry: null, _trust, previous: null).Ok
                || inputs.Any(i => i.AsSpan().SequenceEqual(bytes)));
        });
    }

    /// <summary>Two implementations of the same algorithms must agree on every path, good or bad.</summary>
    [Fact]
    public void Proofs()
    {
        var sizes = new long[] { 1, 2, 7, 255, 256, 257, 300 };
        var inputs = sizes.SelectMany(size => new[] { 0, size / 2, size - 1 }, (size, index) =>
            Packed(index, size, _log.Reader.InclusionProof(index, size))).ToList();
        Fuzzer.Run("proof", inputs, bytes =>
        {
            if (bytes.Length < 16)
                return;

            var index = BinaryPrimitives.ReadInt64LittleEndian(bytes);
            var size = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8));
            var path = bytes.Skip(16).Chunk(32).Take(64).ToArray();
            var leaf = MerkleHash.Leaf(_log.Reader.ReadLeaf(index is >= 0 and < 300 ? index : 0).Span);
            var isWellFormed = path.All(h => h.Length == 32) && index >= 0 && index < size;
            var root = isWellFormed ? RootHash.FromPath(index, size, leaf, path) : null;
            var expected = root ?? new byte[32];
            Assert.Equal(root is not null, MerkleProof.VerifyInclusion(index, size, leaf, path, expected));
            if (isWellFormed && size <= 300 && _log.Reader.RootAt(size).AsSpan().SequenceEqual(expected))
                Assert.Equal(Packed(index, size, _log.Reader.InclusionProof(index, size)), bytes);

            var (old, now) = (_log.Reader.RootAt(100), _log.Reader.RootAt(300));
            if (path.All(h => h.Length == 32))
            {
                Assert.Equal(
                    MerkleProof.VerifyConsistency(index, old, size, now, path),
                    RootHash.Continues(index, old, size, now, path));
            }
        });
    }

    [Fact]
    public void Tiles_and_entry_bundles()
    {
        string[] names =
            ["tile/entries/000", "tile/entries/001.p/44", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"];
        var files = names.Select(n => File.ReadAllBytes(Path.Combine(_log.Folder, n))).ToList();
        Fuzzer.Run("tile, entry bundle", files, bytes =>
        {
            for (var i = 0; i < names.Length; i++)
            {
                var path = Path.Combine(_log.Folder, names[i]);
                File.WriteAllBytes(path, bytes);
                var isOk = LedgerDirectoryVerifier.Verify(_log.Folder, _trust, previous: null).Ok;
                // a wider file than the checkpoint needs is one that has gone on; a full one never changes
                var isSame = names[i].Contains(".p/", StringComparison.Ordinal)
                    ? bytes.AsSpan().StartsWith(files[i])
                    : bytes.AsSpan().SequenceEqual(files[i]);
                Assert.True(!isOk || isSame, $"{names[i]} was believed");
                Throwing<TileLogCorruptException>(() =>
                {
                    var reader = new TileLogReader(_log.Folder);
                    foreach (var _ in reader.ScanLeaves(0, 300))
                    {
                    }

                    reader.RootAt(300);
                    reader.InclusionProof(299, 300);
                });
                File.WriteAllBytes(path, files[i]);
            }
        });
    }

    [Fact]
    public void Leaves()
    {
        using var governed = new GovernedLog();
        var inputs = Enumerable.Range(0, (int)governed.Log.Size)
            .Select(i => governed.Log.Reader.ReadLeaf(i).ToArray()).ToList();
        Fuzzer.Run("leaf", inputs, bytes =>
        {
            var facts = bytes.Length == 0 ? null : LeafFacts.Read(bytes, out _);
            Leaf? leaf = null;
            Throwing<FormatException>(() => leaf = LeafReader.Read(bytes));
            Assert.True(facts is null || leaf is not null, "the verifier accepts what the product cannot read");
            if (leaf is not null && facts is not null)
                Throwing<FormatException>(() => DecisionView.Read(leaf.Record));

            if (CanonicalJson.IsCanonical(bytes))
            {
                using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 66 });
                Assert.Equal(CanonicalJson.From(document.RootElement), bytes);
            }
        });
    }

    [Fact]
    public void Envelopes_and_trust_files()
    {
        using var key = Ed25519PrivateKey.Generate();
        var envelope = Dsse.Write(Dsse.Sign("application/json", "{\"a\":1}"u8.ToArray(), key).CountersignedBy(key));
        Fuzzer.Run("envelope, trust file", [envelope, _trust.ToBytes()], bytes =>
        {
            if (Dsse.TryRead(bytes, 1 << 20, out var read, out _) && read.IsSignedBy(key.PublicKey))
                Assert.Equal("{\"a\":1}", Encoding.UTF8.GetString(read.Payload));

            Throwing<FormatException>(() => TrustFile.Parse(bytes));
        });
    }

    /// <summary>Frames whose checksum fits again too: whoever writes to the disk can compute one.</summary>
    [Fact]
    public void Spool_segments()
    {
        var draft = RecordDraft.Rent();
        new GovernanceRecord
        {
            Id = Guid.CreateVersion7(),
            Time = DateTimeOffset.UnixEpoch,
            Node = "control",
            Epoch = 1,
            Verb = "pause",
            ActorKind = "person",
            ActorId = "p",
            Object = "o",
        }.Write(draft);
        draft.AddPart(3, "sealed bytes"u8);
        var buffer = new PooledBuffer();
        SpoolFrame.Write(buffer, draft, 41);
        var good = buffer.Writable(0).ToArray();
        Fuzzer.Run("spool segment", [good, [.. good, .. good]], bytes =>
        {
            var frame = SpoolFrame.TryRead(bytes, out var length);
            Assert.True(frame is null || bytes.AsSpan(0, length).SequenceEqual(good), "another frame was believed");
            if (bytes.Length < SpoolFrame.Fixed)
                return;

            BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length - SpoolFrame.Head);
            BinaryPrimitives.WriteUInt32LittleEndian(
                bytes.AsSpan(4), SpoolFrame.Crc32C(bytes.AsSpan(SpoolFrame.Head)));
            _ = SpoolFrame.TryRead(bytes, out _);
            File.WriteAllBytes(_desk.File("41.seg"), bytes);
            new SpoolReader(_desk.Path).Read(41, 43, 1 << 20);
        });
    }

    /// <summary>The zip changed anywhere, and each file in it with checksums that fit again.</summary>
    [Fact]
    public async Task Bundles_and_their_manifests()
    {
        using var governed = new GovernedLog();
        var (good, trust) = (await governed.ExportAsync(), governed.Trust);
        Fuzzer.Run("bundle", [good], bytes => Assert.True(
            bytes.AsSpan().SequenceEqual(good) || !BundleVerifier.Verify(new MemoryStream(bytes), trust, null).Ok));
        string[] names = ["manifest.json", "manifest.tlog-proof", "checkpoint", "entries.jsonl", "decisions.csv"];
        foreach (var name in names)
        {
            var file = BundleFiles.Read(good, name);
            Fuzzer.Run(name, [file], bytes =>
            {
                var changed = BundleFiles.With(good, (name, bytes));
                var report = BundleVerifier.Verify(new MemoryStream(changed), trust, previous: null);
                Assert.True(!report.Ok || bytes.AsSpan().SequenceEqual(file), $"{name} was believed");
                _ = ErasedContent.InBundle(new MemoryStream(changed));
            });
        }
    }

    private static byte[] Packed(long index, long size, IReadOnlyList<byte[]> path)
    {
        var head = new byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(head, index);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(8), size);
        return [.. head, .. path.SelectMany(h => h)];
    }

    /// <summary>Runs a reader that may refuse with this exception and with no other.</summary>
    private static void Throwing<TRefusal>(Action read)
        where TRefusal : Exception
    {
        try
        {
            read();
        }
        catch (TRefusal)
        {
            // a refusal is an answer
        }
    }
}
