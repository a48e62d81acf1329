using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Gate;

/// <summary>An answer of the gate as it stands in the log.</summary>
/// <param name="Asker">The person, or in whose name a program asked; null where the log has none.</param>
/// <param name="Kind"><c>person</c>, <c>service</c> or <c>pipeline</c>.</param>
public sealed record GateAnswerLine(
    Guid Id, DateTimeOffset At, string Kind, PersonView? Asker, string By, IReadOnlyList<string> Systems,
    string Environment, IReadOnlyList<string> Releases, string? Workload, bool Admitted,
    IReadOnlyList<string> Missing, long Unwritten);

/// <summary>Reads the answers of the gate back from the log.</summary>
public sealed class GateAnswers(GovernanceLog log, Func<string, PersonView> person)
{
    /// <summary>Those that fit, newest first, not yet put into pages.</summary>
    /// <param name="system">Only answers about it; null for all.</param>
    /// <param name="environment">Only answers about it; null for all.</param>
    /// <param name="release">Only answers about this digest; null for all.</param>
    /// <param name="admitted">Only yes, or only no; null for both.</param>
    public IEnumerable<GateAnswerLine> Of(string? system, string? environment, string? release, bool? admitted) =>
        NewestFirst().Select(e => (Entry: e, Body: e.Read<GateAsked>()))
            .Where(a => (system is null || a.Body.Systems.Contains(system))
                && (environment is null || a.Body.Environment == environment)
                && (release is null || a.Body.Releases.Contains(release))
                && (admitted is null || a.Body.Admitted == admitted))
            .Select(a => Line(a.Entry, a.Body));

    /// <summary>From the end, as far as is asked for: the log is long and a page is short.</summary>
    private IEnumerable<GovernanceEntry> NewestFirst()
    {
        var entries = log.Entries;
        for (var i = entries.Count - 1; i >= 0; i--)
        {
            if (entries[i].Verb == GateAsked.Verb)
                yield return entries[i];
        }
    }

    private GateAnswerLine Line(GovernanceEntry entry, GateAsked body) => new(
        entry.Id, entry.Time, entry.Actor.Kind,
        (entry.OnBehalf ?? (entry.Actor.Kind == "person" ? entry.Actor.Id : null)) is { } id ? person(id) : null,
        body.By, body.Systems, body.Environment, body.Releases, body.Workload, body.Admitted, body.Missing,
        body.Unwritten);
}

/// <summary>The route of what the gate answered.</summary>
internal static class GateBookApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks) => api.MapGet(
        "/gate/answers",
        (string? system, string? environment, string? digest, bool? admitted, Guid? after, int? limit) =>
        {
            var size = Math.Clamp(limit ?? 50, 1, 1000);
            var found = desks.GateAnswers.Of(system, environment, digest, admitted);
            if (after is { } cursor)
                found = found.SkipWhile(a => a.Id != cursor).Skip(1);

            var items = found.Take(size + 1).ToList();
            return Problems.Answer<Listing<GateAnswerLine>>(items.Count <= size
                ? new Listing<GateAnswerLine>(items)
                : new Listing<GateAnswerLine>(items[..size], items[size - 1].Id.ToString()));
        });
}
