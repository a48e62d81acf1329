namespace Provost.Gateway.Binding;

/// <summary>
/// What the gateway sees of a composition in one call, as slices of the request's own bytes. The protocol's reader
/// fills it; nothing here is copied.
/// </summary>
public readonly ref struct ObservedComposition
{
    /// <summary>The requested model, unescaped UTF-8.</summary>
    public required ReadOnlySpan<byte> Model { get; init; }

    /// <summary>
    /// Every other top-level member of the request. Those that are no parameters
    /// (<see cref="ReleaseComposition.IsParameter"/>) may be left in or out.
    /// </summary>
    public required ReadOnlySpan<ObservedParameter> Parameters { get; init; }

    /// <summary>The system and developer messages, in order; the others are the user's.</summary>
    public required ReadOnlySpan<ObservedMessage> Messages { get; init; }

    /// <summary>The raw JSON of <c>tools</c>; empty when the request has none.</summary>
    public required ReadOnlySpan<byte> Tools { get; init; }
}

/// <param name="Name">Unescaped UTF-8.</param>
/// <param name="Json">The raw JSON of the value.</param>
public readonly record struct ObservedParameter(ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Json);

/// <param name="Content">
/// The raw JSON of <c>content</c>: a string, or a list of text parts, which count as their texts joined with nothing
/// between.
/// </param>
/// <param name="HasOtherMembers">Whether it carries more than role and content: the model would see that.</param>
public readonly record struct ObservedMessage(ObservedRole Role, ReadOnlyMemory<byte> Content, bool HasOtherMembers);

public enum ObservedRole
{
    System,
    Developer,
}
