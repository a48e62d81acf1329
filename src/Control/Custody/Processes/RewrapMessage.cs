using System.Buffers.Binary;
using System.Text;
using Provost.Ledger.Records;
using Provost.Ledger.Vault;

namespace Provost.Control.Custody.Processes;

/// <summary>
/// The request to put payloads under their subjects' keys, in bytes: it comes with every call, and as JSON it cost more
/// than what is done with it. Little-endian: int64 through; int64 ticks (UTC) of the hours done, -1 for none; int32
/// number of texts, each uint16 length and UTF-8; int32 number of items, each int32 node, int64 number at the node,
/// byte field, 16 bytes record (big-endian UUID), int32 system, class and subject, int64 ticks of the time, uint16
/// length of the header, the header. Node, system, class and subject are places in the list of texts, -1 for none.
/// </summary>
internal static class RewrapMessage
{
    private const int None = -1;
    private const int ItemLength = 4 + 8 + 1 + 16 + 4 + 4 + 4 + 8 + 2;

    public static byte[] Write(RewrapRequest request)
    {
        var texts = new TextList();
        foreach (var item in request.Items)
        {
            texts.Add(item.Place.Node);
            texts.Add(item.System);
            texts.Add(item.Class);
            texts.Add(item.Subject);
        }

        var message = new byte[24 + texts.Bytes + request.Items.Sum(i => ItemLength + i.Header.Length)];
        var to = new Writer(message);
        to.Long(request.Through);
        to.Long(request.HoursDone?.UtcTicks ?? None);
        texts.Write(ref to);
        to.Int(request.Items.Count);
        foreach (var item in request.Items)
        {
            to.Int(texts.Of(item.Place.Node));
            to.Long(item.Place.NodeSeq);
            to.Byte((byte)item.Field);
            item.Record.TryWriteBytes(to.Take(16), bigEndian: true, out _);
            to.Int(texts.Of(item.System));
            to.Int(texts.Of(item.Class));
            to.Int(texts.Of(item.Subject));
            to.Long(item.Time.UtcTicks);
            to.Short(item.Header.Length);
            item.Header.Span.CopyTo(to.Take(item.Header.Length));
        }

        return message;
    }

    /// <exception cref="FormatException">The bytes are no such request.</exception>
    public static RewrapRequest Read(byte[] message)
    {
        try
        {
            return ReadWhole(message);
        }
        catch (Exception broken) when (broken is ArgumentException or OverflowException)
        {
            throw new FormatException("The request to re-wrap is cut or names what is not in it.", broken);
        }
    }

    private static RewrapRequest ReadWhole(byte[] message)
    {
        var from = new Reader(message);
        var through = from.Long();
        var done = from.Long();
        var texts = new string[from.Count(atLeast: 2)];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = Encoding.UTF8.GetString(from.Take(from.Short()).Span);

        var items = new RewrapItem[from.Count(ItemLength)];
        for (var i = 0; i < items.Length; i++)
            items[i] = ReadItem(ref from, texts);

        return from.IsAtEnd
            ? new RewrapRequest(items, through, done == None ? null : new DateTimeOffset(done, TimeSpan.Zero))
            : throw new FormatException("Something follows the request to re-wrap.");
    }

    private static RewrapItem ReadItem(ref Reader from, string[] texts) => new()
    {
        Place = new PayloadPlace(from.Text(texts) ?? throw new FormatException("An item has no node."), from.Long()),
        Field = (PayloadField)from.Byte(),
        Record = new Guid(from.Take(16).Span, bigEndian: true),
        System = from.Text(texts) ?? throw new FormatException("An item has no system."),
        Class = from.Text(texts),
        Subject = from.Text(texts),
        Time = new DateTimeOffset(from.Long(), TimeSpan.Zero),
        Header = from.Take(from.Short()),
    };

    /// <summary>Each text once.</summary>
    private sealed class TextList
    {
        private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
        private readonly List<string> _texts = [];

        /// <summary>What the list takes in the message, its count apart.</summary>
        public int Bytes { get; private set; }

        public void Add(string? text)
        {
            if (text is null || !_places.TryAdd(text, _texts.Count))
                return;

            _texts.Add(text);
            Bytes += sizeof(ushort) + Encoding.UTF8.GetByteCount(text);
        }

        public int Of(string? text) => text is null ? None : _places[text];

        public void Write(ref Writer to)
        {
            to.Int(_texts.Count);
            foreach (var text in _texts)
            {
                var length = Encoding.UTF8.GetByteCount(text);
                to.Short(length);
                Encoding.UTF8.GetBytes(text, to.Take(length));
            }
        }
    }

    private ref struct Writer(Span<byte> message)
    {
        private Span<byte> _rest = message;

        public Span<byte> Take(int length)
        {
            var taken = _rest[..length];
            _rest = _rest[length..];
            return taken;
        }

        public void Byte(byte value) => Take(1)[0] = value;

        public void Short(int value) => BinaryPrimitives.WriteUInt16LittleEndian(Take(2), checked((ushort)value));

        public void Int(int value) => BinaryPrimitives.WriteInt32LittleEndian(Take(4), value);

        public void Long(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);
    }

    private struct Reader(ReadOnlyMemory<byte> message)
    {
        private ReadOnlyMemory<byte> _rest = message;

        public readonly bool IsAtEnd => _rest.IsEmpty;

        public ReadOnlyMemory<byte> Take(int length)
        {
            var taken = _rest[..length];
            _rest = _rest[length..];
            return taken;
        }

        public byte Byte() => Take(1).Span[0];

        public int Short() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2).Span);

        public long Long() => BinaryPrimitives.ReadInt64LittleEndian(Take(8).Span);

        /// <summary>A number of things of so many bytes: no more than can follow.</summary>
        public int Count(int atLeast)
        {
            var count = Int();
            return count >= 0 && count <= _rest.Length / atLeast
                ? count
                : throw new FormatException("The request to re-wrap announces more than it holds.");
        }

        public string? Text(string[] texts)
        {
            var place = Int();
            return place == None ? null
                : (uint)place < (uint)texts.Length ? texts[place]
                : throw new FormatException("An item names a text that is not there.");
        }

        private int Int() => BinaryPrimitives.ReadInt32LittleEndian(Take(4).Span);
    }
}
