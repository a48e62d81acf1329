using System.Buffers.Binary;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Records;

/// <summary>Ids of decisions and records on the way of a call.</summary>
public static class RecordId
{
    /// <summary>
    /// A UUID of version 7 (RFC 9562 section 5.7), as <see cref="Guid.CreateVersion7(DateTimeOffset)"/> makes it, which
    /// asks the operating system for each.
    /// </summary>
    /// <param name="time">Not before 1970; milliseconds count.</param>
    public static Guid Create(DateTimeOffset time)
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomBytes.Fill(bytes[6..]);
        Span<byte> milliseconds = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(milliseconds, time.ToUnixTimeMilliseconds());
        milliseconds[2..].CopyTo(bytes);
        bytes[6] = (byte)(0x70 | (bytes[6] & 0x0F));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new Guid(bytes, bigEndian: true);
    }
}
