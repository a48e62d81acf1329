using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Provost.Ledger.Statements;

namespace Provost.Gateway.Manifests.Schema;

/// <summary>Free text, kept to the character. Control characters other than tab and newline are refused.</summary>
internal sealed class TextType(int max, string? describe = null)
    : ScalarType(describe ?? $"text of 1 to {max} characters")
{
    public override JsonObject ToJsonSchema()
    {
        var schema = TextSchema();
        (schema["minLength"], schema["maxLength"]) = (1, max);
        return schema;
    }

    protected override JsonNode? ParseAuthored(string text) => IsText(text, max) ? JsonValue.Create(text) : null;

    internal static bool IsText(string text, int max)
    {
        if (text.Length == 0 || text.Length > max)
        {
            return false;
        }

        foreach (var rune in text.EnumerateRunes())
        {
            // EnumerateRunes gives U+FFFD for a lone surrogate, which has no UTF-8 form.
            if (rune == Rune.ReplacementChar || (Rune.IsControl(rune) && rune.Value is not ('\n' or '\t')))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>A string of ASCII characters from a set, first character from a narrower one.</summary>
internal sealed class TokenType(string describe, int max, string first, string rest) : ScalarType(describe)
{
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Digits = "0123456789";

    public static TokenType Name { get; } =
        new("a name (a-z, 0-9 and -, at most 63)", 63, Lower + Digits, Lower + Digits + "-");

    public static TokenType Key { get; } =
        new("a word (letters, digits, _ and -, at most 63)", 63, Lower + Upper + "_", Lower + Upper + Digits + "_-");

    public static TokenType Version { get; } =
        new("a version (letters, digits, . + _ -)", 64, Lower + Upper + Digits, Lower + Upper + Digits + ".+_-");

    public static TokenType ModelName { get; } =
        new("a model's name as clients send it", 200, Lower + Upper + Digits, Lower + Upper + Digits + "._:/@+-");

    public static TokenType Fingerprint { get; } =
        new("a fingerprint as answers carry it", 200, Lower + Upper + Digits, Lower + Upper + Digits + "._:/@+-");

    public static TokenType Path { get; } =
        new("a dotted path into the request body", 200, Lower + Upper + "_", Lower + Upper + Digits + "_-.");

    /// <summary>The characters as a regular expression.</summary>
    public string Pattern { get; } = $"^[{Escaped(first)}][{Escaped(rest)}]*$";

    public override JsonObject ToJsonSchema()
    {
        var schema = TextSchema(Pattern);
        schema["maxLength"] = max;
        return schema;
    }

    public bool Fits(string text) =>
        text.Length > 0 && text.Length <= max && first.Contains(text[0]) && text.All(rest.Contains)
        && !text.Contains("..") && text[^1] is not ('.' or '-');

    protected override JsonNode? ParseAuthored(string text) => Fits(text) ? JsonValue.Create(text) : null;

    private static string Escaped(string characters) => characters.Replace("-", "\\-", StringComparison.Ordinal)
        .Replace(Lower, "a-z", StringComparison.Ordinal).Replace(Upper, "A-Z", StringComparison.Ordinal)
        .Replace(Digits, "0-9", StringComparison.Ordinal);
}

internal sealed class MailType() : ScalarType("a person's mail address")
{
    public static MailType Instance { get; } = new();

    public override JsonObject ToJsonSchema() => TextSchema("^[^@ ]+@[^@ ]+$");

    protected override JsonNode? ParseAuthored(string text)
    {
        var at = text.IndexOf('@');
        var fits = at > 0 && at == text.LastIndexOf('@') && at < text.Length - 1 && text.Length <= 254
            && text.All(c => c is > ' ' and < '\u007f' and not ('<' or '>' or ',' or ';' or ':' or '"' or '\\'));
        return fits ? JsonValue.Create(text) : null;
    }
}

/// <summary>Which messages of a call hold retrieved passages, in one spelling.</summary>
internal sealed class PassagesType() : ScalarType("message(role=tool), or message(role=tool, name=…) of one tool")
{
    public static PassagesType Instance { get; } = new();

    public override JsonObject ToJsonSchema() =>
        TextSchema("^message\\( ?role ?= ?(tool|user)( ?, ?name ?= ?[A-Za-z0-9_-]{1,64})? ?\\)$");

    protected override JsonNode? ParseAuthored(string text) =>
        PassageSelector.Parse(text) is { } selector ? JsonValue.Create(selector.ToString()) : null;
}

internal sealed class DigestType() : ScalarType("a digest (sha256: and 64 lower-case hex digits)")
{
    public static DigestType Instance { get; } = new();

    public override JsonObject ToJsonSchema() => TextSchema("^sha256:[0-9a-f]{64}$");

    protected override JsonNode? ParseAuthored(string text) =>
        Digest.IsWellFormed(text) ? JsonValue.Create(text) : null;
}

internal sealed class BooleanType() : ScalarType("true or false")
{
    public static BooleanType Instance { get; } = new();

    public override JsonObject ToJsonSchema() => new() { ["type"] = "boolean" };

    protected override ScalarKind CanonicalKind => ScalarKind.JsonBoolean;

    protected override JsonNode? ParseAuthored(string text) =>
        text switch { "true" => JsonValue.Create(true), "false" => JsonValue.Create(false), _ => null };
}

/// <summary>An https address without a user's name in it.</summary>
internal sealed class UrlType() : ScalarType("an https address")
{
    public static UrlType Instance { get; } = new();

    public override JsonObject ToJsonSchema() => TextSchema("^https://[^ ]+$");

    protected override JsonNode? ParseAuthored(string text) =>
        text.Length <= 300 && !text.Any(c => c is <= ' ' or >= '\u007f')
        && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps
        && uri.UserInfo.Length == 0
            ? JsonValue.Create(text)
            : null;
}

/// <summary>A day of the calendar.</summary>
internal sealed class DayType() : ScalarType("a day such as 2027-05-31")
{
    public static DayType Instance { get; } = new();

    public override JsonObject ToJsonSchema() => TextSchema("^[0-9]{4}-[0-9]{2}-[0-9]{2}$");

    protected override JsonNode? ParseAuthored(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? JsonValue.Create(text)
            : null;
}

internal sealed class IntegerType(long min, long max) : ScalarType($"a whole number from {min} to {max}")
{
    public override JsonObject ToJsonSchema() =>
        new() { ["type"] = "integer", ["minimum"] = min, ["maximum"] = max };

    protected override ScalarKind CanonicalKind => ScalarKind.JsonNumber;

    protected override JsonNode? ParseAuthored(string text) =>
        Numbers.TryInteger(text, out var number) && number >= min && number <= max ? JsonValue.Create(number) : null;
}

/// <summary>A decimal; its canonical form is the shortest string, so that no reader rounds it.</summary>
internal sealed class DecimalType(decimal min, decimal max, string? describe = null)
    : ScalarType(describe ?? $"a number from {CanonicalJson.DecimalText(min)} to {CanonicalJson.DecimalText(max)}")
{
    /// <summary>A share of calls: 0.05 is five in a hundred.</summary>
    public static DecimalType Rate { get; } = new(0.000001m, 0.999999m, "a rate above 0 and below 1");

    public override JsonObject ToJsonSchema() =>
        new() { ["type"] = "number", ["minimum"] = min, ["maximum"] = max };

    protected override JsonNode? ParseAuthored(string text) =>
        Numbers.TryDecimal(text, out var number) && number >= min && number <= max
            ? JsonValue.Create(CanonicalJson.DecimalText(number))
            : null;
}

/// <summary>A length of time; canonical form: whole milliseconds as an integer.</summary>
internal sealed class DurationType(long minMs, long maxMs)
    : ScalarType("a duration such as 500ms, 2s, 10m, 24h or 180d")
{
    private static readonly (string Unit, long Ms)[] Units =
        [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    public override JsonObject ToJsonSchema() => TextSchema("^[0-9]+(ms|s|m|h|d)$");

    protected override ScalarKind CanonicalKind => ScalarKind.JsonNumber;

    protected override JsonNode? ParseAuthored(string text)
    {
        foreach (var (unit, ms) in Units)
        {
            if (text.EndsWith(unit) && Numbers.TryInteger(text[..^unit.Length], out var count)
                && count >= 0 && count <= maxMs / ms && count * ms >= minMs)
            {
                return JsonValue.Create(count * ms);
            }
        }

        return null;
    }

    protected override JsonNode? ParseCanonical(string text) =>
        Numbers.TryInteger(text, out var ms) && ms >= minMs && ms <= maxMs ? JsonValue.Create(ms) : null;
}

/// <summary>How long records stay; months and years are not milliseconds, so the text itself is canonical.</summary>
internal sealed class KeepType() : ScalarType("a span such as 90d, 24mo or 10y")
{
    public static KeepType Instance { get; } = new();

    public override JsonObject ToJsonSchema() => TextSchema("^[0-9]+(d|mo|y)$");

    protected override JsonNode? ParseAuthored(string text) =>
        Span.TryParse(text, out _) ? JsonValue.Create(text) : null;
}

/// <summary>An amount of money, written <c>50000 USD</c>; canonical form <c>{amount, currency}</c>.</summary>
internal sealed class MoneyType() : SchemaType("an amount with its currency such as 50000 USD")
{
    public static MoneyType Instance { get; } = new();

    public override JsonObject ToJsonSchema() => TextSchema("^[0-9]+(\\.[0-9]+)? [A-Z]{3}$");

    public override bool TryRead(ManifestNode node, string path, ReadContext context, out JsonNode? value)
    {
        context.Note(path, node.At);
        value = null;
        var parts = (context.Canonical, node) switch
        {
            (false, ScalarNode scalar) => scalar.Text.Split(' '),
            (true, MappingNode { Entries.Count: 2 } mapping) =>
                [Text(mapping, "amount"), Text(mapping, "currency")],
            _ => [],
        };
        if (parts is not [var amount, { Length: 3 } currency] || !currency.All(char.IsAsciiLetterUpper)
            || !Numbers.TryDecimal(amount, out var number) || number < 0)
        {
            return Mismatch(node, path, context);
        }

        value = new JsonObject { ["amount"] = CanonicalJson.DecimalText(number), ["currency"] = currency };
        return true;
    }

    private static string Text(MappingNode mapping, string key) =>
        mapping.Find(key)?.Value is ScalarNode { Kind: ScalarKind.JsonString } scalar ? scalar.Text : "";
}

/// <summary>Numbers as the manifest writes them: plain decimal notation, no sign +, no exponent, no leading
/// zero.</summary>
internal static class Numbers
{
    private const long MaxSafe = 9007199254740991;

    public static bool TryInteger(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number)
        && IsPlain(text) && number is <= MaxSafe and >= -MaxSafe;

    public static bool TryDecimal(string text, out decimal number) =>
        decimal.TryParse(
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                out number)
        && IsPlain(text) && text.Length <= 28;

    private static bool IsPlain(string text)
    {
        var digits = text.StartsWith('-') ? text.AsSpan(1) : text;
        return digits.Length > 0 && char.IsAsciiDigit(digits[0]) && char.IsAsciiDigit(digits[^1])
            && (digits[0] != '0' || digits.Length == 1 || digits[1] == '.');
    }
}
