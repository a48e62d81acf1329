using Microsoft.AspNetCore.Http;
using Provost.Control.Erasure;
using Provost.Control.Governance;
using Provost.Control.Holds;
using Provost.Control.Retention;
using Provost.Control.Reveals;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.Records;

/// <summary>One cell of a list: words, a moment, or a link.</summary>
public sealed record RecordsCell(string Text, DateTimeOffset? At = null, string? Href = null)
{
    public static implicit operator RecordsCell(string text) => new(text);

    public static implicit operator RecordsCell(DateTimeOffset at) => new(Say.Iso(at), at);

    /// <summary>An instant that may not have come.</summary>
    public static RecordsCell Of(DateTimeOffset? at, string none) => at is { } instant ? instant : none;

    /// <summary>A link to a decision.</summary>
    public static RecordsCell Decision(string? id, string none) =>
        id is null ? none : new RecordsCell(Say.Tail(id), Href: $"/decisions/{id}");
}

/// <summary>One of the four lists of what became of contents: terms, holds, erasures, reveals.</summary>
/// <param name="Kind">Last part of its address.</param>
/// <param name="Title">Its name.</param>
/// <param name="Answer">The sentence that answers the page's question.</param>
/// <param name="Act">The command that acts on it.</param>
/// <param name="Columns">Headings.</param>
/// <param name="Rows">Cells, as many as there are columns; the order the page says.</param>
/// <param name="Empty">What an empty list says.</param>
public sealed record RecordsView(
    string Kind, string Title, string Answer, string Act, IReadOnlyList<string> Columns,
    IReadOnlyList<IReadOnlyList<RecordsCell>> Rows, string Empty)
{
    /// <summary>What the list follows from, a line each; empty where it needs no saying.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [];

    /// <summary>Every list, as its address ends and its name.</summary>
    public static readonly IReadOnlyList<(string Kind, string Title)> All =
    [
        ("retention", "Retention"), ("holds", "Holds"), ("erasures", "Erasures"), ("reveals", "Reveals"),
    ];

    /// <summary>When contents end, soonest first.</summary>
    public static RecordsView Of(RetentionPlan plan, RetentionSchedule schedule, HoldState holds) => new(
        "retention", "Retention",
        $"{Say.Number(plan.Rows.Count(r => r.Standing == "due"), "month is", "months are")} over and due, "
        + $"{Say.Number(plan.Rows.Count(r => r.Hold is not null || r.Spared > 0), "is", "are")} held wholly or in "
        + $"part; edition {plan.Edition} of the schedule applies. Soonest end first.",
        "provost retention run",
        ["Over on", "System", "Class", "Month", "Keys", "Standing", "Rule", "Held"],
        [.. plan.Rows.Select(r => (IReadOnlyList<RecordsCell>)
        [
            r.Due.ToString("d MMM yyyy", Culture), r.Group.System.Length == 0 ? "no system" : r.Group.System,
            r.Group.Class, r.Group.Month, Say.Count(r.Keys), r.Standing, r.Rule,
            HeldBy(r, holds),
        ])],
        "No content is kept.")
    {
        Rules =
        [
            .. schedule.Classes.Select(c => $"Class {c.Class}: {c.Keep}. {c.Source}"),
            .. schedule.AtLeast.Select(l => $"{LawOn(l)}: at least {l.Keep}. {l.Source}"),
            $"What nothing names: {schedule.Default}.",
        ],
    };

    private static string LawOn(LegalTerm law)
    {
        var parts = new[]
        {
            law.Jurisdiction,
            law.Class is { } kind ? $"class {kind}" : null,
            law.Tier is { } tier ? $"tier {tier}" : null,
        };
        return Say.List([.. parts.OfType<string>()], "Everywhere");
    }

    private static string HeldBy(PlanRow row, HoldState holds) =>
        row.Hold is { } hold ? holds.Find(hold)?.Covers.Basis ?? "held"
        : row.Spared > 0 ? Say.Number(row.Spared, "person", "persons")
        : "nothing";

    /// <summary>Holds, newest first.</summary>
    public static RecordsView Of(HoldState holds, PersonNames names) => new(
        "holds", "Holds",
        $"{Say.Number(holds.InForce.Count(), "hold keeps", "holds keep")} contents from erasure and the end of "
        + "their terms. Newest first.",
        "provost hold place --system NAME --basis \"…\"",
        ["Placed", "By", "Covers", "From", "To", "Basis", "State", "Ended"],
        [.. Enumerable.Reverse(holds.All).Select(h => (IReadOnlyList<RecordsCell>)
        [
            h.Since, names.Of(h.By), Covers(h), RecordsCell.Of(h.Covers.From, "the first"),
            RecordsCell.Of(h.Covers.To, "no end"), h.Covers.Basis,
            h.InForce ? h.Asked is null ? "in force" : "in force, its end asked for" : "ended",
            h.ReleasedAt is { } at
                ? $"{Say.Time(at)}, {names.Of(h.Asked?.By)} and {names.Of(h.ReleasedBy)}"
                : "not ended",
        ])],
        "Nothing was ever held.");

    /// <summary>Erasures, newest first.</summary>
    public static RecordsView Of(ErasureState erasures, PersonNames names, DateTimeOffset now) => new(
        "erasures", "Erasures",
        $"{Say.Number(erasures.All.Count, "erasure was", "erasures were")} ordered; every proof still holds. Newest "
        + "first.",
        "provost erase --person \"…\" --basis \"…\"",
        ["Ordered", "By", "Erased", "Basis", "Complete on", "State"],
        [.. Enumerable.Reverse(erasures.All).Select(e => (IReadOnlyList<RecordsCell>)
        [
            e.At, names.Of(e.By),
            e.Says.Decision is { } decision
                ? new RecordsCell($"decision {Say.Tail(decision)}", Href: $"/decisions/{decision}")
                : $"person {Say.Tail(e.Says.Subject ?? "")}, {Say.Number(e.Says.Groups.Count, "month", "months")}",
            e.Says.Grounds, e.Says.CompleteOn.ToString("d MMM yyyy", Culture) + " UTC",
            e.Says.CompleteOn <= DateOnly.FromDateTime(now.UtcDateTime)
                ? "complete"
                : "gone here; a backup of keys may still hold them",
        ])],
        "Nothing was ever erased.");

    /// <summary>Reveals, newest first.</summary>
    public static RecordsView Of(RevealState reveals, PersonNames names) => new(
        "reveals", "Reveals",
        $"{Say.Number(reveals.All.Count, "reading", "readings")} of content "
        + $"{(reveals.All.Count == 1 ? "is" : "are")} recorded or asked for. Newest first.",
        "provost reveal one DECISION --purpose \"…\"",
        ["When", "Who", "System", "What", "Purpose", "Second person", "Read"],
        [.. Enumerable.Reverse(reveals.All).Select(r => (IReadOnlyList<RecordsCell>)
        [
            r.At, names.Of(r.By), r.System.Length == 0 ? "no system" : r.System,
            r.Asked is { } asked
                ? $"{Say.Number(asked.Decisions, "decision", "decisions")}: {Say.List(asked.Query, "all")}"
                : RecordsCell.Decision(r.Decision, "a decision"),
            r.Purpose,
            r.Asked is null ? "not needed" : r.ConfirmedBy is null ? "not yet" : names.Of(r.ConfirmedBy),
            r.ReadAt.IsEmpty ? "not read" : r.ReadAt[^1],
        ])],
        "Nobody has read content.");

    /// <summary>The rows that hold a text in some cell.</summary>
    internal RecordsView With(string? text) => text is null
        ? this
        : this with
        {
            Rows = [.. Rows.Where(r => r.Any(c => c.Text.Contains(text, StringComparison.OrdinalIgnoreCase)))],
        };

    private static System.Globalization.CultureInfo Culture => System.Globalization.CultureInfo.InvariantCulture;

    private static string Covers(Hold hold)
    {
        var parts = new[]
        {
            hold.Covers.System is { } system ? $"system {system}" : null,
            hold.Covers.Subject is { } subject ? $"person {Say.Tail(subject)}" : null,
            hold.Covers.Incident is { } incident ? $"incident {Say.Tail(incident.ToString())}" : null,
        };
        return Say.List([.. parts.OfType<string>()], "everything in its window");
    }
}

/// <summary>Which rows of a list are shown.</summary>
/// <param name="Text">A part of any cell, whatever its case.</param>
public sealed record RecordsFilter(string? Text, int Page)
{
    /// <summary>Rows of one page.</summary>
    public const int Size = 50;

    /// <summary>The address of a page of a list, or of its copy in a format.</summary>
    public string Address(string kind, int page, string? format = null) => Query.Address(
        $"/records/{kind}", ("q", Text), ("page", page > 1 ? page.ToString() : null), ("format", format));

    internal static RecordsFilter From(IQueryCollection query) => new(
        Query.Text(query, "q"), Query.Page(query));
}
