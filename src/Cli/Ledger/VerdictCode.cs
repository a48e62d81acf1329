using Provost.Ledger.Verification;

namespace Provost.Cli.Ledger;

/// <summary>
/// Exit codes of <c>provost ledger verify</c>: one for each kind of fault, so that a script can tell them apart. They
/// stand in docs/ledger.md and never change their meaning. 2 is wrong use, as with every command.
/// </summary>
internal static class VerdictCode
{
    /// <summary>Nothing was found wrong.</summary>
    public const int Proved = 0;

    /// <summary>The code of a fault.</summary>
    public static int Of(FaultKind kind) => kind switch
    {
        FaultKind.Container => 10,
        FaultKind.Truncated => 11,
        FaultKind.TooLarge => 12,
        FaultKind.Version => 13,
        FaultKind.Manifest => 14,
        FaultKind.OtherLog => 15,
        FaultKind.UnknownKey => 16,
        FaultKind.Checkpoint => 17,
        FaultKind.Witness => 18,
        FaultKind.Consistency => 19,
        FaultKind.Genesis => 20,
        FaultKind.Entry => 21,
        FaultKind.Form => 22,
        FaultKind.Order => 23,
        FaultKind.Chain => 24,
        FaultKind.StreamGap => 25,
        FaultKind.NodeGap => 26,
        FaultKind.Tile => 27,
        FaultKind.RootAct => 28,
        FaultKind.Authority => 29,
        FaultKind.Copy => 30,
        FaultKind.Content => 31,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A fault without a code."),
    };
}
