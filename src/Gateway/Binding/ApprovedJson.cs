using System.Text;
using System.Text.Json;

namespace Provost.Gateway.Binding;

/// <summary>
/// A JSON value that was approved, compiled so that an observed one can be compared without allocating. Equal means:
/// same members in any order, no duplicates, arrays in order, strings by character, numbers by value
/// (0.2 = 0.20 = 2e-1).
/// </summary>
internal sealed class ApprovedJson
{
    /// <summary>More digits than a decimal holds would be rounded, and a rounded number is another number.</summary>
    private const int MaxNumberLength = 28;
    private const int MaxMembers = 1024;
    private const int WordBits = 64;

    private readonly JsonValueKind _kind;
    private readonly byte[] _text;
    private readonly decimal _number;
    private readonly ApprovedJson[] _children;
    private readonly byte[][] _names;

    private ApprovedJson(JsonElement element)
    {
        _kind = element.ValueKind;
        _text = _kind is JsonValueKind.String ? Encoding.UTF8.GetBytes(element.GetString()!) : [];
        _number = _kind is JsonValueKind.Number ? Number(element) : 0;
        _names = _kind is JsonValueKind.Object
            ? [.. element.EnumerateObject().Select(member => Encoding.UTF8.GetBytes(member.Name))]
            : [];
        _children = _kind switch
        {
            JsonValueKind.Object => [.. element.EnumerateObject().Select(member => new ApprovedJson(member.Value))],
            JsonValueKind.Array => [.. element.EnumerateArray().Select(item => new ApprovedJson(item))],
            _ => [],
        };
        if (_names.Length > MaxMembers)
        {
            throw new FormatException($"an object has more than {MaxMembers} members.");
        }

        RawJson = Encoding.UTF8.GetBytes(element.GetRawText());
    }

    /// <summary>The approved value as JSON text.</summary>
    public byte[] RawJson { get; }

    /// <exception cref="FormatException">A number has too many digits, or an object too many members.</exception>
    public static ApprovedJson Compile(JsonElement element) => new(element);

    /// <exception cref="FormatException">As above, or this is not JSON text.</exception>
    public static ApprovedJson Compile(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return new ApprovedJson(document.RootElement);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new FormatException("this is not JSON text.", fault);
        }
    }

    /// <summary>False also when <paramref name="json"/> is not one JSON value.</summary>
    public bool Equals(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            return reader.Read() && Equals(ref reader) && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
        catch (InvalidOperationException)
        {
            // The reader's answer to an escaped lone surrogate, which no approved text contains.
            return false;
        }
    }

    /// <summary>Compares the value the reader stands on; on true the reader stands on the value's last token.</summary>
    public bool Equals(ref Utf8JsonReader reader) => _kind switch
    {
        JsonValueKind.String => reader.TokenType is JsonTokenType.String && reader.ValueTextEquals(_text),
        JsonValueKind.Number => TryNumber(ref reader, out var number) && number == _number,
        JsonValueKind.True => reader.TokenType is JsonTokenType.True,
        JsonValueKind.False => reader.TokenType is JsonTokenType.False,
        JsonValueKind.Null => reader.TokenType is JsonTokenType.Null,
        JsonValueKind.Array => EqualsArray(ref reader),
        _ => EqualsObject(ref reader),
    };

    /// <summary>False when the token is no number or has more digits than can be compared exactly.</summary>
    public static bool TryNumber(ref Utf8JsonReader reader, out decimal number)
    {
        number = 0;
        return reader.TokenType is JsonTokenType.Number && reader.ValueSpan.Length <= MaxNumberLength
            && reader.TryGetDecimal(out number) && (number != 0 || IsZero(reader.ValueSpan));
    }

    private static decimal Number(JsonElement element)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(element.GetRawText()));
        return reader.Read() && TryNumber(ref reader, out var number)
            ? number
            : throw new FormatException($"the number {element.GetRawText()} has more than {MaxNumberLength} digits.");
    }

    /// <summary>1e-40 is not 0, though a decimal rounds it there.</summary>
    private static bool IsZero(ReadOnlySpan<byte> token)
    {
        var exponent = token.IndexOfAny((byte)'e', (byte)'E');
        return !(exponent < 0 ? token : token[..exponent]).ContainsAnyInRange((byte)'1', (byte)'9');
    }

    private bool EqualsArray(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not JsonTokenType.StartArray)
        {
            return false;
        }

        foreach (var child in _children)
        {
            if (!reader.Read() || reader.TokenType is JsonTokenType.EndArray || !child.Equals(ref reader))
            {
                return false;
            }
        }

        return reader.Read() && reader.TokenType is JsonTokenType.EndArray;
    }

    private bool EqualsObject(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not JsonTokenType.StartObject)
        {
            return false;
        }

        var count = 0;
        Span<ulong> seen = stackalloc ulong[(_names.Length + WordBits - 1) / WordBits];
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var index = Find(ref reader);
            if (index < 0 || (seen[index / WordBits] & (1UL << (index % WordBits))) != 0
                || !reader.Read() || !_children[index].Equals(ref reader))
            {
                return false;
            }

            seen[index / WordBits] |= 1UL << (index % WordBits);
            count++;
        }

        return reader.TokenType is JsonTokenType.EndObject && count == _names.Length;
    }

    private int Find(ref Utf8JsonReader reader)
    {
        for (var i = 0; i < _names.Length; i++)
        {
            if (reader.ValueTextEquals(_names[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
