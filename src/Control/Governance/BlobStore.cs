using System.Buffers;
using Provost.Ledger.Statements;
using Provost.Ledger.Tree;

namespace Provost.Control.Governance;

/// <summary>
/// Documents that records name by digest: <c>blobs/sha256/&lt;2 hex&gt;/&lt;62 hex&gt;</c>. Synced before the record
/// that
/// names them is written, hashed again when read: a changed or lost blob is absent, and absence denies.
/// </summary>
public sealed class BlobStore(string folder)
{
    /// <summary>Largest blob, 64 MiB.</summary>
    public const int MaxBytes = 64 << 20;

    private const string Prefix = "sha256:";

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    private readonly Lock _writing = new();

    /// <summary>Keeps the bytes, durably, and gives their digest.</summary>
    public async Task<string> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var digest = Digest.Of(bytes.Span);
        var path = PathOf(digest)!;
        if (File.Exists(path) && await ReadAsync(path, digest, cancellationToken) is not null)
            return digest;

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        // two uploads of the same bytes would share the temporary file, and the slower one would find it gone
        lock (_writing)
        {
            DurableFile.Replace(path, bytes.Span);
        }

        return digest;
    }

    /// <summary>The bytes of that digest; null when they are not there or no longer hash to it.</summary>
    public async Task<byte[]?> FindAsync(string digest, CancellationToken cancellationToken) =>
        PathOf(digest) is { } path && File.Exists(path) ? await ReadAsync(path, digest, cancellationToken) : null;

    private static async Task<byte[]?> ReadAsync(string path, string digest, CancellationToken cancellationToken)
    {
        var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        return Digest.Of(bytes) == digest ? bytes : null;
    }

    private string? PathOf(string digest)
    {
        if (!Digest.IsWellFormed(digest))
            return null;

        var hex = digest[Prefix.Length..];
        return hex.AsSpan().ContainsAnyExcept(Hex) ? null : Path.Combine(folder, "sha256", hex[..2], hex[2..]);
    }
}
