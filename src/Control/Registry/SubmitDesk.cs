using Provost.Control.Access;
using Provost.Control.Approvals;
using Provost.Control.Envelopes;
using Provost.Control.Gate;
using Provost.Control.Governance;
using Provost.Control.Storage;

namespace Provost.Control.Registry;

/// <summary>A release that was put forward.</summary>
/// <param name="Missing">All that it waits for in that environment, one sentence each.</param>
/// <param name="Variant">How it stands to the envelope of its parent; null where that has none.</param>
public sealed record Submitted(
    string Digest, string State, IReadOnlyList<string> Missing, VariantStanding? Variant = null);

/// <summary>Puts an applied release forward; who does is its author and cannot approve it.</summary>
public sealed class SubmitDesk(GovernanceLog log, VariantDesk variants, Database database, TimeProvider time)
{
    public async Task<Answer<Submitted>> SubmitAsync(
        Principal asks, string system, string version, string environment, CancellationToken cancellationToken)
    {
        if (!database.IsUp)
            return RegistryErrors.LooseningNeedsDatabase();

        var outcome = await log.AppendAsync(
            state => Decide(state, asks, system, version), cancellationToken);
        if (outcome is GovernanceOutcome.Refused refused)
            return refused.Fault;

        var state = log.State;
        var release = state.Registry.Version(system, version)!;
        return new Submitted(
            release.Digest, Standing.Of(state, new SystemKey(system, environment), release, time.GetUtcNow()),
            Missing(state, state.Registry.Find(system, environment), release, time.GetUtcNow()),
            await variants.LookAsync(new SystemKey(system, environment), release, cancellationToken));
    }

    private static IReadOnlyList<string> Missing(
        GovernanceState state, SystemState? system, ReleaseState release, DateTimeOffset now) => system is null
        ? []
        : [
            .. ReleaseReadiness.Sentences(state, system, release, now),
            .. QuorumRule.Of(state, system, release, now).Missing,
        ];

    private static Answer<IReadOnlyList<GovernanceDraft>> Decide(
        GovernanceState state, Principal asks, string system, string version)
    {
        if (state.Registry.Drafts.GetValueOrDefault((system, version)) is { } draft)
        {
            return new Answer<IReadOnlyList<GovernanceDraft>>(
                [GovernanceDraft.Of(asks.Actor, system, draft) with { After = draft.Release }]);
        }

        return state.Registry.Version(system, version) is null
            ? RegistryErrors.NoSuchRelease($"{system}@{version}")
            : RegistryErrors.AlreadySubmitted(version);
    }
}
