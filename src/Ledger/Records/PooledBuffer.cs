using System.Buffers;

namespace Provost.Ledger.Records;

/// <summary>A growing buffer over the shared array pool that keeps its array between uses.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private const int KeepBelow = 1 << 20;
    private byte[] _array = ArrayPool<byte>.Shared.Rent(4096);

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => _array.AsSpan(0, Length);

    public ReadOnlyMemory<byte> Memory => _array.AsMemory(0, Length);

    /// <summary>What was written from an offset on, to be completed in place.</summary>
    public Span<byte> Writable(int from) => _array.AsSpan(from, Length - from);

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _array.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _array.AsSpan(Length);
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Empties the buffer; content is wiped because payloads pass through it.</summary>
    public void Clear()
    {
        _array.AsSpan(0, Length).Clear();
        Length = 0;
        if (_array.Length > KeepBelow)
        {
            ArrayPool<byte>.Shared.Return(_array);
            _array = ArrayPool<byte>.Shared.Rent(4096);
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_array, clearArray: true);

    private void Reserve(int sizeHint)
    {
        var needed = Length + Math.Max(sizeHint, 256);
        if (needed <= _array.Length)
            return;

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _array.Length * 2));
        _array.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_array, clearArray: true);
        _array = larger;
    }
}
