using System.Text.Json;

namespace Provost.Gateway.Protocols.OpenAiChat;

/// <summary>
/// The members that every chunk of a stream repeats. The first value of each is inspected and kept; a later one that
/// differs is replaced by it, so that nothing can be spelled across chunks.
/// </summary>
internal sealed class ChatHead : IDisposable
{
    private readonly ByteBuffer[] _values = [new(), new(), new(), new(), new()];

    private static readonly byte[][] Names =
    [
        [.. "id"u8], [.. "object"u8], [.. "model"u8], [.. "system_fingerprint"u8], [.. "service_tier"u8],
    ];

    /// <summary>Place of the member whose name the reader stands on; -1 when it is none of these.</summary>
    public static int IndexOf(Utf8JsonReader reader)
    {
        for (var i = 0; i < Names.Length; i++)
        {
            if (reader.ValueTextEquals(Names[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Copies the value that the reader stands on, or the one that stands for it.</summary>
    public void Copy(int index, ref Utf8JsonReader reader, JsonFilter filter)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            filter.Null(ref reader);
            return;
        }

        var known = _values[index];
        var start = filter.Output.Length;
        if (known.Length == 0)
        {
            filter.Text(ref reader, ChatSurfaces.Other);
            known.Write(filter.Output.Span[start..]);
            return;
        }

        var isSame = known.Length == reader.ValueSpan.Length + 2 && known.Span[1..^1].SequenceEqual(reader.ValueSpan);
        filter.Changed |= !isSame;
        filter.Output.Write(known.Span);
    }

    /// <summary>Begins a chunk of our own with the head of the others, up to where the choices go.</summary>
    public void Begin(ByteBuffer output)
    {
        output.Write("data: {"u8);
        for (var i = 0; i < Names.Length; i++)
        {
            if (_values[i].Length > 0)
            {
                output.Write((byte)'"');
                output.Write(Names[i]);
                output.Write("\":"u8);
                output.Write(_values[i].Span);
                output.Write((byte)',');
            }
        }
    }

    public void Dispose()
    {
        foreach (var value in _values)
        {
            value.Dispose();
        }
    }
}
