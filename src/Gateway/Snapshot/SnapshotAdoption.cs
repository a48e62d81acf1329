using Provost.Gateway.Warrants;

namespace Provost.Gateway.Snapshot;

/// <summary>An adoption in force, with the acts of who signed it.</summary>
/// <param name="From">When the last of them signed.</param>
public sealed record SnapshotAdoption(AdoptionContent Content, DateTimeOffset From, IReadOnlyList<SnapshotAct> Acts);

/// <summary>An adoption that was signed into the snapshot and does not verify here: nothing passes under it.</summary>
/// <param name="Reason">In words, with ids alone.</param>
public sealed record AdoptionNotAdmitted(Guid Adoption, string System, string Environment, string Reason);

/// <summary>A snapshot's adoptions, told apart.</summary>
internal sealed record CheckedAdoptions(
    IReadOnlyList<SnapshotAdoption> Admitted, IReadOnlyList<AdoptionNotAdmitted> Refused)
{
    public static readonly CheckedAdoptions None = new([], []);

    public static CheckedAdoptions Of(SnapshotDocument document)
    {
        var told = document.Adoptions
            .Select(a => (a, fault: AdoptionCheck.Fault(a, document.Roster, document.Org)))
            .ToList();
        return told.Count == 0
            ? None
            : new CheckedAdoptions(
                [.. told.Where(t => t.fault is null).Select(t => t.a)],
                [.. told.Where(t => t.fault is not null).Select(t => new AdoptionNotAdmitted(
                    t.a.Content.Id, t.a.Content.System, t.a.Content.Environment, t.fault!))]);
    }
}
