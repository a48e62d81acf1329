using Provost.Control.Access;
using Provost.Control.Decisions;
using Provost.Control.Governance;
using Provost.Control.Incidents;
using Provost.Control.Signals;
using Provost.WebConsole.Design;
using Provost.WebConsole.Systems;

namespace Provost.WebConsole.Overview;

/// <summary>What the first page shows.</summary>
public sealed record OverviewView
{
    /// <summary>The most urgent first.</summary>
    public required IReadOnlyList<Duty> Duties { get; init; }

    /// <summary>Worst first.</summary>
    public required IReadOnlyList<SystemSummary> Systems { get; init; }

    /// <summary>What was called in the last 24 hours; null while the index cannot be read.</summary>
    public required Seen? Seen { get; init; }

    public required string? Triager { get; init; }

    /// <summary>How far use cases are classified, by unit.</summary>
    public required IReadOnlyList<UnitShare> Classified { get; init; }

    /// <summary>Seen to run: systems that were called, and sources that nobody registered.</summary>
    public int? Run => Seen is null ? null : Warranted + Ungoverned;

    /// <summary>Seen to run under a warrant in force.</summary>
    public int? Warranted => Seen?.Systems.Count(IsWarranted);

    /// <summary>Seen to call without a warrant: unregistered sources, and systems that have none.</summary>
    public int? Ungoverned => Seen is null ? null : Seen.Sources + Seen.Systems.Count - Warranted;

    /// <summary>Systems with a warrant in force that nobody called.</summary>
    public int Idle => Systems.Count(s => s.Live is not null && CallsOf(s) == 0);

    /// <summary>Calls of a system in the last 24 hours; null while the index cannot be read.</summary>
    public long? CallsOf(SystemSummary system) => Seen?.Systems
        .Where(t => t.System == system.System.Key.System && t.Environment == system.System.Key.Environment)
        .Sum(t => t.Calls);

    private bool IsWarranted(SystemTraffic traffic) => Systems.Any(s => s.Live is not null
        && s.System.Key.System == traffic.System && s.System.Key.Environment == traffic.Environment);

    internal static OverviewView Of(
        GovernanceState state, SignalBoard board, IncidentState incidents, Seen? seen, string? triager,
        string person, PersonNames names)
    {
        var systems = SystemSummary.All(state, board, incidents).Where(s => s.System.RetiredAt is null).ToList();
        return new OverviewView
        {
            Duties = [.. DutyList.Of(state, systems, seen?.Callers, triager, person, names, board.At)],
            Systems = systems,
            Seen = seen,
            Triager = triager,
            Classified = UnitShare.Of(systems, seen?.Sources ?? 0, state.Taxonomies.InForce.Edition),
        };
    }
}

/// <summary>What the index saw at the gateways.</summary>
/// <param name="Systems">Systems that were called, whatever came of it.</param>
/// <param name="Callers">Callers that nobody registered.</param>
public sealed record Seen(IReadOnlyList<SystemTraffic> Systems, IReadOnlyList<FoundCaller> Callers)
{
    /// <summary>Unregistered callers by where they call from: one source may say several names.</summary>
    public int Sources => Callers.Select(c => c.Source).Distinct().Count();
}

/// <summary>Something that waits for a person.</summary>
/// <param name="Act">The button's word.</param>
public sealed record Duty(Status Status, string Title, string Text, string Href, string Act);

/// <summary>Finds what needs a person, most urgent first.</summary>
internal static class DutyList
{
    /// <summary>A warrant that ends within this time is work now: a quorum takes days.</summary>
    private static readonly TimeSpan SoonEnding = TimeSpan.FromDays(14);

    public static IEnumerable<Duty> Of(
        GovernanceState state, IReadOnlyList<SystemSummary> systems, IReadOnlyList<FoundCaller>? found,
        string? triager, string person, PersonNames names, DateTimeOffset now) =>
    [
        .. systems.Where(s => s.Incident is not null).Select(s => Open(s, names, now)),
        .. systems.SelectMany(s => Tightened(s, names, now)),
        .. systems.SelectMany(s => Ownership(s, person, names)),
        .. systems.SelectMany(s => Waiting(s, state, person, now)),
        .. systems.Where(s => s.Adoption is not null).Select(s => new Duty(
            Status.Ungoverned, $"{s.System.Key} passes ungoverned until {Say.Time(s.Adoption!.Content.Until)}",
            "Nothing of it was approved; then every call is refused, unless a release is approved before.", s.Href,
            "See system")),
        .. systems.Where(s => s.Live is { } live && live.Says.NotAfter - now < SoonEnding).Select(s => new Duty(
            Status.Approve, $"The warrant of {s.System.Key} ends {Say.Time(s.Live!.Says.NotAfter)}",
            "Then every call is refused, unless a release is approved before.", s.Href, "See terms")),
        .. Callers(found, triager, names),
    ];

