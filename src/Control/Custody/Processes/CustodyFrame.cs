using System.Buffers.Binary;

namespace Provost.Control.Custody.Processes;

/// <summary>
/// One message between the server and a process that holds keys: uint32 length (big-endian) of what follows, one byte
/// that says what it is, and JSON (one request is in bytes: <see cref="RewrapMessage"/>). Requests and answers
/// alternate.
/// </summary>
internal static class CustodyFrame
{
    /// <summary>Longest message, 128 MiB: a snapshot with the largest files it may hold.</summary>
    public const int MaxBytes = 128 << 20;

    private const int HeadLength = sizeof(uint) + 1;
    private const int AtOnce = 1024;

    public static void Write(Stream stream, byte kind, ReadOnlySpan<byte> json)
    {
        Span<byte> head = stackalloc byte[HeadLength + AtOnce];
        BinaryPrimitives.WriteUInt32BigEndian(head, (uint)(1 + json.Length));
        head[sizeof(uint)] = kind;
        if (json.Length <= AtOnce)
        {
            json.CopyTo(head[HeadLength..]);
            stream.Write(head[..(HeadLength + json.Length)]);
            return;
        }

        stream.Write(head[..HeadLength]); // a copy of a long message would be garbage of its size
        stream.Write(json);
    }

    /// <summary>The next message; null when the other side has closed between two.</summary>
    /// <exception cref="InvalidDataException">Its length is not one that is ever sent.</exception>
    /// <exception cref="EndOfStreamException">It was cut.</exception>
    public static (byte Kind, byte[] Json)? Read(Stream stream)
    {
        Span<byte> head = stackalloc byte[sizeof(uint) + 1];
        if (stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) is var got && got < head.Length)
            return got == 0 ? null : throw new EndOfStreamException("A message of the custody socket was cut.");

        var length = BinaryPrimitives.ReadUInt32BigEndian(head);
        if (length is 0 or > MaxBytes)
            throw new InvalidDataException($"A message of {length} bytes is not of the custody protocol.");

        var json = new byte[length - 1];
        stream.ReadExactly(json);
        return (head[sizeof(uint)], json);
    }
}
