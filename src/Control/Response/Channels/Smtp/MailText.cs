using System.Globalization;
using System.Text;

namespace Provost.Control.Response.Channels.Smtp;

/// <summary>A page as an internet message (RFC 5322, MIME): UTF-8 in base64, headers encoded where needed.</summary>
internal static class MailText
{
    private const int Base64Columns = 76;
    private const int EncodedWordBytes = 42;

    /// <summary>
    /// Plain ASCII <c>local@domain</c> without anything that could end a command or a header. Narrower than RFC 5321:
    /// what it refuses is unusual, what it lets through cannot break out.
    /// </summary>
    public static bool IsAddress(string text) =>
        text.Length is > 2 and <= 254
        && text.IndexOf('@') is > 0 and var at && at == text.LastIndexOf('@') && at < text.Length - 1
        && text.All(c => c is > ' ' and < (char)127 and not ('<' or '>' or '(' or ')' or ',' or ';' or ':' or '"'
            or '\\' or '[' or ']'));

    public static string Write(PageMessage page, string from, string to, string name, DateTimeOffset now) =>
        Write(page.Title, page.ToText(), page.Page, from, to, name, now);

    /// <summary>Any text as a mail.</summary>
    /// <param name="title">The subject.</param>
    /// <param name="content">The text; its line ends become those of mail.</param>
    /// <param name="id">Of the message.</param>
    /// <param name="from">An address that <see cref="IsAddress"/> lets through.</param>
    /// <param name="to">Likewise.</param>
    /// <param name="name">Of the person or mailbox.</param>
    /// <param name="now">The mail's date.</param>
    public static string Write(
        string title, string content, Guid id, string from, string to, string name, DateTimeOffset now)
    {
        var domain = from[(from.IndexOf('@') + 1)..];
        var body = Convert.ToBase64String(Encoding.UTF8.GetBytes(content.ReplaceLineEndings("\r\n")));
        var text = new StringBuilder()
            .Append("From: Provost <").Append(from).Append(">\r\n")
            .Append("To: ").Append(Header(name)).Append(" <").Append(to).Append(">\r\n")
            .Append("Subject: ").Append(Header(title)).Append("\r\n")
            .Append("Date: ").Append(now.UtcDateTime.ToString(
                "ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture)).Append("\r\n")
            .Append("Message-ID: <").Append(id).Append('@').Append(domain).Append(">\r\n")
            .Append("Auto-Submitted: auto-generated\r\n")
            .Append("MIME-Version: 1.0\r\n")
            .Append("Content-Type: text/plain; charset=utf-8\r\n")
            .Append("Content-Transfer-Encoding: base64\r\n\r\n");
        for (var at = 0; at < body.Length; at += Base64Columns)
        {
            text.Append(body.AsSpan(at, Math.Min(Base64Columns, body.Length - at))).Append("\r\n");
        }

        return text.ToString();
    }

    /// <summary>Doubles a dot that begins a line (RFC 5321 4.5.2): a lone one would end the mail.</summary>
    public static string Stuff(string message)
    {
        var stuffed = message.Replace("\r\n.", "\r\n..", StringComparison.Ordinal);
        return stuffed.StartsWith('.') ? "." + stuffed : stuffed;
    }

    /// <summary>
    /// Header text: encoded words of RFC 2047 (whole characters each), always, so that no character of a name can
    /// open another header.
    /// </summary>
    internal static string Header(string text)
    {
        if (text.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '_') && text.Length is > 0 and < 60)
        {
            return text;
        }

        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (Encoding.UTF8.GetByteCount(word.ToString()) + rune.Utf8SequenceLength > EncodedWordBytes)
            {
                words.Add(word.ToString());
                word.Clear();
            }

            word.Append(rune.ToString());
        }

        words.Add(word.ToString());
        return string.Join(
            "\r\n ", words.Select(w => $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(w))}?="));
    }
}
