using System.Globalization;
using System.Text.Json;
using Provost.Control.Adoptions;
using Provost.Control.Governance;
using Provost.Control.Handovers;
using Provost.Control.Intake.Editions;
using Provost.Control.Registry;
using Provost.Control.Reviews;
using Provost.Control.Vendors;

namespace Provost.Control.Findings;

/// <summary>Gaps between what serves and what was approved: traffic that passes with nothing approved, components that
/// changed, models that end, vendors without terms.</summary>
internal static class ReleaseFindings
{
    public static IEnumerable<Finding> Of(GovernanceState state, DateTimeOffset now)
    {
        foreach (var task in VendorTask.Of(state, now).Where(t => t.Live))
        {
            var (says, key) = (task.Notice.Says, task.System.Key);
            yield return Of(
                state, task.System, "model_ends", says.Model,
                $"{says.Provider} ends {says.Model} on {says.Shutdown.UtcDateTime:yyyy-MM-dd} UTC"
                    + (task.DaysLeft < 0 ? ": its calls are refused." : "."),
                $"Have a release of {key.System} with another model approved (provost vendors tasks).", task.Notice.At);
        }

        foreach (var adopted in AdoptionState.Passing(state, now))
        {
            yield return Of(
                state, state.Registry.Systems[adopted.Key], "ungoverned", "",
                "Its traffic passes UNGOVERNED, under an adoption until "
                    + $"{adopted.Content.Until.UtcDateTime:yyyy-MM-dd HH:mm} UTC: nothing of it was approved.",
                $"Submit a release of {adopted.Key.System} and have it approved.",
                adopted.Content.Since);
        }

        foreach (var system in state.Registry.Systems.Values.Where(s => s.RetiredAt is null))
        {
            if (system.Risen is { } rise
                && (Tiering.IsFrozen(system) || Tiering.SuspendsAt(state, system, now) is not null))
            {
                yield return Risen(state, system, rise, now);
            }

            foreach (var finding in Duties(state, system, now))
                yield return finding;

            if (system.Kind == "chain")
            {
                foreach (var change in ChainReview.Of(state, system.Key, now))
                {
                    yield return Of(
                        state, system, "chain_changed", change.Split(' ')[0], $"A component changed: {change}.",
                        "Submit the chain with the component's new digest and have it approved.", system.Changed);
                }
            }
            else if (system.Tier == "high" && system.Kind is not ("model" or "vendor")
                && state.Warrants.Live(system.Key, now) is { } live
                && state.Registry.Release(system.Key.System, live.Release) is { } release
                && !state.Vendors.Terms.ContainsKey(release.Provider))
            {
                yield return Of(
                    state, system, "vendor_terms_missing", release.Provider,
                    $"The terms of {release.Provider} are not recorded: notice period, re-approval, who pays, contact.",
                    $"provost vendors terms --provider {release.Provider}", live.IssuedAt);
            }
        }
    }

    /// <summary>Duties of the tier that what serves does not fulfil, or that nobody has looked after.</summary>
    private static IEnumerable<Finding> Duties(GovernanceState state, SystemState system, DateTimeOffset now)
    {
        if (ReviewState.DueAt(state, system, now) is { } due && due <= now)
        {
            yield return Of(
                state, system, "review_overdue", "", "Its review is overdue: an owner looks at it again.",
                $"provost review {system.Key.System} -e {system.Key.Environment} --finding WHAT", due);
        }

        if (system.Kind == "chain" || state.Warrants.Live(system.Key, now) is not { } live)
            yield break;

        var watched = live.Says.Thresholds;
        foreach (var signal in state.Taxonomies.DutiesOf(system).Signals)
        {
            if (watched.ValueKind == JsonValueKind.Object && watched.TryGetProperty(signal, out var limit)
                && limit.ValueKind != JsonValueKind.Null)
            {
                continue;
            }

            yield return Of(
                state, system, "signal_missing", signal,
                $"What serves has no threshold for {signal}; tier {system.NamedTier} needs one.",
                $"Have a release with spec.{signal} approved.", live.IssuedAt);
        }
    }

    private static Finding Risen(GovernanceState state, SystemState system, TierRise rise, DateTimeOffset now)
    {
        var term = Tiering.SuspendsAt(state, system, now) is not { } until ? "."
            : until <= now ? ": it is suspended until it is approved again."
            : string.Create(CultureInfo.InvariantCulture,
                $"; its release is approved again by {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC, or it is suspended.");
        return Of(
            state, system, "tier_rose", "",
            $"Edition {rise.Edition} of the taxonomy asks more of it (tier {rise.Before} then, {rise.After} now){term}",
            Tiering.IsFrozen(system)
                ? "Apply its manifest; then have its release approved."
                : $"Have its release approved under edition {rise.Edition}: provost approve.",
            rise.At);
    }

    private static Finding Of(
        GovernanceState state, SystemState system, string code, string about, string message, string remedy,
        DateTimeOffset since) => new(
            system.Key, system.Unit, system.Tier, code, about, message, remedy,
            Ownership.Answers(state, system, "technical"), since);
}
