using Provost.Control.Erasure;
using Provost.Control.Governance;
using Provost.Control.Holds;
using Provost.Control.Retention;
using Provost.Control.Reveals;
using Provost.Control.Why;
using Provost.Ledger.Vault;

namespace Provost.SystemTests.WebConsole;

/// <summary>What became of contents in <see cref="ConsoleTown"/>: a hold, an erasure, two readings, terms.</summary>
internal static class RecordsTown
{
    private static readonly KeyGroup November = new(ConsoleTown.Credit.System, "credit-decision", "2026-11");

    public static RetentionPlan Plan { get; } = new(1, "sha256:00", ConsoleTown.Now,
    [
        new PlanRow(
            November, 12, new DateOnly(2028, 12, 1), "24mo by the approved terms", "held", ConsoleTown.Incident, 0,
            null),
        new PlanRow(
            November with { System = "" }, 3, new DateOnly(2027, 3, 1), "90d by the schedule", "kept", null, 1, null),
    ]);

    public static ContentEnd Erased { get; } = new(
        "erased", Guid.Empty, new(ConsoleTown.Compliance, "Ana Ruiz"), ConsoleTown.Now, "GDPR Art. 17",
        new DateOnly(2026, 12, 22));

    public static GovernanceState With(GovernanceState state) => state with
    {
        Holds = new HoldState
        {
            All =
            [
                new Hold(
                    new HoldPlaced
                    {
                        Id = ConsoleTown.Incident,
                        System = ConsoleTown.Credit.System,
                        Basis = $"case 17 {ConsoleTown.Attack}",
                    },
                    ConsoleTown.Compliance, ConsoleTown.Now),
            ],
        },
        Erasures = new ErasureState
        {
            All =
            [
                new Erasure(Guid.Empty, ConsoleTown.Compliance, ConsoleTown.Now, new ContentErased
                {
                    Subject = "alias-of-a-person",
                    Groups = [November],
                    Basis = "GDPR Art. 17",
                    CompleteOn = new DateOnly(2026, 12, 22),
                }),
            ],
        },
        Reveals = new RevealState
        {
            All =
            [
                new Reveal(Guid.Empty, ConsoleTown.Compliance, ConsoleTown.Now, null, ConsoleTown.Credit.System)
                {
                    Purpose = "complaint 4711",
                    Asked = new RevealAsked
                    {
                        Id = Guid.Empty,
                        System = ConsoleTown.Credit.System,
                        Query = ["outcome=blocked"],
                        Decisions = 40,
                        Ids = "sha256:00",
                        Purpose = "complaint 4711",
                    },
                    ConfirmedBy = ConsoleTown.Approver,
                },
            ],
        },
    };
}
