using Provost.Control.Adoptions;
using Provost.Control.Approvals;
using Provost.Control.Governance;
using Provost.Control.Incidents;
using Provost.Control.Registry;
using Provost.Control.Signals;
using Provost.WebConsole.Design;
using Provost.WebConsole.Signals;

namespace Provost.WebConsole.Systems;

/// <summary>One system in one environment as lists show it.</summary>
public sealed record SystemSummary
{
    public required SystemState System { get; init; }

    /// <summary>The warrant that traffic goes to; null: every call is refused.</summary>
    public required Warrant? Live { get; init; }

    public required ReleaseState? Release { get; init; }

    /// <summary>What its traffic passes under while nothing is approved; null where that is not so.</summary>
    public Adoption? Adoption { get; init; }

    /// <summary>Oldest first.</summary>
    public required IReadOnlyList<Order> Orders { get; init; }

    public required Incident? Incident { get; init; }

    /// <summary>Monitors of the serving release, worst first.</summary>
    public required IReadOnlyList<SignalReading> Readings { get; init; }

    /// <summary>The signing of the live warrant's last approval; null without a warrant.</summary>
    public DateTimeOffset? LastReview => Live?.IssuedAt;

    public string Href => Address(System.Key);

    /// <summary>The system's state in one word; the worst thing wins.</summary>
    public Status Status => this switch
    {
        { System.RetiredAt: not null } => Status.Retired,
        { Live: null, Adoption: null } => Status.Refused,
        _ when Orders.Any(o => o.Kind == "kill") => Status.Killed,
        _ when Orders.Any(o => o.Kind == "pause") => Status.Paused,
        { Live: null } => Status.Ungoverned,
        { Incident: not null } => Status.Breach,
        _ when Orders.Any(o => o.Kind == "fallback") => Status.Fallback,
        _ => SignalWords.Status(Verdict),
    };

    /// <summary>The worst verdict; nothing watched is nothing proven.</summary>
    public SignalVerdict Verdict => Readings.Count == 0 ? SignalVerdict.Unproven : Readings[0].Verdict;

    /// <summary>Owners in force without a live person.</summary>
    public required IReadOnlyList<string> MissingOwners { get; init; }

    /// <summary>The page of a system.</summary>
    public static string Address(SystemKey key) =>
        $"/systems/{Uri.EscapeDataString(key.System)}?environment={Uri.EscapeDataString(key.Environment)}";

    /// <summary>The page of a release of a system.</summary>
    public static string ReleaseAddress(SystemKey key, string version) =>
        $"/systems/{Uri.EscapeDataString(key.System)}/releases/{Uri.EscapeDataString(version)}"
        + $"?environment={Uri.EscapeDataString(key.Environment)}";

    /// <summary>Every registered system, worst first, then by name.</summary>
    public static IReadOnlyList<SystemSummary> All(
        GovernanceState state, SignalBoard board, IncidentState incidents) =>
    [
        .. state.Registry.Systems.Values.Select(s => Of(s, state, board, incidents))
            .OrderBy(s => s.Incident is null ? 1 : 0).ThenBy(s => SignalWords.Rank(s.Verdict))
            .ThenBy(s => s.System.Key.System, StringComparer.Ordinal)
            .ThenBy(s => s.System.Key.Environment, StringComparer.Ordinal),
    ];

    internal static SystemSummary Of(
        SystemState system, GovernanceState state, SignalBoard board, IncidentState incidents)
    {
        var live = Serving(state, system.Key, board.At);
        return new SystemSummary
        {
            System = system,
            Live = live,
            Release = live is null ? null : state.Registry.Release(system.Key.System, live.Release),
            Adoption = live is null ? AdoptionState.Passing(state, system.Key, board.At) : null,
            Orders = [.. state.Orders.On(system.Key)],
            Incident = incidents.OpenOf(system.Key.System, system.Key.Environment),
            Readings = live is null
                ? []
                : SignalWords.WorstFirst(
                    board.Of(new ReleaseKey(system.Key.System, system.Key.Environment, live.Release))),
            MissingOwners =
            [
                .. new[] { ("business", system.Owners.Business), ("technical", system.Owners.Technical) }
                    .Where(o => state.Roster.Live(o.Item2) is null).Select(o => o.Item1),
            ],
        };
    }

    /// <summary>The newest warrant in force, or the one an order has gone back to.</summary>
    private static Warrant? Serving(GovernanceState state, SystemKey key, DateTimeOffset now)
    {
        var back = state.Orders.On(key).LastOrDefault(o => o.Kind == "rollback")?.Release;
        return state.Warrants.InForce(key, now).FirstOrDefault(w => w.Release == back)
            ?? state.Warrants.Live(key, now);
    }
}
