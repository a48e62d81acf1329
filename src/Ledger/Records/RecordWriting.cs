using System.Buffers.Text;
using System.Globalization;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Records;

/// <summary>The members that all kinds of record write alike. Unbound values are null, not absent.</summary>
internal static class RecordWriting
{
    /// <summary>RFC 3339 in UTC with six digits.</summary>
    public const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    public static void Text(this CanonicalWriter json, ReadOnlySpan<byte> name, string? value)
    {
        json.Name(name);
        if (value is null)
            json.Null();
        else
            json.String(value.AsSpan());
    }

    public static void Number(this CanonicalWriter json, ReadOnlySpan<byte> name, long? value)
    {
        json.Name(name);
        if (value is { } number)
            json.Integer(number);
        else
            json.Null();
    }

    public static void Flag(this CanonicalWriter json, ReadOnlySpan<byte> name, bool value)
    {
        json.Name(name);
        json.Boolean(value);
    }

    public static void Id(this CanonicalWriter json, ReadOnlySpan<byte> name, Guid? value)
    {
        json.Name(name);
        if (value is not { } id)
        {
            json.Null();
            return;
        }

        Span<byte> text = stackalloc byte[36];
        Utf8Formatter.TryFormat(id, text, out var written);
        json.String((ReadOnlySpan<byte>)text[..written]);
    }

    public static void Time(this CanonicalWriter json, ReadOnlySpan<byte> name, DateTimeOffset value)
    {
        json.Name(name);
        Span<byte> text = stackalloc byte[27];
        value.UtcDateTime.TryFormat(text, out var written, TimeFormat, CultureInfo.InvariantCulture);
        json.String((ReadOnlySpan<byte>)text[..written]);
    }

    public static void Commitment(this CanonicalWriter json, ReadOnlySpan<byte> name, Commitment? value)
    {
        json.Name(name);
        if (value is not { } commitment)
        {
            json.Null();
            return;
        }

        json.BeginObject();
        json.Text("capture"u8, Words.Of(commitment.Capture));
        json.Text("hmac"u8, commitment.Hmac);
        json.Number("length"u8, commitment.Length);
        json.Text("media"u8, commitment.Media);
        json.EndObject();
    }
}
