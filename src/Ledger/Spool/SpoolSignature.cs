using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Provost.Ledger.Spool;

/// <summary>
/// A node's signature over the record frames since its last one, whole frames in order: int64 number of the first
/// record (little-endian), then 64 bytes ECDSA P-256 over their SHA-256 (IEEE P1363 form). It follows the records at
/// most <see cref="SpoolOptions.SignWithin"/> later, so that no call pays for it; what a crash left unsigned is
/// signed first by the next process.
/// </summary>
internal sealed class SpoolSignature(ECDsa nodeKey) : IDisposable
{
    private const int SignatureBytes = 64;

    private readonly IncrementalHash _frames = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _first = -1;

    /// <summary>Whether there is a record that no signature covers.</summary>
    public bool IsDue => _first >= 0;

    /// <summary>Takes in record frames that became durable.</summary>
    public void Add(ReadOnlySpan<byte> frames, long first)
    {
        _frames.AppendData(frames);
        if (_first < 0)
            _first = first;
    }

    /// <summary>The content of a signature frame; nothing counts as signed before <see cref="Written"/>.</summary>
    public byte[] Sign()
    {
        var content = new byte[sizeof(long) + SignatureBytes];
        BinaryPrimitives.WriteInt64LittleEndian(content, _first);
        nodeKey.SignHash(_frames.GetCurrentHash()).CopyTo(content, sizeof(long));
        return content;
    }

    /// <summary>The signature is durable.</summary>
    public void Written()
    {
        _frames.GetHashAndReset();
        _first = -1;
    }

    public void Dispose()
    {
        _frames.Dispose();
        nodeKey.Dispose();
    }

    /// <summary>
    /// How far a folder is signed: the last number that a signature covers, -1 when none does. A signature that also
    /// covers records that were dropped with their segment cannot be checked and is passed over. Throws
    /// <see cref="CryptographicException"/> at the first one that does not fit its records.
    /// </summary>
    public static long VerifiedThrough(string directory, ReadOnlySpan<byte> nodeKey)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(nodeKey, out _);
        using var frames = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (first, verified) = (-1L, -1L);
        foreach (var (due, path) in SpoolSegments.List(directory))
        {
            var bytes = File.ReadAllBytes(path);
            var (at, next) = (0, due);
            while (SpoolFrame.TryRead(bytes.AsMemory(at), out var length) is { } frame && frame.Follows(next))
            {
                next = frame.NodeSeq + 1;
                if (frame.Kind == SpoolFrame.RecordKind)
                {
                    frames.AppendData(bytes, at, length);
                    first = first < 0 ? frame.NodeSeq : first;
                }
                else if (first >= 0)
                {
                    var isWhole = verified >= 0 || StatedFirst(frame) >= first;
                    var hash = frames.GetHashAndReset();
                    if (isWhole)
                        Check(key, frame, first, hash);

                    (first, verified) = (-1, frame.NodeSeq);
                }

                at += length;
            }
        }

        return verified;
    }

    private static long StatedFirst(SpoolFrame frame) =>
        frame.Record.Length == sizeof(long) + SignatureBytes
            ? BinaryPrimitives.ReadInt64LittleEndian(frame.Record.Span)
            : throw new CryptographicException($"The frame behind {frame.NodeSeq} is no signature.");

    private static void Check(ECDsa key, SpoolFrame frame, long first, byte[] hash)
    {
        if (StatedFirst(frame) != first || !key.VerifyHash(hash, frame.Record.Span[sizeof(long)..]))
            throw new CryptographicException($"The node's signature over {first} to {frame.NodeSeq} does not fit.");
    }
}
