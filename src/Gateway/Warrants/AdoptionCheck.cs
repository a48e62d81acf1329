using Provost.Gateway.Snapshot;

namespace Provost.Gateway.Warrants;

/// <summary>Checks an adoption where it is enforced: a person of the roster signed exactly this content, and a second
/// one where it goes on from another.</summary>
internal static class AdoptionCheck
{
    /// <summary>What is wrong with it; null when it holds.</summary>
    public static string? Fault(SnapshotAdoption adoption, IReadOnlyList<SnapshotPerson> roster, string org)
    {
        var content = adoption.Content;
        if (!content.IsWellFormed())
            return $"it is of another form, of a tier that is not adopted, or longer than "
                + $"{AdoptionContent.Longest.TotalDays} days";

        if (adoption.From >= content.Until)
            return "it was over before it was signed";

        return adoption.Acts.Count != content.Signers()
            || adoption.Acts.Select(a => a.Person).Distinct().Count() != adoption.Acts.Count
            ? $"it is not signed by the {content.Signers()} that it needs"
            : new ActCheck(AdoptionContent.Verb, content.Id.ToString(), content.DigestOf())
                .Fault(adoption.Acts, roster, org);
    }
}
