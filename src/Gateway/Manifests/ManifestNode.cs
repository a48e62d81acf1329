namespace Provost.Gateway.Manifests;

/// <summary>Where a node begins; lines and columns count from 1.</summary>
internal readonly record struct Position(int Line, int Column);

/// <summary>How a scalar was written. The first two come from YAML, the others from canonical JSON.</summary>
internal enum ScalarKind
{
    Plain,
    Quoted,
    JsonString,
    JsonNumber,
    JsonBoolean,
    JsonNull,
}

/// <summary>A document before the schema has looked at it, from YAML or from canonical JSON alike.</summary>
internal abstract class ManifestNode(Position at)
{
    public Position At { get; } = at;

    public abstract string Describe { get; }
}

internal sealed class ScalarNode(string text, ScalarKind kind, Position at) : ManifestNode(at)
{
    public string Text { get; } = text;

    public ScalarKind Kind { get; } = kind;

    public override string Describe =>
        Kind is ScalarKind.JsonNull || (Kind is ScalarKind.Plain && Text.Length == 0) ? "nothing" : $"'{Shown()}'";

    private string Shown() => Text.Length <= 60 ? Text : Text[..57] + "...";
}

internal sealed class SequenceNode(IReadOnlyList<ManifestNode> items, Position at) : ManifestNode(at)
{
    public IReadOnlyList<ManifestNode> Items { get; } = items;

    public override string Describe => "a list";
}

internal sealed record MappingEntry(string Key, Position At, ManifestNode Value);

internal sealed class MappingNode(IReadOnlyList<MappingEntry> entries, Position at) : ManifestNode(at)
{
    public IReadOnlyList<MappingEntry> Entries { get; } = entries;

    public override string Describe => "a mapping";

    public MappingEntry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key == key);
}
