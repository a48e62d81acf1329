using System.Text.Json;
using Provost.Control.Approvals;
using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Gate;

/// <summary>One thing that keeps a release from being deployed.</summary>
/// <param name="Code"><c>unknown_release</c>, <c>not_registered</c>, <c>not_submitted</c>, <c>rejected</c>,
/// <c>revoked</c>, <c>expired</c>, <c>not_yet</c>, <c>other_terms</c>, <c>lineage_missing</c>,
/// <c>constraints_missing</c>, <c>evidence_missing</c>, <c>rollback_unrehearsed</c>, <c>approval_missing</c>,
/// <c>suspended</c>, <c>rolled_back</c> or <c>owner_gone</c>; never changes its meaning.</param>
/// <param name="Message">What is missing, with names.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record GateFinding(string Code, string Message, string Remedy);

/// <summary>The warrant that admits a release.</summary>
/// <param name="IsLive">Traffic goes to this release; false for an older one whose warrant is in force still.</param>
/// <param name="Envelope">As issued, to be verified without this server.</param>
public sealed record GateWarrant(
    Guid Id, string Purpose, string Population, string Tier, DateTimeOffset NotBefore, DateTimeOffset NotAfter,
    bool IsLive, JsonElement Envelope);

/// <summary>Whether a digest may be deployed to an environment, and all that is missing at once.</summary>
/// <param name="System">Null when no release of this digest is known.</param>
/// <param name="Warrant">The one in force; null when there is none.</param>
/// <param name="Missing">Empty if and only if <paramref name="Admitted"/>.</param>
/// <param name="At">The instant that this is true for.</param>
public sealed record GateAnswer(
    bool Admitted, string Digest, string Environment, string? System, string? Version, GateWarrant? Warrant,
    IReadOnlyList<GateFinding> Missing, DateTimeOffset At);

/// <summary>
/// The question of a pipeline and of a cluster: may this composition go there? Answered from the folded log alone, so
/// that it needs no database and a row that was edited says nothing.
/// </summary>
public static class ReleaseGate
{
    /// <summary>The answer as the state stands.</summary>
    /// <param name="digest"><c>sha256:…</c> of release.json.</param>
    public static GateAnswer Ask(GovernanceState state, string digest, string environment, DateTimeOffset now)
    {
        var submitted = state.Registry.Releases.Find(r => r.Digest == digest);
        var draft = submitted is null
            ? state.Registry.Drafts.Values.FirstOrDefault(d => d.Release == digest)
            : null;
        if ((submitted?.System ?? draft?.System) is not { } name)
            return Refused(digest, environment, now, Unknown(digest));

        var version = submitted?.Version ?? draft!.Version;
        if (state.Registry.Find(name, environment) is not { } system)
            return Refused(digest, environment, now, Unregistered(state, name, environment)) with
            {
                System = name,
                Version = version,
            };

        var warrant = state.Warrants.InForce(system.Key, now).FirstOrDefault(w => w.Release == digest);
        var missing = new List<GateFinding>();
        if (submitted is null)
            missing.Add(Unsubmitted(name, version));
        else if (warrant is null)
            missing.AddRange(Unwarranted(state, system, submitted, now));

        if (warrant is not null && state.Warrants.Live(system.Key, now)!.Says.Terms != warrant.Says.Terms)
            missing.Add(OtherTerms(name, version));

        if (system.RetiredAt is { } retired)
        {
            missing.Add(new GateFinding(
                "retired", $"{name} is retired since {Day(retired)}.", "Nothing of it serves again."));
        }

        missing.AddRange(Ordered(state, system.Key, digest));
        missing.AddRange(Ownerless(state, system));
        return new GateAnswer(
            missing.Count == 0, digest, environment, name, version,
            warrant is null ? null : Shown(state, warrant, now), missing, now);
    }

    private static GateAnswer Refused(string digest, string environment, DateTimeOffset now, GateFinding why) =>
        new(false, digest, environment, null, null, null, [why], now);

    private static GateWarrant Shown(GovernanceState state, Warrant warrant, DateTimeOffset now) => new(
        warrant.Id, warrant.Says.Purpose, warrant.Says.Population, warrant.Says.Tier, warrant.Says.NotBefore,
        warrant.Says.NotAfter, state.Warrants.Live(warrant.Key, now)?.Id == warrant.Id, warrant.Envelope);

