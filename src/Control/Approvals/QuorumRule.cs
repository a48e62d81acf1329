using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Intake;
using Provost.Control.Intake.Editions;
using Provost.Control.Registry;
using Provost.Gateway.Warrants;

namespace Provost.Control.Approvals;

/// <summary>How far the approvals of a release have come.</summary>
/// <param name="Reached">A warrant may be issued.</param>
/// <param name="Counted">The approvals that count, oldest first.</param>
/// <param name="Missing">What is missing, one sentence each.</param>
public sealed record QuorumStanding(bool Reached, IReadOnlyList<Approval> Counted, IReadOnlyList<string> Missing);

/// <summary>
/// Who must sign: the business or technical owner in force and a second person with role approver, neither of them the
/// author. In the minimal tier outside production, one of them is enough. In tier high one of the approvals must come
/// from a checkout. The edition of the taxonomy may ask for a further person of a role.
/// </summary>
public static class QuorumRule
{
    public static QuorumStanding Of(GovernanceState state, SystemState system, ReleaseState release, DateTimeOffset at)
    {
        var counted = state.Approvals.Of(system.Key, release.Digest)
            .Where(a => !release.IsBy(a.Person) && ApprovalState.IsCurrent(a, state, at)
                && Permission.MayApprove(state, a.Person, system))
            .GroupBy(a => a.Person).Select(a => a.Last())
            .ToList();
        var owners = counted.Where(a => a.Person == system.Owners.Business || a.Person == system.Owners.Technical)
            .Select(a => a.Person).ToHashSet();
        var approvers = counted.Where(a => state.Roster.Live(a.Person)?.Has(Roles.Approver) == true)
            .Select(a => a.Person).ToHashSet();
        var duties = state.Taxonomies.DutiesOf(system);
        var missing = Basic(duties, owners, approvers);
        foreach (var role in duties.Quorum.Also)
        {
            if (!counted.Any(a => state.Roster.Live(a.Person)?.Has(role) == true
                && Basic(duties, Without(owners, a.Person), Without(approvers, a.Person)).Count == missing.Count))
            {
                missing.Add($"a further person with role {role}");
            }
        }

        if (LacksCheckout(system, counted))
        {
            missing.Add("an approval from a checkout, with provost approve --manifest (whoever signed without it may "
                + "sign again)");
        }

        if (Tiering.IsFrozen(system))
            missing.Add($"its manifest, applied under edition {system.Risen!.Edition} of the taxonomy");

        return new QuorumStanding(missing.Count == 0, counted, missing);
    }

    /// <summary>The places of owner and second person that are empty.</summary>
    private static List<string> Basic(TierDuties duties, HashSet<string> owners, HashSet<string> approvers)
    {
        var missing = new List<string>();
        if (duties.Quorum.Persons == 1)
        {
            if (owners.Count + approvers.Count == 0)
                missing.Add("the business or technical owner, or a person with role approver");

            return missing;
        }

        if (owners.Count == 0)
            missing.Add("the business or technical owner");

        // The second person is another one: somebody who is owner and approver fills one place.
        if (!approvers.Any(approver => owners.Any(owner => owner != approver)) && !(owners.Count == 0
            && approvers.Count > 0))
        {
            missing.Add("a second person with role approver");
        }

        return missing;
    }

    private static HashSet<string> Without(HashSet<string> persons, string person) =>
        [.. persons.Where(p => p != person)];

    /// <summary>Whether the tier asks for a digest computed from a checkout and none of these approvals says
    /// so.</summary>
    internal static bool LacksCheckout(SystemState system, IEnumerable<Approval> counted) =>
        DigestOrigin.NeedsCheckout(system.Tier) && counted.All(a => a.Said.DigestFrom != DigestOrigin.Checkout);

    /// <summary>Whether the model of a release may float in this tier: what nobody can pin, nobody can approve where it
    /// decides about people.</summary>
    internal static bool MayFloat(string tier) => tier is "limited" or "minimal";
}
