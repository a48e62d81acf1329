using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Handovers;
using Provost.Control.Registry;

namespace Provost.Control.Findings;

/// <summary>
/// The gaps in the records of all systems, found before an audit does: computed from what stands, so that a finding
/// goes when its cause does and nobody closes one by hand.
/// </summary>
public static class FindingList
{
    /// <summary>A record that nothing has confirmed for so long is stale.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromDays(7);

    private static readonly string[] Functions = ["compliance", "data", "security"];

    /// <summary>Every code, most urgent first.</summary>
    public static IReadOnlyList<string> Codes { get; } =
    [
        "ungoverned", "owner_left", "model_ends", "tier_rose", "chain_changed", "signal_missing",
        "owner_offered", "owner_unaccepted",
        "owner_cannot_sign", "contact_left", "contact_missing", "vendor_terms_missing",
        "record_stale", "record_unreadable", "tier_outdated", "review_overdue", "data_source_missing",
        "owner_unreached",
        "pause_unrehearsed",
    ];

    /// <summary>All findings: tier high first, then by urgency of their code, oldest first.</summary>
    /// <param name="state">What stands.</param>
    /// <param name="verified">When something automatic last confirmed a system's record.</param>
    /// <param name="terms">The facts of terms by digest; null when they cannot be read.</param>
    /// <param name="now">The instant.</param>
    public static IReadOnlyList<Finding> Of(
        GovernanceState state, Func<SystemState, DateTimeOffset> verified, Func<string, TermsFacts?> terms,
        DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var reached = Ownership.Reached(state);
        var rank = Codes.Select((code, at) => (code, at)).ToDictionary(c => c.code, c => c.at);
        return
        [
            .. state.Registry.Systems.Values.Where(s => s.RetiredAt is null)
                .SelectMany(s => Owners(state, s, reached, now)
                    .Concat(Contacts(state, s)).Concat(Record(state, s, verified, terms, now)))
                .Concat(ReleaseFindings.Of(state, now))
                .OrderBy(f => f.Tier == "high" ? 0 : 1).ThenBy(f => rank[f.Code]).ThenBy(f => f.Since)
                .ThenBy(f => f.Id, StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<Finding> Owners(
        GovernanceState state, SystemState system, IReadOnlyDictionary<string, DateTimeOffset> reached,
        DateTimeOffset now)
    {
        var name = system.Key.System;
        foreach (var office in Ownership.Offices(system.Owners))
        {
            var holder = $"The {(office.Name == "deputy" ? "deputy" : office.Name + " owner")}";
            if (state.Roster.Live(office.Person) is not { } person)
            {
                yield return Of(
                    state, system, "owner_left", office.Name, $"{holder} has left.",
                    $"provost handover {name} --{office.Name} PERSON --reason WHY",
                    state.Roster.People.GetValueOrDefault(office.Person)?.LeftAt ?? system.Changed);
                continue;
            }

            var since = system.HeldSince(office);
            if (!system.Accepted.ContainsKey(person.Id))
            {
                yield return Of(
                    state, system, "owner_unaccepted", office.Name, $"{holder} was named and has not accepted.",
                    $"provost handover accept {name}", since, person.Id);
            }

            if (!person.CanSign(now))
            {
                yield return Of(
                    state, system, "owner_cannot_sign", office.Name,
                    $"{holder} has no key that signs: they can neither approve nor resume.",
                    "provost people key", since, person.Id);
            }

            var proven = reached.TryGetValue(person.Id, out var at) && at > since ? at : since;
            if (now - proven > Ownership.ReachedWithin)
            {
                yield return Of(
                    state, system, "owner_unreached", office.Name, $"{holder} has acknowledged no page for 90 days.",
                    "A page or drill that they acknowledge settles it: provost drill page.",
                    proven + Ownership.ReachedWithin, person.Id);
            }

            var shown = system.Rehearsed.TryGetValue(person.Id, out var tried) ? tried : since;
            if (system.Tier == "high" && (!system.Rehearsed.ContainsKey(person.Id)
                || now - shown > Ownership.ReachedWithin))
            {
                yield return Of(
                    state, system, "pause_unrehearsed", office.Name,
                    $"{holder} has not proved the right to pause within 90 days.",
                    $"provost pause {name} -e {system.Key.Environment} --test", shown, person.Id);
            }
        }

        foreach (var office in system.Proposed is { } offered ? Ownership.Offices(offered) : [])
        {
            if (Ownership.Offices(system.Owners).Contains(office))
                continue;

            yield return Of(
                state, system, "owner_offered", office.Name, $"The office {office.Name} is offered and not accepted.",
                $"provost handover accept {name}", system.OfferedAt ?? system.Changed, office.Person);
        }
    }

    private static IEnumerable<Finding> Contacts(GovernanceState state, SystemState system)
    {
        foreach (var function in Functions)
        {
            var contact = system.Contacts.GetValueOrDefault(function);
            if (contact is null
                && (system.Tier == "high" || state.Taxonomies.DutiesOf(system).Offices.Contains(function)))
            {
                yield return Of(
                    state, system, "contact_missing", function,
                    $"It names no contact for {function} who is in the roster; tier {system.NamedTier} needs one.",
                    $"Name one under spec.contacts.{function} and apply the manifest.", system.Changed);
            }
            else if (contact is not null && state.Roster.Live(contact) is null)
            {
                yield return Of(
                    state, system, "contact_left", function, $"The contact for {function} has left.",
                    $"Name another under spec.contacts.{function} and apply the manifest.",
                    state.Roster.People.GetValueOrDefault(contact)?.LeftAt ?? system.Changed);
            }
        }
    }

    private static IEnumerable<Finding> Record(
        GovernanceState state, SystemState system, Func<SystemState, DateTimeOffset> verified,
        Func<string, TermsFacts?> terms, DateTimeOffset now)
    {
        var last = verified(system);
        if (now - last > FreshFor)
        {
            yield return Of(
                state, system, "record_stale", "",
                "For more than 7 days neither a call under its warrant nor a pipeline has confirmed it.",
                "Apply its manifest from its repository; if it runs no more: provost retire.", last + FreshFor);
        }

        if (system.Taxonomy != state.Taxonomies.InForce.Edition)
        {
            yield return Of(
                state, system, "tier_outdated", "", $"Its tier is of edition {system.Taxonomy} of the taxonomy.",
                $"Apply its manifest: edition {state.Taxonomies.InForce.Edition} decides its tier.", system.Changed);
        }

        var facts = terms(system.Terms);
        if (facts is null)
        {
            yield return Of(
                state, system, "record_unreadable", "", "The terms that were applied are not on disk as they were.",
                "Apply its manifest again.", system.Changed);
        }
        else if (facts.DataSources == 0)
        {
            yield return Of(
                state, system, "data_source_missing", "", "It names no data source.",
                "Name what it reads under spec.dataSources and apply the manifest.", system.Changed);
        }
    }

    private static Finding Of(
        GovernanceState state, SystemState system, string code, string about, string message, string remedy,
        DateTimeOffset since, string? owner = null) => new(
            system.Key, system.Unit, system.Tier, code, about, message, remedy,
            owner ?? Ownership.Answers(state, system, "technical"), since);
}
