using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Npgsql;

namespace Provost.Control.Decisions;

/// <summary>
/// Rows in the binary format of PostgreSQL's <c>COPY</c>, written straight into a pooled buffer: the client library's
/// own writer asks for a converter per value, which costs more than the value.
/// </summary>
/// <remarks>Source of the format: PostgreSQL's documentation, COPY, "Binary Format"; values as the types'
/// <c>send</c> functions write them, all big-endian.</remarks>
internal sealed class CopyBuffer : IDisposable
{
    private const int SendAt = 256 << 10;
    private const int TextType = 25; // the type's OID, fixed in pg_type.dat
    private const byte JsonbVersion = 1;
    private static readonly byte[] Signature = [.. "PGCOPY\n"u8, 0xFF, (byte)'\r', (byte)'\n', 0];
    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(SendAt * 2);
    private int _length;

    /// <summary>Copies rows into a table as they are written; a table is locked no longer than that takes.</summary>
    /// <param name="connection">In the transaction that the rows belong to.</param>
    /// <param name="target">Table and columns, such as <c>t (a, b)</c>.</param>
    /// <param name="columns">How many those are.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="write">Writes each column of a row, in order.</param>
    /// <param name="cancellationToken">Ends the copy with nothing written.</param>
    public static async Task SendAsync<T>(NpgsqlConnection connection, string target, short columns,
        IReadOnlyList<T> rows, Action<CopyBuffer, T> write, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return;

        using var buffer = new CopyBuffer();
        await using var stream = await connection.BeginRawBinaryCopyAsync(
            $"COPY {target} FROM STDIN (FORMAT binary)", cancellationToken);
        buffer.Append(Signature);
        buffer.Head(0); // no flags
        buffer.Head(0); // no extension
        foreach (var row in rows)
        {
            BinaryPrimitives.WriteInt16BigEndian(buffer.Take(sizeof(short)), columns);
            write(buffer, row);
            if (buffer._length >= SendAt)
                await buffer.FlushAsync(stream, cancellationToken);
        }

        BinaryPrimitives.WriteInt16BigEndian(buffer.Take(sizeof(short)), -1);
        await buffer.FlushAsync(stream, cancellationToken);
    }

    public void Null() => Head(-1);

    public void Number(long? value)
    {
        if (value is { } number)
            BinaryPrimitives.WriteInt64BigEndian(Value(sizeof(long)), number);
        else
            Null();
    }

    public void Small(int? value)
    {
        if (value is { } number)
            BinaryPrimitives.WriteInt32BigEndian(Value(sizeof(int)), number);
        else
            Null();
    }

    public void Flag(bool value) => Value(1)[0] = value ? (byte)1 : (byte)0;

    public void Id(Guid value) => value.TryWriteBytes(Value(16), bigEndian: true, out _);

    /// <summary>A <c>timestamptz</c>: microseconds from the beginning of 2000, UTC.</summary>
    public void Time(DateTimeOffset value) => BinaryPrimitives.WriteInt64BigEndian(
        Value(sizeof(long)), (value.UtcTicks - Epoch.UtcTicks) / TimeSpan.TicksPerMicrosecond);

    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Value(value.Length));

    public void Text(string? value)
    {
        if (value is null)
            Null();
        else
            Utf8(DecisionColumns.Clean(value), before: 0);
    }

    /// <summary>A <c>jsonb</c>, which holds no NUL either, not even escaped.</summary>
    public void Json(string? value)
    {
        if (value is null)
        {
            Null();
            return;
        }

        var start = Utf8(value.Replace("\\u0000", "\\ufffd", StringComparison.Ordinal), before: 1);
        _buffer[start] = JsonbVersion;
    }

    /// <summary>A <c>text[]</c>.</summary>
    public void Texts(IReadOnlyList<string> values)
    {
        var start = _length;
        Head(0);
        Head(values.Count == 0 ? 0 : 1); // dimensions
        Head(0); // no element is null
        Head(TextType);
        if (values.Count > 0)
        {
            Head(values.Count);
            Head(1); // arrays count from 1
            for (var i = 0; i < values.Count; i++)
                Text(values[i]);
        }

        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(start), _length - start - sizeof(int));
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private async Task FlushAsync(Stream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(_buffer.AsMemory(0, _length), cancellationToken);
        _length = 0;
    }

    private int Utf8(string text, int before)
    {
        var most = before + Encoding.UTF8.GetMaxByteCount(text.Length);
        Reserve(sizeof(int) + most);
        var start = _length + sizeof(int);
        var written = before + Encoding.UTF8.GetBytes(text, _buffer.AsSpan(start + before));
        Head(written);
        _length += written;
        return start;
    }

    private Span<byte> Value(int length)
    {
        Head(length);
        return Take(length);
    }

    private void Head(int number) => BinaryPrimitives.WriteInt32BigEndian(Take(sizeof(int)), number);

    private void Append(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    private Span<byte> Take(int length)
    {
        Reserve(length);
        var place = _buffer.AsSpan(_length, length);
        _length += length;
        return place;
    }

    private void Reserve(int length)
    {
        if (_buffer.Length - _length >= length)
            return;

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + length));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
