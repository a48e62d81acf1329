using Provost.Ledger.Proofs;
using Provost.Ledger.Statements;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Checkpoints;

/// <summary>Why the signer keeps its signature back.</summary>
public enum SignRefusal
{
    /// <summary>The checkpoint is of another log.</summary>
    WrongOrigin,

    /// <summary>The root or a hash of the proof is not 32 bytes, or the size is negative.</summary>
    Malformed,

    /// <summary>The log is smaller than the one signed last: it was rolled back.</summary>
    Shrunk,

    /// <summary>The same size with another root: the log was rewritten.</summary>
    Rewritten,

    /// <summary>The proof does not show that the log signed last is the beginning of this one.</summary>
    NotConsistent,
}

/// <summary>What the signer answers: a signed note, or a refusal with its reason.</summary>
public abstract record SignOutcome
{
    private SignOutcome()
    {
    }

    /// <summary>The checkpoint as a signed note; durably in the signer's memory before it is given out.</summary>
    public sealed record Signed(byte[] Note) : SignOutcome;

    /// <summary>Nothing was signed and nothing remembered.</summary>
    public sealed record Refused(SignRefusal Refusal, string Reason) : SignOutcome;
}

/// <summary>
/// Holds the log's key and signs a checkpoint only when a proof shows that it continues the last one signed. That last
/// one lives in a file of the signer's own, apart from the log: neither a restored backup nor a second writer gets a
/// fork signed. Messages in, messages out, so that another process can stand behind this surface. Safe for
/// concurrent use: check, remember and sign happen under one lock.
/// </summary>
public sealed class CheckpointSigner : ICheckpointSigner
{
    private const string Lost =
        "restore it or reset the log with the root key; signing without it would let the log be rewritten";

    private readonly Lock _lock = new();
    private readonly string _memoryFile;
    private IReadOnlyList<NoteSigner> _signers;
    private Checkpoint _last;

    private CheckpointSigner(string memoryFile, IReadOnlyList<NoteSigner> signers, Checkpoint last)
    {
        _memoryFile = memoryFile;
        _signers = signers;
        _last = last;
    }

    /// <summary>The newest key that verifies what this signer signs; its name is the log's origin.</summary>
    public NoteVerifierKey VerifierKey => _signers[^1].VerifierKey;

    /// <inheritdoc/>
    public Checkpoint LastSigned
    {
        get
        {
            lock (_lock)
            {
                return _last;
            }
        }
    }

