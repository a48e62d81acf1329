using Microsoft.AspNetCore.Http;
using Provost.Control.Approvals;
using Provost.Control.Governance;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.Approvals;

/// <summary>Which waiting releases the list shows.</summary>
/// <param name="Text">A part of the system's name or unit, whatever its case.</param>
/// <param name="Mine">Only what waits for whoever looks.</param>
public sealed record InboxFilter(string? Text, bool Mine, int Page)
{
    /// <summary>Rows of one page.</summary>
    public const int Size = 50;

    /// <summary>Whether everything that waits passes.</summary>
    public bool IsEmpty => Text is null && !Mine;

    /// <summary>The address of a page of this list, or of its copy in a format.</summary>
    public string Address(int page, string? format = null) => Query.Address(
        "/approvals", ("q", Text), ("mine", Mine ? "yes" : null), ("page", page > 1 ? page.ToString() : null),
        ("format", format));

    internal static InboxFilter From(IQueryCollection query) => new(
        Query.Text(query, "q"), query["mine"] == "yes",
        Query.Page(query));

    internal bool Takes(ReturnedRelease returned, string person) => (!Mine || returned.Release.Author == person)
        && (Text is null || returned.Release.System.Contains(Text, StringComparison.OrdinalIgnoreCase));

    internal bool Takes(WaitingRelease waiting) => (!Mine || waiting.AsksYou)
        && (Text is null || $"{waiting.System.Key.System} {waiting.System.Unit}".Contains(
            Text, StringComparison.OrdinalIgnoreCase));
}

/// <summary>What waits, as the page shows it.</summary>
/// <param name="Waiting">Those that pass the filter, longest first.</param>
/// <param name="All">How many wait in all.</param>
/// <param name="AskYou">How many of them wait for whoever looks.</param>
/// <param name="Returned">What was rejected and is back with its author, the newest first; with the filter's Mine only
/// what is back with whoever looks.</param>
public sealed record InboxView(
    InboxFilter Filter, IReadOnlyList<WaitingRelease> Waiting, int All, int AskYou,
    IReadOnlyList<ReturnedRelease> Returned)
{
    internal static InboxView Read(GovernanceState state, string person, InboxFilter filter, DateTimeOffset now)
    {
        var all = ApprovalInbox.Of(state, person, now);
        return new InboxView(
            filter, [.. all.Where(filter.Takes)], all.Count, all.Count(w => w.AsksYou),
            [.. ApprovalInbox.Returned(state).Where(r => filter.Takes(r, person))]);
    }
}
