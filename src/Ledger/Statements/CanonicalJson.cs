using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Provost.Ledger.Statements;

/// <summary>Canonical bytes of JSON documents, in the profile that <see cref="CanonicalWriter"/> describes.</summary>
public static class CanonicalJson
{
    private const string DecimalFormat = "0.############################";

    /// <summary>
    /// The canonical bytes of a parsed document: keys sorted, integers only. Throws <see cref="CanonicalFault"/> naming
    /// the place of a float, an integer beyond ±(2^53-1), a key that is not printable ASCII, or a duplicate key.
    /// </summary>
    public static byte[] From(JsonElement document)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Write(new CanonicalWriter(buffer), document, pointer: "", depth: 0);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Whether the bytes are exactly one canonical value, byte for byte.</summary>
    public static bool IsCanonical(ReadOnlySpan<byte> bytes) => new CanonicalScanner(bytes).Document();

    /// <summary>
    /// A decimal as the string that canonical documents hold: shortest form, no exponent, plus or trailing zero
    /// ("0.05", "-12", "0").
    /// </summary>
    public static string DecimalText(decimal value) => value == 0 ? "0" : value.ToString(DecimalFormat);

    private static void Write(CanonicalWriter writer, JsonElement value, string pointer, int depth)
    {
        if (depth > CanonicalWriter.MaxDepth)
            throw new CanonicalFault(pointer, $"nesting is limited to {CanonicalWriter.MaxDepth} levels.");

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(writer, value, pointer, depth);
                break;
            case JsonValueKind.Array:
                writer.BeginArray();
                var index = 0;
                foreach (var item in value.EnumerateArray())
                    Write(writer, item, $"{pointer}/{index++}", depth + 1);

                writer.EndArray();
                break;
            case JsonValueKind.String:
                writer.String(Text(value, pointer));
                break;
            case JsonValueKind.Number:
                writer.Integer(Integer(value, pointer));
                break;
            case JsonValueKind.True or JsonValueKind.False:
                writer.Boolean(value.GetBoolean());
                break;
            case JsonValueKind.Null:
                writer.Null();
                break;
            default:
                throw new CanonicalFault(pointer, "there is no value.");
        }
    }

    private static void WriteObject(CanonicalWriter writer, JsonElement value, string pointer, int depth)
    {
        var members = new List<(string Key, JsonElement Value)>();
        foreach (var property in value.EnumerateObject())
            members.Add((Key(property, pointer), property.Value));

        members.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        writer.BeginObject();
        string? previous = null;
        foreach (var (key, member) in members)
        {
            var place = $"{pointer}/{key.Replace("~", "~0").Replace("/", "~1")}";
            if (key == previous)
                throw new CanonicalFault(place, "the key appears twice.");

            writer.Name(Encoding.ASCII.GetBytes(key));
            Write(writer, member, place, depth + 1);
            previous = key;
        }

        writer.EndObject();
    }

    private static string Key(JsonProperty property, string pointer)
    {
        string key;
        try
        {
            key = property.Name;
        }
        catch (InvalidOperationException)
        {
            throw new CanonicalFault(pointer, "a key holds a lone surrogate, which has no UTF-8.");
        }

        if (!CanonicalScanner.IsKey(Encoding.UTF8.GetBytes(key)))
        {
            throw new CanonicalFault(
                pointer, $"the key \"{key}\" is not printable ASCII without quote and backslash; rename it.");
        }

        return key;
    }

    private static string Text(JsonElement value, string pointer)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new CanonicalFault(pointer, "the string holds a lone surrogate, which has no UTF-8.");
        }
    }

    private static long Integer(JsonElement value, string pointer)
    {
        var raw = value.GetRawText();
        if (raw.AsSpan().IndexOfAny(".eE") >= 0)
            throw new CanonicalFault(pointer, $"{raw} is not an integer; write decimals as strings (\"0.05\").");

        return value.TryGetInt64(out var integer)
            && integer is >= -CanonicalWriter.MaxInteger and <= CanonicalWriter.MaxInteger
            ? integer
            : throw new CanonicalFault(pointer, $"{raw} is beyond ±(2^53-1); write large numbers as strings.");
    }
}
