using System.Buffers;

namespace Provost.Gateway.Protocols;

/// <summary>A growing byte array from the shared pool; one contiguous body to read, edit and forward.</summary>
internal sealed class ByteBuffer : IBufferWriter<byte>, IDisposable
{
    private const int FirstSize = 4096;

    private byte[] _bytes = [];

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsSpan(Length);
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    public void Write(byte value)
    {
        Reserve(1);
        _bytes[Length++] = value;
    }

    /// <summary>Forgets what was written, keeps the memory.</summary>
    public void Clear() => Length = 0;

    /// <summary>Forgets what was written after <paramref name="length"/>.</summary>
    public void Truncate(int length) => Length = Math.Min(Length, length);

    /// <summary>Forgets the first bytes and moves the rest to the front.</summary>
    public void Consume(int count)
    {
        _bytes.AsSpan(count, Length - count).CopyTo(_bytes);
        Length -= count;
    }

    public void Reserve(int more)
    {
        if (_bytes.Length - Length >= more)
        {
            return;
        }

        var grown = ArrayPool<byte>.Shared.Rent(Math.Max(FirstSize, Math.Max(_bytes.Length * 2, Length + more)));
        Span.CopyTo(grown);
        Return();
        _bytes = grown;
    }

    public void Dispose()
    {
        Return();
        _bytes = [];
        Length = 0;
    }

    // Bodies are personal data: the pool hands the array to the next caller, so it leaves here wiped.
    private void Return()
    {
        if (_bytes.Length > 0)
        {
            _bytes.AsSpan(0, Length).Clear();
            ArrayPool<byte>.Shared.Return(_bytes);
        }
    }
}
