using System.Globalization;

namespace Provost.WebConsole.Design;

/// <summary>How the console writes times, durations, numbers and ids: UTC with the word, units beside.</summary>
public static class Say
{
    /// <summary><c>21 Nov 2026, 02:07 UTC</c>.</summary>
    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("d MMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>With seconds, for lists of decisions.</summary>
    public static string Second(DateTimeOffset time) =>
        time.UtcDateTime.ToString("d MMM yyyy, HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary><c>3 min</c>, <c>4 h 12 min</c>, <c>162 days</c>.</summary>
    public static string Duration(TimeSpan span) => span switch
    {
        { TotalSeconds: < 60 } => $"{Math.Max(0, (int)span.TotalSeconds)} s",
        { TotalMinutes: < 60 } => $"{(int)span.TotalMinutes} min",
        { TotalHours: < 48 } => $"{(int)span.TotalHours} h {span.Minutes} min",
        _ => $"{(int)span.TotalDays} days",
    };

    /// <summary>Microseconds as <c>0.42 ms</c> or <c>1.3 s</c>.</summary>
    public static string Micros(long micros) => micros switch
    {
        < 10_000 => $"{micros / 1000.0:0.00} ms",
        < 1_000_000 => $"{micros / 1000.0:0} ms",
        _ => $"{micros / 1_000_000.0:0.0} s",
    };

    /// <summary><c>1,204,118</c>.</summary>
    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary><c>4.1 %</c>.</summary>
    public static string Percent(double share) => (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    /// <summary>The last six characters of an id; the whole of it is in the link and the copy button.</summary>
    public static string Tail(string id) => id.Length <= 6 ? id : "…" + id[^6..];

    /// <summary><c>sha256:9f3c71…8ae1b0</c>.</summary>
    public static string Digest(string? digest) =>
        digest is { Length: > 20 } ? $"{digest[..13]}…{digest[^6..]}" : digest ?? "none";

    /// <summary><c>02:07 UTC</c> on the day of the page, with the date on any other.</summary>
    public static string Clock(DateTimeOffset time, DateTimeOffset now) =>
        time.UtcDateTime.Date == now.UtcDateTime.Date
            ? time.UtcDateTime.ToString("HH:mm 'UTC'", CultureInfo.InvariantCulture)
            : Time(time);

    /// <summary><c>21 Nov 2026</c>.</summary>
    public static string Day(DateTimeOffset time) =>
        time.UtcDateTime.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>For <c>datetime</c> attributes and addresses.</summary>
    public static string Iso(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary><c>1 system</c>, <c>3 systems</c>.</summary>
    public static string Number(long count, string one, string many) => $"{Count(count)} {(count == 1 ? one : many)}";

    /// <summary><c>a, b and c</c>; <paramref name="none"/> for an empty list.</summary>
    public static string List(IReadOnlyList<string> items, string none) => items switch
    {
        [] => none,
        [var only] => only,
        _ => $"{string.Join(", ", items.SkipLast(1))} and {items[^1]}",
    };

    /// <summary>With a capital letter first.</summary>
    public static string Sentence(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
