using System.Globalization;
using Microsoft.AspNetCore.Http;
using Provost.Control.Decisions;
using Provost.Control.Governance;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.Decisions;

/// <summary>The filter of the list of decisions, as its address says it.</summary>
public sealed record DecisionSearch
{
    /// <summary>Rows of one page.</summary>
    public const int Size = 50;

    private static readonly string[] Names =
        ["system", "environment", "model", "cohort", "outcome", "code", "key", "release", "id", "from", "to", "drill",
        "exception", "adoption", "by"];

    /// <summary>Outcomes that can be asked for.</summary>
    public static IReadOnlyList<string> Outcomes { get; } =
        ["allowed", "redacted", "blocked", "held", "fallback", "unknown"];

    /// <summary>What can be counted by; any other cohort too.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        ["outcome", "release", "model", "code", "system", "environment", "cohort:region"];

    public required DecisionFilter Filter { get; init; }

    /// <summary>The place after the last row of the page before; null on the first page.</summary>
    public DecisionCursor? After { get; init; }

    /// <summary>What cannot be understood, in words; null when all can.</summary>
    public string? Fault { get; init; }

    /// <summary>The values as typed, by name.</summary>
    public required IReadOnlyDictionary<string, string> Typed { get; init; }

    /// <summary>Whether anything narrows the list.</summary>
    public bool IsSet => Typed.Count > 0;

    /// <summary>The filter, one text each, for the record of an export.</summary>
    public IReadOnlyList<string> InWords => [.. Typed.Select(t => $"{t.Key}={t.Value}")];

    /// <summary>What was typed, null when nothing.</summary>
    public string? Value(string name) => Typed.GetValueOrDefault(name);

    /// <summary>The address of a page of this list.</summary>
    public string Address(DecisionCursor? after) => Query.Address(
        "/decisions", Names.Select(n => (n, Value(n))).Append(("after", after?.ToString())));

    /// <summary>The address of the list as a file.</summary>
    public string Export(string format) => Query.Address(
        "/decisions", Names.Select(n => (n, Value(n))).Append(("format", format)));

    /// <param name="query">The address.</param>
    /// <param name="now">No window begins after it.</param>
    /// <param name="readable">Systems the person may read; null for all.</param>
    /// <param name="state">Where the versions of releases are known.</param>
    internal static DecisionSearch From(
        IQueryCollection query, IReadOnlyList<string>? readable, GovernanceState state, DateTimeOffset now)
    {
        var typed = Names.Select(n => (Name: n, Value: Query.Text(query, n))).Where(t => t.Value is not null)
            .ToDictionary(t => t.Name, t => t.Value!);
        // an owner reads their own systems one at a time; without a choice, the first
        if (readable is [var first, ..] && !readable.Contains(typed.GetValueOrDefault("system") ?? ""))
        {
            typed["system"] = first;
        }

        var cohorts = (typed.GetValueOrDefault("cohort") ?? "")
            .Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var from = Instant(typed.GetValueOrDefault("from"));
        var to = Instant(typed.GetValueOrDefault("to"));
        var release = ReleaseName.Resolve(
            state, typed.GetValueOrDefault("system"), typed.GetValueOrDefault("release"));
        return new DecisionSearch
        {
            Typed = typed,
            After = DecisionCursor.Parse(query["after"]),
            Fault = release.Fault is { } unknown ? $"{unknown.Message} {unknown.Remedy}"
                : typed.TryGetValue("by", out var by) && !GroupedDecisions.Knows(by)
                    ? $"Decisions are counted by {Say.List(Kinds, "nothing")} or another cohort."
                : cohorts.Any(c => !c.Contains('=')) ? "A cohort is written name=value, as in region=eu."
                : typed.ContainsKey("from") && from is null || typed.ContainsKey("to") && to is null
                    ? "A time is written 2026-11-21T02:00, in UTC."
                    : from > to ? "The window ends before it begins."
                    : from > now ? "The window begins in the future."
                    : null,
            Filter = new DecisionFilter
            {
                System = typed.GetValueOrDefault("system"),
                Environment = typed.GetValueOrDefault("environment"),
                Model = typed.GetValueOrDefault("model"),
                Cohort = cohorts,
                Outcome = typed.GetValueOrDefault("outcome"),
                Code = typed.GetValueOrDefault("code"),
                CallerKey = typed.GetValueOrDefault("key"),
                Exception = typed.GetValueOrDefault("exception"),
                Adoption = typed.GetValueOrDefault("adoption"),
                Release = release.Fault is null ? release.Value : null,
                IdPrefix = typed.GetValueOrDefault("id"),
                From = from,
                To = to,
                Drill = typed.GetValueOrDefault("drill") switch { "only" => true, "without" => false, _ => null },
            },
        };
    }

    private static DateTimeOffset? Instant(string? text) => DateTimeOffset.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
        out var at)
        ? at
        : null;
}
