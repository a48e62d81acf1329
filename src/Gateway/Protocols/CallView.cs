using Provost.Gateway.Binding;

namespace Provost.Gateway.Protocols;

/// <summary>A place in the request's body.</summary>
internal readonly record struct ByteRange(int Start, int Length)
{
    public int End => Start + Length;

    public bool IsEmpty => Length == 0;
}

/// <summary>One text of the request that guardrails look at: a JSON string with its quotes.</summary>
/// <param name="Surface">Its place as the record names it, for example <c>input.content</c>.</param>
/// <param name="IsJson">The text is itself JSON (tool arguments): the strings inside it are looked at too.</param>
internal readonly record struct InputText(string Surface, ByteRange Json, bool IsJson);

/// <param name="Name">Unescaped UTF-8.</param>
internal readonly record struct RootMember(ReadOnlyMemory<byte> Name, ByteRange Value);

/// <summary>
/// What the pipeline needs to know of a request, in no dialect: ranges over the original bytes, nothing copied that is
/// not escaped. Filled by a protocol's reader, reused never.
/// </summary>
internal sealed class CallView
{
    /// <summary>The requested model, unescaped UTF-8.</summary>
    public ReadOnlyMemory<byte> Model { get; set; }

    /// <summary>The requested version of a scorer; empty when the call names none.</summary>
    public ReadOnlyMemory<byte> ModelVersion { get; set; }

    public bool IsStream { get; set; }

    /// <summary>The client itself asked for usage in the stream.</summary>
    public bool AsksUsage { get; set; }

    /// <summary>The most tokens the client lets the model write; 0 when it names no bound.</summary>
    public int MaxTokens { get; set; }

    /// <summary>First part that cannot be checked (an image, audio, a file); null when all is text.</summary>
    public string? UncheckedPart { get; set; }

    /// <summary>Every member of the root object, in order.</summary>
    public List<RootMember> Members { get; } = [];

    public List<InputText> Texts { get; } = [];

    public List<ObservedMessage> Prompt { get; } = [];

    public List<ObservedParameter> Parameters { get; } = [];

    /// <summary>The value of <c>tools</c>.</summary>
    public ByteRange Tools { get; set; }

    /// <summary>The value of <c>messages</c> (chat) or <c>inputs</c> (scorers): brackets included.</summary>
    public ByteRange Payload { get; set; }

    /// <summary>The value of <c>stream_options</c>.</summary>
    public ByteRange StreamOptions { get; set; }

    /// <summary>The value of <c>model</c>, quotes included.</summary>
    public ByteRange ModelJson { get; set; }

    /// <summary>Rows of a scoring call; 1 for chat.</summary>
    public int Rows { get; set; } = 1;

    /// <summary>The client's own id of a scoring call, as JSON; empty when it gave none.</summary>
    public ByteRange ClientId { get; set; }

    public ByteRange Find(ReadOnlySpan<byte> name)
    {
        foreach (var member in Members)
        {
            if (member.Name.Span.SequenceEqual(name))
            {
                return member.Value;
            }
        }

        return default;
    }
}

/// <summary>Why a body is not what its route takes; told to the caller with the place.</summary>
internal sealed record ReadFault(string Path, string Message);
