using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Provost.Gateway.Manifests;

/// <summary>
/// Reads a narrow YAML from parser events: mappings with plain scalar keys, lists, scalars. Anchors, aliases, tags,
/// directives, merge keys and duplicate keys are refused, because each lets two readers see two documents.
/// </summary>
internal sealed class YamlReader
{
    /// <summary>A manifest is written by hand; more than this is a mistake or an attack.</summary>
    private const int MaxBytes = 1 << 20;

    /// <summary>Canonical JSON allows 64 levels, and a value may take two of them for one that is written.</summary>
    private const int MaxDepth = 24;

    private static readonly UTF8Encoding StrictUtf8 = new(
        encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string _file;
    private readonly List<ManifestError> _errors;
    private readonly IParser _parser;

    private YamlReader(string file, string text, List<ManifestError> errors)
    {
        _file = file;
        _errors = errors;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>The documents of one file; what could not be read is in <paramref name="errors"/>.</summary>
    public static IReadOnlyList<ManifestNode> Read(string file, ReadOnlySpan<byte> bytes, List<ManifestError> errors)
    {
        if (bytes.Length > MaxBytes)
        {
            errors.Add(new ManifestError("", file, 1, 1, "The manifest is larger than 1 MiB.",
                "Move long texts into files and name them."));
            return [];
        }

        string text;
        try
        {
            text = StrictUtf8.GetString(bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes);
        }
        catch (DecoderFallbackException)
        {
            errors.Add(new ManifestError("", file, 1, 1, "The manifest is not UTF-8.", "Save it as UTF-8."));
            return [];
        }

        var documents = new List<ManifestNode>();
        try
        {
            new YamlReader(file, text, errors).ReadStream(documents);
        }
        catch (YamlException fault)
        {
            errors.Add(Fault(file, (int)fault.Start.Line, (int)fault.Start.Column, fault.Message));
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException or FormatException
            or OverflowException or IndexOutOfRangeException or InvalidCastException)
        {
            // The YAML library lets some malformed input escape as these; to the author it is a syntax error too.
            errors.Add(Fault(file, 1, 1, fault.Message));
        }

        return documents;
    }

    private static ManifestError Fault(string file, int line, int column, string message) =>
        new("", file, Math.Max(line, 1), Math.Max(column, 1), $"This is not readable YAML: {message.TrimEnd('.')}.",
            "Correct the syntax at this place.");

    private void ReadStream(List<ManifestNode> documents)
    {
        while (_parser.MoveNext())
        {
            if (_parser.Current is DocumentStart start)
            {
                // The parser lists its two built-in tag handles for every document.
                if (start.Version is not null || start.Tags is { Count: > 2 })
                {
                    Refuse("", start.Start, "YAML directives are not allowed.", "Remove the lines that begin with %.");
                }
            }
            else if (_parser.Current is NodeEvent or AnchorAlias)
            {
                if (ReadNode(_parser.Current, "", depth: 0) is not { } root)
                {
                    return;
                }

                documents.Add(root);
            }
        }
    }

    /// <summary>Null when the document is nested too deeply to go on; every other fault is noted and read
    /// past.</summary>
    private ManifestNode? ReadNode(ParsingEvent node, string path, int depth)
    {
        if (depth > MaxDepth)
        {
            Refuse(path, node.Start, $"The document is nested deeper than {MaxDepth} levels.", "Flatten it.");
            return null;
        }

        RefuseAnchorsAndTags(node, path);
        var at = At(node.Start);
        return node switch
        {
            AnchorAlias => new ScalarNode("", ScalarKind.Plain, at),
            Scalar scalar => new ScalarNode(
                scalar.Value, scalar.Style is ScalarStyle.Plain ? ScalarKind.Plain : ScalarKind.Quoted, at),
            SequenceStart => ReadSequence(path, at, depth),
            MappingStart => ReadMapping(path, at, depth),
            _ => throw new InvalidOperationException("unknown YAML event"),
        };
    }

    private SequenceNode? ReadSequence(string path, Position at, int depth)
    {
        var items = new List<ManifestNode>();
        while (_parser.MoveNext() && _parser.Current is (NodeEvent or AnchorAlias) and var item)
        {
            if (ReadNode(item, $"{path}[{items.Count}]", depth + 1) is not { } node)
            {
                return null;
            }

            items.Add(node);
        }

        return new SequenceNode(items, at);
    }

    private MappingNode? ReadMapping(string path, Position at, int depth)
    {
        var entries = new List<MappingEntry>();
        var seen = new HashSet<string>();
        while (_parser.MoveNext() && _parser.Current is (NodeEvent or AnchorAlias) and var keyEvent)
        {
            var keyAt = At(keyEvent.Start);
            var key = ReadNode(keyEvent, path, depth + 1) as ScalarNode;
            var keyPath = key is null ? path : Join(path, key.Text);
            if (key is null)
            {
                Refuse(path, keyEvent.Start, "A key must be a plain word.", "Write `key: value`.");
            }
            else if (key is { Text: "<<", Kind: ScalarKind.Plain })
            {
                Refuse(keyPath, keyEvent.Start, "Merge keys are not allowed.", "Write the values out.");
            }
            else if (!seen.Add(key.Text))
            {
                Refuse(keyPath, keyEvent.Start, $"The key '{key.Text}' stands twice.", "Keep one of the two.");
            }

            if (!_parser.MoveNext() || _parser.Current is not (NodeEvent or AnchorAlias)
                || ReadNode(_parser.Current, keyPath, depth + 1) is not { } value)
            {
                return null;
            }

            if (key is not null && entries.TrueForAll(entry => entry.Key != key.Text))
            {
                entries.Add(new MappingEntry(key.Text, keyAt, value));
            }
        }

        return new MappingNode(entries, at);
    }

    private void RefuseAnchorsAndTags(ParsingEvent parsed, string path)
    {
        if (parsed is AnchorAlias alias)
        {
            Refuse(path, parsed.Start, $"Aliases are not allowed: *{alias.Value}.", "Write the value out.");
            return;
        }

        var node = (NodeEvent)parsed;
        if (!node.Anchor.IsEmpty)
        {
            Refuse(path, node.Start, $"Anchors are not allowed: &{node.Anchor}.", "Remove the anchor.");
        }

        if (!node.Tag.IsEmpty)
        {
            Refuse(path, node.Start, $"Tags are not allowed: {node.Tag}.",
                "Remove the tag; the schema gives the type.");
        }
    }

    private void Refuse(string path, Mark mark, string message, string remedy)
    {
        var at = At(mark);
        _errors.Add(new ManifestError(path, _file, at.Line, at.Column, message, remedy));
    }

    private static Position At(Mark mark) => new((int)mark.Line, (int)mark.Column);

    internal static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";
}
