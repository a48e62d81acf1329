using Microsoft.AspNetCore.Http;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.Systems;

/// <summary>Which systems a list shows; null means any.</summary>
/// <param name="Text">A part of name, unit or purpose, whatever its case.</param>
/// <param name="AsOf">As they stood at this instant, as typed; null for now.</param>
public sealed record SystemFilter(
    string? Text, string? Kind, string? Tier, string? State, int Page, string? AsOf = null,
    string? Environment = null)
{
    /// <summary>Rows of one page.</summary>
    public const int Size = 50;

    /// <summary>States that can be asked for: what a status mark says.</summary>
    public static IReadOnlyList<string> States { get; } =
        ["ok", "unproven", "breach", "fallback", "paused", "killed", "refused", "retired"];

    public bool IsSet => Environment is not null || Text is not null || Kind is not null || Tier is not null
        || State is not null;

    /// <summary>Whether a system passes.</summary>
    public bool Takes(SystemSummary summary)
    {
        var system = summary.System;
        return (Text is null || $"{system.Key.System} {system.Unit} {system.Purpose}"
                .Contains(Text, StringComparison.OrdinalIgnoreCase))
            && (Environment is null || system.Key.Environment == Environment)
            && (Kind is null || system.Kind == Kind) && (Tier is null || system.Tier == Tier)
            && (State is null || summary.Status.ToString().Equals(State, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The address of a page of this list, or of its copy in a format.</summary>
    public string Address(int page, string? format = null) => Query.Address(
        "/systems", ("q", Text), ("kind", Kind), ("tier", Tier), ("environment", Environment), ("state", State),
        ("asOf", AsOf), ("page", page > 1 ? page.ToString() : null), ("format", format));

    internal static SystemFilter From(IQueryCollection query) => new(
        Query.Text(query, "q"), Query.Text(query, "kind"), Query.Text(query, "tier"), Query.Text(query, "state"),
        Query.Page(query),
        Query.Text(query, "asOf"), Query.Text(query, "environment"));
}
