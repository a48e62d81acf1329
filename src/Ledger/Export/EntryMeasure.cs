using System.Text.Json;

namespace Provost.Ledger.Export;

/// <summary>What one stream gave to a bundle.</summary>
internal sealed record DeliveredStream(string Stream, long First, long Last, long Count);

/// <summary>Gathers, on the first reading, what stands in front of the entries: size, CRC-32, ranges.</summary>
internal sealed class EntryMeasure
{
    private readonly SortedDictionary<string, DeliveredStream> _streams = new(StringComparer.Ordinal);

    public uint Crc { get; private set; }

    public long Length { get; private set; }

    public IEnumerable<DeliveredStream> Streams => _streams.Values;

    public void Count(ReadOnlySpan<byte> line)
    {
        Crc = Crc32.Append(Crc, line);
        Length += line.Length;
    }

    public void Note(ReadOnlyMemory<byte> leaf)
    {
        using var document = JsonDocument.Parse(leaf);
        var stream = document.RootElement.GetProperty("stream").GetString()!;
        var seq = document.RootElement.GetProperty("seq").GetInt64();
        _streams[stream] = _streams.TryGetValue(stream, out var known)
            ? known with { Last = seq, Count = known.Count + 1 }
            : new DeliveredStream(stream, seq, seq, 1);
    }
}
