namespace Provost.WebConsole.Design;

/// <summary>A page that shares an entry of the rail with others.</summary>
/// <param name="Address">Where its list is, from the root.</param>
/// <param name="Title">As the links between them say it.</param>
internal sealed record FamilyPage(Place Place, string Address, string Title);

/// <summary>Which pages stand beside each other under one entry of the rail, so that it fits a screen. Each of them
/// shows links to the others above its heading.</summary>
internal static class Family
{
    private static readonly FamilyPage[][] All =
    [
        [
            new FamilyPage(Place.Exceptions, "/exceptions", "Exceptions"),
            new FamilyPage(Place.Adoptions, "/adoptions", "Adoptions"),
        ],
        [
            new FamilyPage(Place.Systems, "/systems", "Systems"),
            new FamilyPage(Place.Reviews, "/reviews", "Reviews"),
            new FamilyPage(Place.Findings, "/findings", "Gaps in records"),
        ],
        [
            new FamilyPage(Place.Owners, "/owners", "Owners"),
            new FamilyPage(Place.OnCall, "/oncall", "Who is reached"),
        ],
        [
            new FamilyPage(Place.Intake, "/intake", "Intake"),
            new FamilyPage(Place.Policies, "/policies", "Policies"),
        ],
    ];

    /// <summary>The pages that share the entry, this one among them; none where it has the entry alone.</summary>
    public static IReadOnlyList<FamilyPage> Of(Place place) =>
        All.FirstOrDefault(f => f.Any(p => p.Place == place)) ?? [];
}
