using System.Buffers;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Export;

/// <summary>A content that was opened for a bundle, with what its entry's commitment is checked by.</summary>
/// <param name="Index">The entry that commits to it.</param>
/// <param name="Pointer">Where in the leaf the commitment stands (RFC 6901): <c>/record/input</c>.</param>
/// <param name="Salt">32 bytes: the commitment is HMAC-SHA-256 under it.</param>
/// <param name="Payload">What was kept, to the byte.</param>
public sealed record RevealedPayload(long Index, string Pointer, byte[] Salt, byte[] Payload)
{
    /// <summary>The lines of <c>reveals.jsonl</c>: canonical <c>{index, payload, pointer, salt}</c>, the bytes in
    /// base64.</summary>
    internal static byte[] Lines(IReadOnlyList<RevealedPayload> reveals)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new CanonicalWriter(buffer);
        foreach (var reveal in reveals)
        {
            writer.Reset(buffer);
            writer.BeginObject();
            writer.Name("index"u8);
            writer.Integer(reveal.Index);
            writer.Name("payload"u8);
            writer.String(Convert.ToBase64String(reveal.Payload));
            writer.Name("pointer"u8);
            writer.String(reveal.Pointer);
            writer.Name("salt"u8);
            writer.String(Convert.ToBase64String(reveal.Salt));
            writer.EndObject();
            buffer.Write("\n"u8);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
