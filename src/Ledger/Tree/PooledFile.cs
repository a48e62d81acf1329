using System.Buffers;

namespace Provost.Ledger.Tree;

/// <summary>A whole file in a pooled buffer; disposing gives the buffer back, and nobody may hold a part of it then.
/// </summary>
internal sealed class PooledFile : IDisposable
{
    private readonly byte[] _buffer;
    private readonly int _length;
    private bool _isReturned;

    private PooledFile(byte[] buffer, int length) => (_buffer, _length) = (buffer, length);

    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, _length);

    /// <summary>Reads a file that does not change any more.</summary>
    public static PooledFile Read(string path)
    {
        using var file = File.OpenHandle(path);
        var length = checked((int)RandomAccess.GetLength(file));
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        var read = 0;
        try
        {
            while (RandomAccess.Read(file, buffer.AsSpan(read, length - read), read) is > 0 and var got)
                read += got;
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }

        return new PooledFile(buffer, read);
    }

    public void Dispose()
    {
        if (_isReturned)
            return;

        _isReturned = true;
        ArrayPool<byte>.Shared.Return(_buffer);
    }
}
