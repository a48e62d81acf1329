using Microsoft.AspNetCore.Http;

namespace Provost.WebConsole.Design;

/// <summary>One address per view: filters are in the query string.</summary>
internal static class Query
{
    private const int Longest = 300;

    /// <summary>A value that is set, trimmed and cut to a sane length; null otherwise.</summary>
    public static string? Text(IQueryCollection query, string name) =>
        query[name].ToString().Trim() is { Length: > 0 } text ? text[..Math.Min(text.Length, Longest)] : null;

    /// <summary>The page of a list, from 1; what is no page is the first.</summary>
    public static int Page(IQueryCollection query) =>
        int.TryParse(query["page"], out var page) && page is > 0 and < 10_000 ? page : 1;

    /// <summary>A path with the values that are set.</summary>
    public static string Address(string path, params IEnumerable<(string Name, string? Value)> values)
    {
        var set = string.Join('&', values.Where(v => v.Value is not null)
            .Select(v => $"{v.Name}={Uri.EscapeDataString(v.Value!)}"));
        return set.Length == 0 ? path : $"{path}?{set}";
    }
}
