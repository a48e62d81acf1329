using Microsoft.AspNetCore.Http;
using Provost.Control.Access;
using Provost.Control.Access.Pipelines;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.People;

/// <summary>Which people the list shows.</summary>
/// <param name="Text">A part of the name or id, whatever its case.</param>
/// <param name="Role">A role that they hold.</param>
/// <param name="Left">Also those who were taken out.</param>
public sealed record RosterFilter(string? Text, string? Role, bool Left, int Page)
{
    /// <summary>Rows of one page.</summary>
    public const int Size = 50;

    /// <summary>Whether everybody active passes.</summary>
    public bool IsEmpty => Text is null && Role is null;

    /// <summary>The address of a page of this list, or of its copy in a format.</summary>
    public string Address(int page, string? format = null) => Query.Address(
        "/people", ("q", Text), ("role", Role), ("left", Left ? "yes" : null),
        ("page", page > 1 ? page.ToString() : null), ("format", format));

    internal static RosterFilter From(IQueryCollection query) => new(
        Query.Text(query, "q"), Query.Text(query, "role"), query["left"] == "yes",
        Query.Page(query));

    internal bool Takes(RosterLine line) => (Left || line.Person.Active)
        && (Role is null || line.Person.Roles.Contains(Role))
        && (Text is null || $"{line.Name} {line.Person.Id}".Contains(Text, StringComparison.OrdinalIgnoreCase));
}

/// <summary>A person with the name that pages show.</summary>
public sealed record RosterLine(Person Person, string Name);

/// <summary>The roster as the page shows it.</summary>
/// <param name="People">Those who pass the filter, by name.</param>
/// <param name="Waiting">Changes that wait for signatures, oldest first.</param>
/// <param name="Signing">Approvers whose signatures count now.</param>
/// <param name="Trusts">Pipelines whose runs may come in, newest first.</param>
/// <param name="Bootstrap">Until when the root key countersigns; null when it does not.</param>
public sealed record RosterView(
    RosterFilter Filter, IReadOnlyList<RosterLine> People, IReadOnlyList<WaitingChange> Waiting, int Active,
    int Signing, IReadOnlyList<PipelineTrust> Trusts, DateTimeOffset? Bootstrap)
{
    /// <summary>Who looks.</summary>
    public required string Reader { get; init; }

    /// <summary>Whether who looks may still sign a change.</summary>
    public bool Signs(WaitingChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return change.Person != Reader && !change.SignedBy.Contains(Reader) && MaySign;
    }

    /// <summary>Whether who looks has standing to sign changes of others.</summary>
    public required bool MaySign { get; init; }

    internal static RosterView Read(
        ConsolePorts ports, PersonNames names, RosterFilter filter, string reader, DateTimeOffset now)
    {
        var state = ports.Governance();
        var roster = state.Roster;
        return new RosterView(
            filter,
            [
                .. roster.People.Values.Select(p => new RosterLine(p, names.Of(p.Id))).Where(filter.Takes)
                    .OrderBy(l => l.Name, StringComparer.OrdinalIgnoreCase).ThenBy(l => l.Person.Id),
            ],
            ports.RosterChanges(),
            roster.People.Values.Count(p => p.Active),
            roster.ApproversWithKeys(now),
            [.. roster.Pipelines.Trusts.Values.OrderByDescending(t => t.Since)],
            roster.IsBootstrap(state.Founded, now) ? roster.BootstrapEnds(state.Founded) : null)
        {
            Reader = reader,
            MaySign = roster.Live(reader) is { } person && (person.Has(Roles.Approver) || person.Has(Roles.Compliance)
                || person.Has(Roles.PlatformAdministrator)),
        };
    }
}
