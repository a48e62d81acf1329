namespace Provost.WebConsole.Design;

/// <summary>One line of a list of facts.</summary>
/// <param name="Href">Where it leads; null for nowhere.</param>
/// <param name="Copy">The whole of an id or digest whose end is shown.</param>
public sealed record Fact(string Name, string Value, string? Href = null, string? Copy = null)
{
    /// <summary>An id: the end is shown, the whole can be copied.</summary>
    public static Fact OfId(string name, string? id) => id is null
        ? new Fact(name, "none")
        : new Fact(name, id.StartsWith("sha256:", StringComparison.Ordinal) ? Say.Digest(id) : Say.Tail(id), Copy: id);
}