    private static Duty Open(SystemSummary system, PersonNames names, DateTimeOffset now)
    {
        var incident = system.Incident!;
        var breach = incident.Breaches[^1];
        var taken = incident.Acknowledgements is [.., var last]
            ? $"{names.Of(last.Person)} acknowledged at {Say.Clock(last.At, now)}."
            : "Nobody has acknowledged it.";
        var done = incident.Actions.FindLast(a => a.Outcome == ActionOutcome.Confirmed) is { } action
            ? $" Done: {action.Action}."
            : "";
        return new Duty(
            Status.Breach, $"{system.System.Key.System}: {IncidentWords.Headline(breach)}",
            $"{IncidentWords.Numbers(breach)}, since {Say.Clock(breach.Since, now)}.{done} {taken} Open for "
                + $"{Say.Duration(now - incident.OpenedAt)}.",
            $"/incidents/{incident.Id}", "Open incident");
    }

    private static IEnumerable<Duty> Tightened(SystemSummary system, PersonNames names, DateTimeOffset now) =>
        system.Orders.Where(o => o.Incident is null).Select(order => new Duty(
            order.Kind == "kill" ? Status.Killed : order.Kind == "pause" ? Status.Paused : Status.Fallback,
            $"{system.System.Key}: {order.Kind} in force",
            $"By {names.Of(order.By)} since {Say.Clock(order.Since, now)}. It ends by an owner's signature.",
            system.Href, "See order"));

    private static IEnumerable<Duty> Ownership(SystemSummary system, string person, PersonNames names)
    {
        foreach (var office in system.MissingOwners)
        {
            yield return new Duty(
                Status.Owner, $"{system.System.Key} has no {office} owner",
                "The person named has left; releases are frozen until somebody accepts the office.",
                $"/owners?q={Uri.EscapeDataString(system.System.Key.System)}", "See owners");
        }

        if (system.System.Proposed is { } offered)
        {
            var mine = offered.Includes(person) && !system.System.Owners.Includes(person);
            var waits = new[] { offered.Business, offered.Technical, offered.Deputy }.OfType<string>()
                .Where(p => !system.System.Owners.Includes(p)).Distinct();
            yield return new Duty(
                Status.Owner, $"{system.System.Key}: {(mine ? "you are" : "a person is")} offered ownership",
                $"{names.Of(waits)} has not accepted; until then the owners before answer for it.",
                $"/owners?q={Uri.EscapeDataString(system.System.Key.System)}", "See owners");
        }
    }

    private static IEnumerable<Duty> Waiting(
        SystemSummary system, GovernanceState state, string person, DateTimeOffset now)
    {
        var key = system.System.Key;
        var newest = state.Registry.Releases.FindLast(r => r.System == key.System);
        if (newest is null
            || ReleaseLine.Of(newest, system.System, system.Live, state, now) is not { Status: Status.Waiting } line)
        {
            yield break;
        }

        var isMine = Permission.MayApprove(state, person, system.System) && !newest.IsBy(person)
            && line.Approvals.All(a => a.Person != person);
        yield return new Duty(
            Status.Approve,
            $"{key.System} {newest.Version} waits for {(isMine ? "your approval" : "approval")} in {key.Environment}",
            $"Missing: {Say.List(line.Missing, "nothing, the warrant follows")}. "
                + $"Submitted {Say.Time(newest.SubmittedAt)}.",
            SystemSummary.ReleaseAddress(key, newest.Version), "Read changes");
    }

    private static IEnumerable<Duty> Callers(
        IReadOnlyList<FoundCaller>? found, string? triager, PersonNames names)
    {
        if (found is { Count: > 0 })
        {
            yield return new Duty(
                Status.Ungoverned,
                $"{Say.Number(found.Select(f => f.Source).Distinct().Count(), "caller", "callers")} nobody registered",
                $"{Say.Number(found.Sum(f => f.Count), "call", "calls")} refused. "
                    + $"{Say.Sentence(names.Of(triager))} triages.",
                "/found", "See callers");
        }
    }
}
