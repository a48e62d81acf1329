using Provost.Control.Governance;

namespace Provost.Control.Evaluations;

/// <summary>Every no of this folder, with its stable code.</summary>
internal static class EvaluationErrors
{
    public static GovernanceFault NoSet() => new(FaultKind.Conflict, "provost.test.no_set",
        "This release names no evaluation set.",
        "Add spec.evaluation with a set and its minimum to the release, apply and submit it as a new version.");

    public static GovernanceFault BadSet(EvaluationSetException broken) => new GovernanceFault(
        FaultKind.Invalid, "provost.test.set", broken.Message,
        "Correct the line, and apply and submit the release as a new version.").At($"line {broken.Line}");

    public static GovernanceFault MayNotRehearse() => new(FaultKind.Forbidden, "provost.test.forbidden",
        "A release is tested by its author, its system's owners or registrant, or an approver.", "Ask one of them.");

    public static GovernanceFault OtherSet() => new(FaultKind.Conflict, "provost.test.other_set",
        "The evaluation set is none of this release's files.", "Test the release as it was submitted.");

    public static GovernanceFault OneRuns() => new(FaultKind.Conflict, "provost.test.running",
        "A test of this system is running.", "Wait for its end: provost test --list.");

    public static GovernanceFault Malformed() => new(FaultKind.Invalid, "provost.test.malformed",
        "The rehearsal has no end within an hour, no key of its own, or an id that was used.", "Begin another.");

    public static GovernanceFault NotOpen() => new(FaultKind.NotFound, "provost.test.unknown",
        "There is no such test.", "See provost test --list.");

    public static GovernanceFault OtherResult() => new(FaultKind.Forbidden, "provost.test.unsigned",
        "The result is not signed by this log's warrant key, or is of something else than what was rehearsed.",
        "Run the test again.");

    public static GovernanceFault Kind(string kind) => new(FaultKind.Conflict, "provost.test.kind",
        $"A release of kind {kind} is not called itself, so it cannot be replayed.",
        "Releases of the kinds llm, model, agent and vendor can.");
}