    private static GateFinding Unknown(string digest) => new(
        "unknown_release", $"No release with the digest {digest} was ever applied.",
        "Apply its manifest and submit it; one changed character of what it names is another digest.");

    private static GateFinding Unregistered(GovernanceState state, string system, string environment)
    {
        var known = string.Join(", ", state.Registry.Everywhere(system).Select(s => s.Key.Environment));
        return new(
            "not_registered", $"{system} is not registered in {environment}; it is in: {known}.",
            "Add the environment to spec.environments and apply the manifest.");
    }

    private static GateFinding Unsubmitted(string system, string version) => new(
        "not_submitted", $"{system}@{version} was applied and not submitted.", $"provost submit {system}@{version}");

    /// <summary>The gateway serves releases under the terms of the live one alone.</summary>
    private static GateFinding OtherTerms(string system, string version) => new(
        "other_terms", $"{system}@{version} was approved under older terms than the release in service.",
        "Have it approved again under the terms as they stand.");

    /// <summary>Why there is no warrant in force: what ended the last one, and what a new one needs.</summary>
    private static IEnumerable<GateFinding> Unwarranted(
        GovernanceState state, SystemState system, ReleaseState release, DateTimeOffset now)
    {
        var (key, named) = (system.Key, $"{system.Key.System}@{release.Version}");
        if (state.Approvals.RejectionOf(key, release.Digest) is { } no)
        {
            yield return new(
                "rejected", $"{named} was rejected on {Day(no.At)}{(no.Reason is null ? "." : $": {no.Reason}")}",
                "Change what was objected to and submit that as a version of its own.");
            yield break;
        }

        switch (state.Warrants.Issued.FindLast(w => w.Key == key && w.Release == release.Digest))
        {
            case { RevokedAt: { } revoked }:
                yield return new(
                    "revoked", $"The warrant of {named} was revoked on {Day(revoked)}.", "Have it approved again.");
                break;
            case { } ended when ended.Says.NotAfter <= now:
                yield return new(
                    "expired", $"The warrant of {named} ended on {Day(ended.Says.NotAfter)}.",
                    "Have it approved again.");
                break;
            case { } early:
                yield return new(
                    "not_yet", $"The warrant of {named} begins on {Day(early.Says.NotBefore)}.", "Wait until then.");
                yield break;
        }

        foreach (var missing in ReleaseReadiness.Missing(state, system, release, now))
            yield return missing with { Message = $"{named} waits for {missing.Message}." };

        foreach (var missing in QuorumRule.Of(state, system, release, now).Missing)
        {
            yield return new(
                "approval_missing", $"{named} waits for {missing}.", $"provost approve {named} -e {key.Environment}");
        }
    }

    private static IEnumerable<GateFinding> Ordered(GovernanceState state, SystemKey key, string digest)
    {
        foreach (var order in state.Orders.On(key))
        {
            if (order.Kind is "pause" or "kill")
            {
                yield return new(
                    "suspended", $"{key} is stopped since {Day(order.Since)} by order {order.Id} ({order.Kind}).",
                    "An owner resumes it, with evidence: provost resume.");
            }
            else if (order.Kind == "rollback" && order.Release != digest)
            {
                yield return new(
                    "rolled_back", $"{key} was rolled back to {order.Release} on {Day(order.Since)}.",
                    "An owner resumes it, with evidence: provost resume.");
            }
        }
    }

    private static IEnumerable<GateFinding> Ownerless(GovernanceState state, SystemState system)
    {
        foreach (var (office, person) in new[]
        {
            ("business", system.Owners.Business), ("technical", system.Owners.Technical),
        })
        {
            if (state.Roster.Live(person) is null)
            {
                yield return new(
                    "owner_gone", $"The {office} owner of {system.Key.System} is no longer a live person.",
                    $"Hand the office over, and have it accepted: provost handover {system.Key.System} "
                        + $"--{office} PERSON");
            }
        }
    }

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'",
        System.Globalization.CultureInfo.InvariantCulture);
}
