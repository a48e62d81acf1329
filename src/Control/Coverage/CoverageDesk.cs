using System.Globalization;
using Provost.Control.Access;
using Provost.Control.Decisions;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Why;
using Provost.Gateway.Manifests;

namespace Provost.Control.Coverage;

/// <summary>What is asked: one system in one environment, and a window.</summary>
/// <param name="From">Rounded down to the minute.</param>
/// <param name="To">Rounded up to the minute; not before <paramref name="From"/>.</param>
public sealed record CoverageQuestion(SystemKey Key, DateTimeOffset From, DateTimeOffset To);

/// <summary>One guardrail of one release over the window.</summary>
/// <param name="Version">The release's version; null when this server does not know the release.</param>
/// <param name="Direction">input or output.</param>
/// <param name="Calls">Calls that were compared with the release.</param>
/// <param name="Looked">Those that it looked at; what it found counts.</param>
/// <param name="OnTrial">Those of <paramref name="Looked"/> at which its findings were only counted.</param>
/// <param name="Skipped">Nothing had to be looked at, by reason: nothing passed that way.</param>
/// <param name="Failed">It could not look, by reason; those calls were blocked.</param>
/// <param name="Missing">The record names it nowhere.</param>
/// <param name="Share">Looked of all calls, 0 to 1; null without calls.</param>
/// <param name="ShareDue">Looked of those where there was something to look at; null where there was none.</param>
public sealed record GuardrailShare(
    string Release, string? Version, string Direction, string Guardrail, long Calls, long Looked, long OnTrial,
    IReadOnlyDictionary<string, long> Skipped, IReadOnlyDictionary<string, long> Failed, long Missing, double? Share,
    double? ShareDue);

/// <summary>
/// A stretch in which a guardrail did not look, to the second: between its seconds lies no call that it looked at.
/// </summary>
/// <param name="From">The second of the first call.</param>
/// <param name="To">The end of the second of the last call.</param>
/// <param name="Mode">skipped, failed or missing.</param>
/// <param name="Why">The reason in plain words.</param>
/// <param name="Decision">One of the calls, for the evidence.</param>
/// <param name="IsFinding">Whether somebody has to answer for it: it failed or is missing.</param>
public sealed record CoverageGap(
    string Release, string? Version, string Direction, string Guardrail, DateTimeOffset From, DateTimeOffset To,
    long Calls, string Mode, string Reason, string Why, Guid Decision, bool IsFinding);

/// <summary>Something that does not agree with the warrant.</summary>
public sealed record CoverageFinding(string Release, string? Version, string Guardrail, string Message);

/// <summary>The proof of enforcement of one system and window.</summary>
/// <param name="Calls">Calls that were compared with a release; calls refused before that owe no guardrail.</param>
/// <param name="Gaps">A page of stretches, in order.</param>
/// <param name="Next">Cursor of the next page of stretches, null on the last.</param>
/// <param name="AreGapsWhole">Whether the stretches of the whole window were read; if not, ask for a shorter
/// one.</param>
/// <param name="Indexed">Entries of the log that this answer counts.</param>
/// <param name="Committed">Entries of the log; the rest is not counted yet.</param>
public sealed record CoverageAnswer(
    string System, string Environment, DateTimeOffset From, DateTimeOffset To, long Calls,
    IReadOnlyList<GuardrailShare> Guardrails, IReadOnlyList<CoverageFinding> Findings, IReadOnlyList<CoverageGap> Gaps,
    string? Next, bool AreGapsWhole, long Indexed, long Committed);

/// <summary>Which stretches are asked for.</summary>
/// <param name="Guardrail">Only of this one; null for all.</param>
/// <param name="FindingsOnly">Only those that somebody has to answer for.</param>
/// <param name="After">Where the page before ended.</param>
public sealed record GapPage(string? Guardrail, bool FindingsOnly, string? After, int Size);

