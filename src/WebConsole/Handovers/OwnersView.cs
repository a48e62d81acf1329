using Microsoft.AspNetCore.Http;
using Provost.Control.Governance;
using Provost.Control.Handovers;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.Handovers;

/// <summary>Which offices the list shows; null means any.</summary>
/// <param name="Text">A part of the system's name, its unit or a person's name, whatever its case.</param>
/// <param name="Mine">Only offices that whoever looks holds or is offered.</param>
public sealed record OwnersFilter(string? Text, string? State, bool Mine, int Page)
{
    /// <summary>Rows of one page.</summary>
    public const int Size = 50;

    /// <summary>Whether every office passes.</summary>
    public bool IsEmpty => Text is null && State is null && !Mine;

    /// <summary>The address of a page of this list, or of its copy in a format.</summary>
    public string Address(int page, string? format = null) => Query.Address(
        "/owners", ("q", Text), ("state", State), ("mine", Mine ? "yes" : null),
        ("page", page > 1 ? page.ToString() : null), ("format", format));

    internal static OwnersFilter From(IQueryCollection query) => new(
        Query.Text(query, "q"), Query.Text(query, "state"), query["mine"] == "yes",
        Query.Page(query));

    internal bool Takes(OwnerLine line, string person, PersonNames names) =>
        (State is null || line.State == State) && (!Mine || line.Person == person || line.Offered == person)
        && (Text is null || $"{line.Key.System} {line.Unit} {names.Of(line.Person)} {names.Of(line.Offered)}".Contains(
            Text, StringComparison.OrdinalIgnoreCase));
}

/// <summary>Who holds which office, as the page shows it.</summary>
/// <param name="Lines">Those that pass the filter, worst first.</param>
/// <param name="Vacant">Offices whose holder left, in all.</param>
/// <param name="Offered">Offices that wait for somebody's acceptance, in all.</param>
public sealed record OwnersView(
    OwnersFilter Filter, IReadOnlyList<OwnerLine> Lines, int All, int Vacant, int Offered, string Person)
{
    internal static OwnersView Read(
        GovernanceState state, string person, OwnersFilter filter, PersonNames names, DateTimeOffset now)
    {
        var all = OwnerList.Of(state, now);
        return new OwnersView(
            filter, [.. all.Where(l => filter.Takes(l, person, names))], all.Count,
            all.Count(l => l.State == "vacant"), all.Count(l => l.Offered is not null), person);
    }

    /// <summary>The command that settles a line; null where nothing waits for whoever looks.</summary>
    internal string? Command(OwnerLine line) =>
        line.Offered == Person || (line.State == "named" && line.Person == Person)
            ? $"provost handover accept {line.Key.System}"
            : line is { State: "vacant", Offered: null }
                ? $"provost handover {line.Key.System} --{line.Office} PERSON --reason WHY"
                : null;
}
