using Provost.Control.Coverage;
using Provost.Control.Governance;

namespace Provost.SystemTests.WebConsole;

/// <summary>What guardrails did in <see cref="ConsoleTown"/>: one looked at all, one was missing for half a
/// minute.</summary>
internal static class CoverageTown
{
    public static readonly Guid Evidence = Guid.Parse("019a0000-0000-7000-8000-0000008e4b77");

    public static Answer<CoverageAnswer> Answer(
        string system, string? environment, DateTimeOffset from, DateTimeOffset to)
    {
        if (environment is not (null or "production"))
        {
            return new GovernanceFault(
                FaultKind.NotFound, "provost.systems.unknown", "There is no such system.", "See the list.");
        }

        var at = ConsoleTown.Now.AddMinutes(-3);
        var none = new Dictionary<string, long>();
        return new CoverageAnswer(
            system, "production", from, to, 1204,
            [
                new GuardrailShare("sha256:aa", "4.1.0", "input", "pii", 1204, 1204, 0, none, none, 0, 1, 1),
                new GuardrailShare(
                    "sha256:aa", "4.1.0", "output", "secrets", 1204, 1150, 0,
                    new Dictionary<string, long> { ["input_blocked"] = 40 }, none, 14, 0.955, 0.988),
            ],
            [new CoverageFinding("sha256:aa", "4.1.0", "output:secrets", "14 of 1204 records do not say what it did.")],
            [
                new CoverageGap(
                    "sha256:aa", "4.1.0", "output", "secrets", at, at.AddSeconds(30), 14, "missing", "missing",
                    "the record does not name it", Evidence, IsFinding: true),
            ],
            Next: null, AreGapsWhole: true, Indexed: 4830, Committed: 4833);
    }
}
