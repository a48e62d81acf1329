using Provost.Ledger.Statements;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Checkpoints;

public sealed class CheckpointSignerTests : IDisposable
{
    private const string Origin = "ledger.example/acme";
    private readonly TemporaryFolder _folder = new();
    private readonly Ed25519PrivateKey _key = Ed25519PrivateKey.Generate();
    private readonly TileLogWriter _writer;
    private readonly TileLogReader _reader;
    private readonly CheckpointSigner _signer;

    public CheckpointSignerTests()
    {
        _writer = TileLogWriter.Open(_folder.File("log"));
        _reader = new TileLogReader(_folder.File("log"));
        _signer = CheckpointSigner.Create(Memory, Origin, _key);
    }

    private string Memory => _folder.File("signer/last");

    public void Dispose()
    {
        _writer.Dispose();
        _key.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Signs_a_log_that_grows()
    {
        foreach (var size in new[] { 1, 2, 3, 300, 300, 301 })
        {
            var next = Grow(size);
            var proof = _reader.ConsistencyProof(_signer.LastSigned.Size, size);
            var signed = Assert.IsType<SignOutcome.Signed>(_signer.Sign(next, proof));

            Assert.True(SignedNote.TryParse(signed.Note, out var note, out _));
            Assert.Equal(NoteVerdict.Verified, note.Verify([_signer.VerifierKey]));
            Assert.True(Checkpoint.TryParse(note.Text, out var read, out _));
            Assert.Equal(next, read);
            Assert.Equal(signed.Note, File.ReadAllBytes(Memory));
        }
    }

    [Fact]
    public void Refuses_a_smaller_log() => Refuses(SignRefusal.Shrunk, last => last with { Size = last.Size - 1 });

    [Fact]
    public void Refuses_another_root_at_the_same_size() =>
        Refuses(SignRefusal.Rewritten, last => last with { Root = new byte[32] });

    [Fact]
    public void Refuses_a_larger_log_without_a_proof() =>
        Refuses(SignRefusal.NotConsistent, last => last with { Size = last.Size + 1 });

    [Fact]
    public void Refuses_another_origin() =>
        Refuses(SignRefusal.WrongOrigin, last => last with { Origin = "other.example/acme" });

    [Fact]
    public void Refuses_a_root_that_is_no_hash() => Refuses(SignRefusal.Malformed, last => last with { Root = [1] });

    [Fact]
    public void Refuses_a_fork_with_any_proof_the_fork_can_give()
    {
        _signer.Sign(Grow(10), []);
        using var fork = TileLogWriter.Open(_folder.File("fork"));
        for (var i = 0; i < 20; i++)
            fork.Append(i == 9 ? "other"u8 : [(byte)i]);

        fork.Flush();
        var outcome = _signer.Sign(
            new Checkpoint(Origin, 20, fork.Root()), new TileLogReader(_folder.File("fork")).ConsistencyProof(10, 20));

        Assert.Equal(SignRefusal.NotConsistent, Assert.IsType<SignOutcome.Refused>(outcome).Refusal);
        Assert.Equal(10, _signer.LastSigned.Size);
    }

    [Fact]
    public void Remembers_across_a_restart()
    {
        _signer.Sign(Grow(10), []);
        var again = CheckpointSigner.Open(Memory, Origin, _key);

        Assert.Equal(_signer.LastSigned, again.LastSigned);
        var outcome = again.Sign(new Checkpoint(Origin, 4, _reader.RootAt(4)), []);
        Assert.Equal(SignRefusal.Shrunk, Assert.IsType<SignOutcome.Refused>(outcome).Refusal);
    }

    [Fact]
    public void Does_not_open_with_a_memory_that_is_lost_changed_or_foreign()
    {
        _signer.Sign(Grow(10), []);
        using var otherKey = Ed25519PrivateKey.Generate();
        var note = File.ReadAllText(Memory);

        Assert.Throws<IOException>(() => CheckpointSigner.Create(Memory, Origin, _key));
        Assert.Throws<InvalidDataException>(() => CheckpointSigner.Open(Memory, Origin, otherKey));
        Assert.Throws<InvalidDataException>(() => CheckpointSigner.Open(Memory, "other", _key));
        File.WriteAllText(Memory, note.Replace("\n10\n", "\n9\n", StringComparison.Ordinal));
        Assert.Throws<InvalidDataException>(() => CheckpointSigner.Open(Memory, Origin, _key));
        File.WriteAllText(Memory, "");
        Assert.Throws<InvalidDataException>(() => CheckpointSigner.Open(Memory, Origin, _key));
        File.Delete(Memory);
        Assert.Throws<InvalidDataException>(() => CheckpointSigner.Open(Memory, Origin, _key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("o\n1\n")]
    [InlineData("o\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")]
    [InlineData("o\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")]
    [InlineData("o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\n")]
    [InlineData("o\n1\nAAAA\n")]
    [InlineData("o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")]
    [InlineData("o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nextension\n")]
    [InlineData("\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")]
    public void Refuses_text_that_is_no_checkpoint(string text) =>
        Assert.False(Checkpoint.TryParse(text, out _, out _));

    private void Refuses(SignRefusal expected, Func<Checkpoint, Checkpoint> change)
    {
        _signer.Sign(Grow(10), []);
        var before = File.ReadAllBytes(Memory);
        var outcome = _signer.Sign(change(_signer.LastSigned), []);

        Assert.Equal(expected, Assert.IsType<SignOutcome.Refused>(outcome).Refusal);
        Assert.Equal(before, File.ReadAllBytes(Memory));
    }

    private Checkpoint Grow(int size)
    {
        while (_writer.Size < size)
            _writer.Append([(byte)_writer.Size]);

        _writer.Flush();
        return new Checkpoint(Origin, size, _writer.Root());
    }
}
