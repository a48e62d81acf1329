using Provost.Control.Adoptions;
using Provost.Gateway.Warrants;

namespace Provost.SystemTests.WebConsole;

/// <summary>What was adopted in the console's town.</summary>
internal static class AdoptionTown
{
    /// <summary>How the assistant passed before its approval, for a reason that is an attack.</summary>
    public static Adoption Adopted() => new(
        new AdoptionContent
        {
            Id = ConsoleTown.Incident,
            System = ConsoleTown.Refund.System,
            Environment = ConsoleTown.Refund.Environment,
            Provider = "openai",
            Terms = "sha256:" + new string('0', 64),
            Tier = "limited",
            Reason = ConsoleTown.Attack,
            Since = ConsoleTown.Now.AddDays(-9),
            Until = ConsoleTown.Now.AddDays(5),
        },
        [new AdoptionSignature(ConsoleTown.Owner, ConsoleTown.Now.AddDays(-9), default)])
    {
        EndedBy = "control",
        EndedAt = ConsoleTown.Now.AddDays(-3),
        EndReason = "A release was approved.",
    };
}
