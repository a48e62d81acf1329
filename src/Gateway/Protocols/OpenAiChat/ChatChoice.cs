using Provost.Gateway.Guardrails;

namespace Provost.Gateway.Protocols.OpenAiChat;

/// <summary>
/// One choice of a stream: a held-back text for each member that carries one, and its tool calls, which are kept
/// whole until the choice ends.
/// </summary>
internal sealed class ChatChoice(int index, TextGuards guards) : IDisposable
{
    private readonly SurfaceInspector?[] _texts = new SurfaceInspector?[Members.Length];

    /// <summary>The members of a delta that carry text, as they are written.</summary>
    public static readonly byte[][] Members =
    [
        [.. "content"u8], [.. "refusal"u8], [.. "reasoning_content"u8], [.. "reasoning"u8], [.. "transcript"u8],
    ];

    private static readonly string[] Surfaces =
    [
        ChatSurfaces.Content, ChatSurfaces.Refusal, ChatSurfaces.Reasoning, ChatSurfaces.Reasoning,
        ChatSurfaces.Transcript,
    ];

    public const int Transcript = 4;

    public int Index => index;

    public ToolCallBuffer ToolCalls { get; } = new();

    /// <summary>The choice has said why it ended; nothing may follow.</summary>
    public bool IsFinished { get; set; }

    /// <summary>Feeds a piece of one text and takes what may be released.</summary>
    /// <returns>False when a guardrail blocks.</returns>
    public bool Feed(int member, ReadOnlySpan<byte> text, bool end, ByteBuffer released)
    {
        var inspector = _texts[member] ??= guards.Open(Surfaces[member]);
        var passes = inspector.Feed(text, end, released);
        if (!passes)
        {
            guards.Note(inspector);
        }

        return passes;
    }

    /// <summary>Whether this text has begun and not been flushed.</summary>
    public bool IsOpen(int member) => _texts[member] is not null;

    public void Dispose() => ToolCalls.Dispose();
}
