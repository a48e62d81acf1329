using System.Globalization;
using System.Text;

namespace Provost.Control.Registry;

/// <summary>The inventory as a file for people: RFC 4180, UTF-8, one line a system in one environment.</summary>
internal static class InventoryCsv
{
    private const string Header =
        "name,environment,kind,unit,tier,state,business_owner,technical_owner,deputy,release,digest,warrant_until,"
        + "orders,verified,stale\r\n";

    public static byte[] Of(IEnumerable<SystemLine> lines)
    {
        var text = new StringBuilder(Header);
        foreach (var line in lines)
        {
            text.AppendJoin(',', new[]
            {
                line.Name, line.Environment, line.Kind, line.Unit, line.Tier, line.State, line.Owners.Business.Name,
                line.Owners.Technical.Name, line.Owners.Deputy?.Name, line.Release?.Version, line.Release?.Digest,
                Instant(line.WarrantUntil), line.Orders.ToString(CultureInfo.InvariantCulture), Instant(line.Verified),
                line.IsStale ? "yes" : "no",
            }.Select(Cell)).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Names are words of people: a spreadsheet must not take one for a formula.</summary>
    private static string Cell(string? value)
    {
        var text = value ?? "";
        if (text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r')
            text = "'" + text;

        return text.AsSpan().ContainsAny("\",\r\n")
            ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : text;
    }

    private static string Instant(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";
}
