using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using Provost.Ledger.Records;

namespace Provost.Ledger.Spool;

/// <summary>
/// One frame of a segment, little-endian: uint32 length of what follows the first eight bytes; uint32 CRC-32C of it;
/// byte kind (1 record, 2 signature); byte number of parts; uint16 zero; int64 node sequence number; 16 bytes id
/// (big-endian UUID); uint32 length of the record; the record; then per part a field byte, uint32 length and the bytes.
/// </summary>
/// <param name="NodeSeq">The record's number; of a signature frame the last number it covers.</param>
/// <param name="Record">Canonical JSON; of a signature frame what <see cref="SpoolSignature"/> says.</param>
public sealed record SpoolFrame(
    byte Kind, long NodeSeq, Guid Id, ReadOnlyMemory<byte> Record,
    IReadOnlyList<(byte Field, ReadOnlyMemory<byte> Bytes)> Parts)
{
    public const byte RecordKind = 1;
    public const byte SignatureKind = 2;

    internal const int Head = 8;
    internal const int Fixed = 40;

    /// <summary>Writes a draft's frame; the node's number replaces the zero the draft left open.</summary>
    internal static void Write(PooledBuffer output, RecordDraft draft, long nodeSeq)
    {
        Span<byte> digits = stackalloc byte[20];
        nodeSeq.TryFormat(digits, out var digitCount, provider: CultureInfo.InvariantCulture);
        var record = draft.Record;
        var recordLength = draft.NumberAt < 0 ? record.Length : record.Length - 1 + digitCount;
        var start = output.Length;
        Begin(output, RecordKind, (byte)draft.PartCount, nodeSeq, draft.Id, recordLength);
        if (draft.NumberAt < 0)
        {
            output.Write(record);
        }
        else
        {
            output.Write(record[..draft.NumberAt]);
            output.Write(digits[..digitCount]);
            output.Write(record[(draft.NumberAt + 1)..]);
        }

        Span<byte> partHead = stackalloc byte[5];
        for (var i = 0; i < draft.PartCount; i++)
        {
            var (field, bytes) = draft.Part(i);
            partHead[0] = field;
            BinaryPrimitives.WriteUInt32LittleEndian(partHead[1..], (uint)bytes.Length);
            output.Write(partHead);
            output.Write(bytes.Span);
        }

        Seal(output, start);
    }

    internal static void WriteSignature(PooledBuffer output, long through, ReadOnlySpan<byte> content)
    {
        var start = output.Length;
        Begin(output, SignatureKind, 0, through, Guid.Empty, content.Length);
        output.Write(content);
        Seal(output, start);
    }

    /// <summary>The record in a frame that <see cref="Write"/> made.</summary>
    internal static ReadOnlySpan<byte> RecordOf(ReadOnlySpan<byte> frame) =>
        frame.Slice(Fixed, (int)BinaryPrimitives.ReadUInt32LittleEndian(frame[36..]));

    /// <summary>The frame at the start of the bytes, or null where there is no whole, sound one.</summary>
    internal static SpoolFrame? TryRead(ReadOnlyMemory<byte> bytes, out int length)
    {
        length = 0;
        var span = bytes.Span;
        if (span.Length < Fixed)
            return null;

        var body = BinaryPrimitives.ReadUInt32LittleEndian(span);
        if (body < Fixed - Head || body > (uint)(span.Length - Head))
            return null;

        var content = span.Slice(Head, (int)body);
        if (Crc32C(content) != BinaryPrimitives.ReadUInt32LittleEndian(span[4..]))
            return null;

        length = Head + (int)body;
        // Compared without adding: a length near the end of its range must not wrap around.
        var recordLength = (int)BinaryPrimitives.ReadUInt32LittleEndian(span[36..]);
        if (recordLength < 0 || recordLength > length - Fixed)
            return null;

        var at = Fixed + recordLength;

        var parts = new (byte, ReadOnlyMemory<byte>)[span[9]];
        for (var i = 0; i < parts.Length; i++)
        {
            if (length - at < 5)
                return null;

            var partLength = (int)BinaryPrimitives.ReadUInt32LittleEndian(span[(at + 1)..]);
            if (partLength < 0 || partLength > length - at - 5)
                return null;

            parts[i] = (span[at], bytes.Slice(at + 5, partLength));
            at += 5 + partLength;
        }

        return new SpoolFrame(
            span[8],
            BinaryPrimitives.ReadInt64LittleEndian(span[12..]),
            new Guid(span.Slice(20, 16), bigEndian: true),
            bytes.Slice(Fixed, recordLength),
            parts);
    }

    /// <summary>
    /// Whether it stands where the record of a number is due. Behind the last frame of a segment that was written over
    /// lie frames of its earlier life, sound and of lower numbers: what does not follow ends a segment.
    /// </summary>
    /// <remarks>A signature stands before the record that is due, and covers all up to it.</remarks>
    internal bool Follows(long due) => NodeSeq == (Kind == RecordKind ? due : due - 1);

    /// <summary>CRC-32C (Castagnoli), reflected, as in RFC 3720 appendix B.4.</summary>
    internal static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFFFFFu;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
            crc = BitOperations.Crc32C(crc, word);
        foreach (var b in bytes[(words.Length * 8)..])
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }

    public override string ToString() =>
        Kind == RecordKind ? $"{NodeSeq}: {Encoding.UTF8.GetString(Record.Span)}" : $"signature through {NodeSeq}";

    private static void Begin(PooledBuffer output, byte kind, byte parts, long nodeSeq, Guid id, int recordLength)
    {
        var head = output.GetSpan(Fixed)[..Fixed];
        head.Clear();
        head[8] = kind;
        head[9] = parts;
        BinaryPrimitives.WriteInt64LittleEndian(head[12..], nodeSeq);
        id.TryWriteBytes(head[20..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt32LittleEndian(head[36..], (uint)recordLength);
        output.Advance(Fixed);
    }

    private static void Seal(PooledBuffer output, int start)
    {
        var frame = output.Writable(start);
        BinaryPrimitives.WriteUInt32LittleEndian(frame, (uint)(frame.Length - Head));
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], Crc32C(frame[Head..]));
    }
}