/// <summary>Joins what guardrails did with what the releases owed, as their warrants approved them.</summary>
/// <param name="release">A release's document by digest; null when its bytes are not here.</param>
/// <param name="committed">Entries of the log.</param>
public sealed class CoverageDesk(
    GovernanceLog log, GuardrailQuery guardrails, Func<string, CancellationToken, Task<ReleaseDocument?>> release,
    Func<long> committed)
{
    public const int LargestPage = 1000;

    /// <summary>The question, or what is wrong with it.</summary>
    public Answer<CoverageQuestion> Ask(
        Principal asks, string? system, string? environment, DateTimeOffset from, DateTimeOffset to)
    {
        var state = log.State;
        if (system is null || !Permission.MayReadDecisions(state, asks.Person, system))
            return CoverageErrors.NotYours();

        var homes = state.Registry.Everywhere(system).Select(s => s.Key).ToList();
        var at = environment is null && homes.Count == 1
            ? 0
            : homes.FindIndex(home => home.Environment == (environment ?? "production"));
        if (at < 0)
            return CoverageErrors.Unknown(system, environment);

        return from < to
            ? new CoverageQuestion(homes[at], Minute(from), Minute(to.AddTicks(TimeSpan.TicksPerMinute - 1)))
            : CoverageErrors.NoWindow();
    }

    public async Task<CoverageAnswer> AnswerAsync(
        CoverageQuestion asked, GapPage page, CancellationToken cancellationToken)
    {
        var window = new GuardrailWindow(asked.Key.System, asked.Key.Environment, asked.From, asked.To);
        var size = committed();
        var indexed = Math.Min(size, await guardrails.ReachAsync(cancellationToken));
        var totals = await guardrails.TotalsAsync(window, cancellationToken);
        var shares = new List<GuardrailShare>();
        var findings = new List<CoverageFinding>();
        foreach (var ofRelease in totals.GroupBy(total => total.Release))
        {
            var document = await release(ofRelease.Key, cancellationToken);
            shares.AddRange(Shares(ofRelease, document));
            findings.AddRange(Findings(ofRelease.Key, document, shares.Where(s => s.Release == ofRelease.Key)));
        }

        var (gaps, areWhole) = await GapsAsync(window, shares, cancellationToken);
        var asks = gaps.Where(gap => (page.Guardrail is null || page.Guardrail == gap.Guardrail)
            && (gap.IsFinding || !page.FindingsOnly)).ToList();
        var first = int.TryParse(page.After, CultureInfo.InvariantCulture, out var after) && after > 0 ? after : 0;
        var next = first + page.Size;
        return new CoverageAnswer(
            asked.Key.System, asked.Key.Environment, asked.From, asked.To,
            totals.Where(total => total.Guardrail.Length == 0).Sum(total => total.Count),
            shares, findings, [.. asks.Skip(first).Take(page.Size)],
            next < asks.Count ? next.ToString(CultureInfo.InvariantCulture) : null, areWhole, indexed, size);
    }

    private static List<GuardrailShare> Shares(
        IGrouping<string, GuardrailTotal> totals, ReleaseDocument? document)
    {
        var calls = totals.Where(total => total.Guardrail.Length == 0).Sum(total => total.Count);
        var seen = totals.Where(total => total.Guardrail.Length > 0).ToLookup(total => total.Guardrail);
        return
        [
            .. Owed(document).Keys.Union(seen.Select(of => of.Key)).Select(guardrail => Share(
                totals.Key, document?.Version, guardrail, calls, [.. seen[guardrail]])),
        ];
    }

    private static GuardrailShare Share(
        string release, string? version, string guardrail, long calls, IReadOnlyList<GuardrailTotal> totals)
    {
        long Of(string state) => totals.Where(total => total.State == state).Sum(total => total.Count);
        IReadOnlyDictionary<string, long> By(string mode) => totals
            .Where(total => total.State.StartsWith(mode, StringComparison.Ordinal))
            .ToDictionary(total => total.State[mode.Length..], total => total.Count);

        var (onTrial, skipped, failed) = (Of(GuardrailCounts.OnTrial), By("skipped:"), By("failed:"));
        var looked = Of(GuardrailCounts.Looked) + onTrial;
        var due = calls - skipped.Values.Sum();
        var place = guardrail.Split(':', 2);
        return new GuardrailShare(
            release, version, place[0], place[^1], calls, looked, onTrial, skipped, failed,
            Math.Max(0, calls - looked - skipped.Values.Sum() - failed.Values.Sum()),
            calls == 0 ? null : (double)looked / calls, due <= 0 ? null : (double)looked / due);
    }

    /// <summary>What a release owes each call: direction and guardrail, and whether it is only on trial.</summary>
    private static Dictionary<string, bool> Owed(ReleaseDocument? document) => document is null
        ? []
        : document.Spec.InputGuardrails.Select(g => (Key: $"input:{g.Id}", g.Action))
            .Concat(document.Spec.OutputGuardrails.Select(g => (Key: $"output:{g.Id}", g.Action)))
            .GroupBy(g => g.Key).ToDictionary(same => same.Key, same => same.All(g => g.Action == "allow"));

    private static IEnumerable<CoverageFinding> Findings(
        string digest, ReleaseDocument? document, IEnumerable<GuardrailShare> shares)
    {
        if (document is null)
        {
            yield return new CoverageFinding(
                digest, null, "", "The release's bytes are not here: what it owed its calls is not known.");
            yield break;
        }

        var owed = Owed(document);
        foreach (var share in shares)
        {
            var name = $"{share.Direction}:{share.Guardrail}";
            if (share.Missing > 0)
                yield return Of($"{share.Missing} of {share.Calls} records do not say what {name} did.");
            if (share.Failed.Count > 0)
                yield return Of($"{name} could not look at {share.Failed.Values.Sum()} calls; they were blocked.");
            if (share is { Looked: 0, ShareDue: not null })
                yield return Of($"{name} of the warrant looked at no call of this window.");
            if (owed.GetValueOrDefault(name, defaultValue: true) is false && share.OnTrial > 0)
                yield return Of($"{name} only counted at {share.OnTrial} calls; the warrant has it enforce.");

            CoverageFinding Of(string message) => new(digest, document.Version, name, message);
        }
    }

    private async Task<(List<CoverageGap> Gaps, bool AreWhole)> GapsAsync(
        GuardrailWindow window, IReadOnlyList<GuardrailShare> shares, CancellationToken cancellationToken)
    {
        var versions = shares.GroupBy(s => s.Release).ToDictionary(s => s.Key, s => s.First().Version);
        var told = await guardrails.SecondsAsync(window, cancellationToken);
        var areWhole = told.Count <= GuardrailQuery.MostSeconds;
        var gaps = Stretches(told.Take(GuardrailQuery.MostSeconds), versions);
        foreach (var share in shares.Where(s => s.Missing > 0))
        {
            var missing = await guardrails.MissingAsync(
                window, share.Release, $"{share.Direction}:{share.Guardrail}", cancellationToken);
            areWhole &= missing.Count <= GuardrailQuery.MostSeconds;
            gaps.AddRange(Stretches(missing.Take(GuardrailQuery.MostSeconds), versions));
        }

        return ([.. gaps.OrderBy(gap => gap.From).ThenBy(gap => gap.Guardrail, StringComparer.Ordinal)], areWhole);
    }

    private static List<CoverageGap> Stretches(
        IEnumerable<GuardrailSecond> seconds, IReadOnlyDictionary<string, string?> versions)
    {
        var ended = new List<CoverageGap>();
        var open = new Dictionary<(string, string, string), CoverageGap>();
        foreach (var second in seconds)
        {
            var key = (second.Release, second.Guardrail, second.State);
            var end = second.Second.AddSeconds(1);
            if (second.Continues && open.TryGetValue(key, out var gap))
            {
                open[key] = gap with { To = end, Calls = gap.Calls + second.Count };
                continue;
            }

            if (open.Remove(key, out var before))
                ended.Add(before);
            var (place, state) = (second.Guardrail.Split(':', 2), second.State.Split(':', 2));
            open.Add(key, new CoverageGap(
                second.Release, versions.GetValueOrDefault(second.Release), place[0], place[^1], second.Second, end,
                second.Count, state[0], state[^1], CheckedControls.Why(state[^1]), second.Decision,
                IsFinding: state[0] != "skipped"));
        }

        return [.. ended, .. open.Values];
    }

    private static DateTimeOffset Minute(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
}

/// <summary>Every no of this folder, with its stable code.</summary>
internal static class CoverageErrors
{
    public static GovernanceFault NotYours() => new GovernanceFault(FaultKind.Forbidden, "provost.decisions.not_yours",
        "This proof is not yours to read.",
        "Compliance reads all; an owner names a system of theirs with system=.").At("system");

    public static GovernanceFault Unknown(string system, string? environment) => new GovernanceFault(
        FaultKind.NotFound, "provost.systems.unknown",
        $"There is no system {system} in {environment ?? "production"}.",
        "Name the environment with environment=, or see the list of systems.").At("environment");

    public static GovernanceFault NoWindow() => new GovernanceFault(FaultKind.Invalid, "provost.bad_request",
        "The window ends before it begins.", "Write since= and until= as RFC 3339, since first.").At("until");
}