    /// <summary>
    /// Begins the memory of a new log, once, at genesis. Throws <see cref="IOException"/> when there is one already.
    /// </summary>
    public static CheckpointSigner Create(string memoryFile, string origin, Ed25519PrivateKey logKey)
    {
        if (File.Exists(memoryFile))
            throw new IOException($"{memoryFile} exists: this signer has signed before. Open it.");

        var empty = new Checkpoint(origin, 0, MerkleHash.Empty);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(memoryFile))!);
        return Reset(memoryFile, empty, [logKey]);
    }

    /// <summary>
    /// Opens the signer of a log that has begun. Throws <see cref="InvalidDataException"/> when its memory is gone, was
    /// changed, or is of another key or origin: then it must not sign.
    /// </summary>
    /// <param name="memoryFile">Its own, apart from the log.</param>
    /// <param name="origin">The log's.</param>
    /// <param name="logKeys">The keys it signs with; each is used for every checkpoint.</param>
    public static CheckpointSigner Open(
        string memoryFile, string origin, params IReadOnlyList<Ed25519PrivateKey> logKeys)
    {
        if (!File.Exists(memoryFile))
            throw new InvalidDataException($"The signer's memory {memoryFile} is gone; {Lost}.");

        var signers = SignersOf(origin, logKeys);
        if (!SignedNote.TryParse(File.ReadAllBytes(memoryFile), out var note, out var fault))
            throw new InvalidDataException($"The signer's memory {memoryFile} is broken ({fault}); {Lost}.");

        if (note.Verify([.. signers.Select(s => s.VerifierKey)]) != NoteVerdict.Verified)
            throw new InvalidDataException($"The signer's memory {memoryFile} is not signed by this key; {Lost}.");

        if (!Checkpoint.TryParse(note.Text, out var last, out fault) || last.Origin != origin)
            throw new InvalidDataException($"The signer's memory {memoryFile} is of another log; {Lost}.");

        return new CheckpointSigner(memoryFile, signers, last);
    }

    /// <summary>From the next checkpoint on it is signed with each of these keys, the newest last.</summary>
    public void SignWith(IReadOnlyList<Ed25519PrivateKey> logKeys)
    {
        lock (_lock)
        {
            _signers = SignersOf(_last.Origin, logKeys);
        }
    }

    /// <summary>What a memory holds if one of these keys signed it; null where none can be read.</summary>
    public static Checkpoint? Recall(string memoryFile, IReadOnlyList<Ed25519PrivateKey> logKeys) =>
        File.Exists(memoryFile)
        && SignedNote.TryParse(File.ReadAllBytes(memoryFile), out var note, out _)
        && Checkpoint.TryParse(note.Text, out var last, out _)
        && note.Signatures.Any(s => s.Name == last.Origin)
        && note.Verify([.. SignersOf(last.Origin, logKeys).Select(s => s.VerifierKey)]) == NoteVerdict.Verified
            ? last
            : null;

    /// <summary>Goes on from a checkpoint that need not continue what was signed last. Whoever calls this has checked
    /// that the root key says so.</summary>
    public static CheckpointSigner Reset(
        string memoryFile, Checkpoint from, IReadOnlyList<Ed25519PrivateKey> logKeys)
    {
        var signers = SignersOf(from.Origin, logKeys);
        DurableFile.Replace(Path.GetFullPath(memoryFile), Note(signers, from));
        return new CheckpointSigner(memoryFile, signers, from);
    }

    /// <summary>
    /// Signs the next checkpoint, given the consistency proof from <see cref="LastSigned"/> to it (RFC 6962 section
    /// 2.1.2; empty when the sizes are equal or the old one is 0).
    /// </summary>
    public SignOutcome Sign(Checkpoint next, IReadOnlyList<byte[]> consistencyProof)
    {
        lock (_lock)
        {
            if (Check(next, consistencyProof) is { } refused)
                return refused;

            var note = Note(_signers, next);
            if (next.Size != _last.Size)
                DurableFile.Replace(Path.GetFullPath(_memoryFile), note);

            _last = next;
            return new SignOutcome.Signed(note);
        }
    }

    private static List<NoteSigner> SignersOf(string origin, IReadOnlyList<Ed25519PrivateKey> logKeys) =>
        [.. logKeys.Select(key => new NoteSigner(origin, key))];

    /// <summary>One line of signature for each key: verifiers pass over those that they do not know.</summary>
    private static byte[] Note(IReadOnlyList<NoteSigner> signers, Checkpoint checkpoint)
    {
        var text = checkpoint.ToText();
        return new SignedNote(text, [.. signers.SelectMany(s => s.Sign(text).Signatures)]).ToBytes();
    }

    private SignOutcome.Refused? Check(Checkpoint next, IReadOnlyList<byte[]> proof)
    {
        if (next.Origin != _last.Origin)
            return Refuse(SignRefusal.WrongOrigin, $"This signer signs for {_last.Origin}, not for {next.Origin}.");

        if (next.Size < 0 || next.Root.Length != MerkleHash.Size || proof.Any(h => h.Length != MerkleHash.Size))
            return Refuse(SignRefusal.Malformed, "The size is not negative; roots and proof hashes have 32 bytes.");

        if (next.Size < _last.Size)
            return Refuse(SignRefusal.Shrunk, $"Signed at size {_last.Size}, asked for {next.Size}: rolled back.");

        if (next.Size == _last.Size && !next.Root.AsSpan().SequenceEqual(_last.Root))
            return Refuse(SignRefusal.Rewritten, $"Size {next.Size} was signed with another root: rewritten.");

        return MerkleProof.VerifyConsistency(_last.Size, _last.Root, next.Size, next.Root, proof)
            ? null
            : Refuse(
                SignRefusal.NotConsistent,
                $"The proof does not show that size {_last.Size} is the beginning of size {next.Size}.");
    }

    private static SignOutcome.Refused Refuse(SignRefusal refusal, string reason) => new(refusal, reason);
}
