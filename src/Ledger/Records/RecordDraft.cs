using System.Collections.Concurrent;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Records;

/// <summary>
/// One record on its way to the spool: canonical bytes in which the node's sequence number is still open, and the
/// sealed payload parts that travel beside it. Pooled: rent it, write it, append it; the spool returns it once durable.
/// </summary>
public sealed class RecordDraft : IDisposable
{
    private const int KeepAtMost = 4096;
    private static readonly ConcurrentQueue<RecordDraft> Pool = [];
    private static int Pooled;

    private readonly PooledBuffer _record = new();
    private readonly PooledBuffer _parts = new();
    private readonly List<(byte Field, int Start, int Length)> _places = [];

    private RecordDraft() => Json = new CanonicalWriter(_record);

    /// <summary>The record's writer, keys in order; <see cref="WriteNode"/> at their place among them.</summary>
    public CanonicalWriter Json { get; }

    /// <summary>The record's id.</summary>
    public Guid Id { get; set; }

    /// <summary>True for governance, which may use the reserve that calls may not.</summary>
    public bool IsGovernance { get; set; }

    internal ReadOnlySpan<byte> Record => _record.Span;

    /// <summary>Where the digits of the node's sequence number go, in place of one zero.</summary>
    internal int NumberAt { get; private set; } = -1;

    internal int PartCount => _places.Count;

    /// <summary>Bytes this draft will take in the spool, at most.</summary>
    internal int Size => _record.Length + _parts.Length + (_places.Count * 5) + 96;

    public static RecordDraft Rent()
    {
        if (!Pool.TryDequeue(out var draft))
            return new RecordDraft();

        Interlocked.Decrement(ref Pooled);
        return draft;
    }

    /// <summary>Writes the members <c>node</c> and <c>nodeSeq</c>; the number is filled in by the spool.</summary>
    public void WriteNode(ReadOnlySpan<char> node)
    {
        Json.Name("node"u8);
        Json.String(node);
        Json.Name("nodeSeq"u8);
        NumberAt = _record.Length;
        Json.Integer(0);
    }

    /// <summary>Adds a sealed payload part, copied.</summary>
    /// <param name="field">Which payload of the record it is: see <c>PayloadField</c>.</param>
    /// <param name="sealedBytes">Ciphertext with its header; never plain content.</param>
    public void AddPart(byte field, ReadOnlySpan<byte> sealedBytes)
    {
        _places.Add((field, _parts.Length, sealedBytes.Length));
        _parts.Write(sealedBytes);
    }

    /// <summary>Adds a part of that length and gives its place, to be sealed there.</summary>
    internal Span<byte> AddPart(byte field, int length)
    {
        var start = _parts.Length;
        var place = _parts.GetSpan(length)[..length];
        _parts.Advance(length);
        _places.Add((field, start, length));
        return place;
    }

    /// <summary>Gives the draft back to the pool, emptied.</summary>
    public void Dispose()
    {
        _record.Clear();
        _parts.Clear();
        _places.Clear();
        Json.Reset(_record);
        NumberAt = -1;
        IsGovernance = false;
        Id = default;
        if (Interlocked.Increment(ref Pooled) <= KeepAtMost)
            Pool.Enqueue(this);
        else
            Interlocked.Decrement(ref Pooled);
    }

    internal (byte Field, ReadOnlyMemory<byte> Bytes) Part(int index)
    {
        var (field, start, length) = _places[index];
        return (field, _parts.Memory.Slice(start, length));
    }
}
