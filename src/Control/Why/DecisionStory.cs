using System.Globalization;
using Provost.Control.Decisions;
using Provost.Gateway.Manifests;
using Provost.Ledger.Records;

namespace Provost.Control.Why;

/// <summary>One reason for what happened, as the record has it.</summary>
/// <param name="Kind">rule, guardrail, fact, retrieval, threshold or score.</param>
/// <param name="Words">One sentence.</param>
public sealed record Reason(string Kind, string Words);

/// <summary>Another decision that this one belongs with.</summary>
/// <param name="Relation">parent, child, trace or session.</param>
/// <param name="IsBefore">Whether it was recorded before the one that is told.</param>
public sealed record StepView(
    Guid Decision, DateTimeOffset Time, string? System, string? Environment, string? Outcome, string? Code,
    string Relation, bool IsBefore);

/// <summary>A decision's story in plain words, from its record and the release that it names.</summary>
/// <param name="Happened">What happened, and how it ended.</param>
/// <param name="Checked">What every guardrail of the release did.</param>
/// <param name="Reasons">Rules that fired, and values beside their limits.</param>
/// <param name="Steps">What came before and after, oldest first.</param>
/// <param name="AreStepsWhole">Whether all steps are listed.</param>
public sealed record DecisionStory(
    string Happened, IReadOnlyList<CheckedControl> Checked, IReadOnlyList<Reason> Reasons,
    IReadOnlyList<StepView> Steps, bool AreStepsWhole)
{
    /// <param name="outcome">The outcome as the log has it; null while none can be read.</param>
    /// <param name="spec">What the release declares; null when its bytes are not here.</param>
    public static DecisionStory Of(
        DecisionRow row, OutcomeView? outcome, ReleaseSpec? spec, IReadOnlyList<StepView> steps, bool areStepsWhole) =>
        new(
            $"{DecisionWords.Happened(row.Outcome, row.Code)} {DecisionWords.Ended(row.Ended)}".TrimEnd(),
            outcome is null ? [] : CheckedControls.Of(outcome.Guardrails),
            outcome is null ? [] : [.. ReasonsOf(row, outcome, spec)],
            steps, areStepsWhole);

    private static IEnumerable<Reason> ReasonsOf(DecisionRow row, OutcomeView outcome, ReleaseSpec? spec)
    {
        if (row.Adoption is { } adoption)
        {
            yield return new Reason("rule",
                $"UNGOVERNED: nothing of it was approved; it passed under adoption {adoption}.");
        }

        if (row.Code is { } code)
            yield return new Reason("rule", $"Refused because {DecisionWords.Rule(code)}");

        foreach (var found in outcome.Guardrails.Exceptions.Where(e => e.Reason is null))
        {
            yield return new Reason("guardrail", $"{found.Id} found something in {found.Surface}: {found.Verdict}"
                + (found.Score is { } score ? $", score {score}" : "") + ".");
        }

        var byGuardrail = outcome.Guardrails.Exceptions.Any(e => e.Reason is null && e.Verdict == "fallback");
        if (row.Outcome == "fallback" && !byGuardrail)
        {
            yield return new Reason("rule",
                "The approved fallback answered by an order, a rollback or the terms' fail mode, not by a guardrail.");
        }

        foreach (var (name, fact) in Facts(outcome.Facts))
        {
            if (fact == Fact.Fail)
                yield return new Reason("fact", $"The {name} did not agree with the warrant.");
        }

        if (spec?.Retrieval is { } from)
        {
            yield return new Reason("retrieval",
                $"Its passages come from the index {from.Index}, version {from.Version}, as the release declares; the "
                + "gateway does not see the index."
                + (from.Passages is null ? "" : " They are shown with the content."));
        }

        if (row.Score is { } scored)
            yield return new Reason("score", $"The model's score was {scored}.");

        if (spec?.Latency is { } latency && row.TotalUs is { } total)
        {
            var took = TimeSpan.FromMicroseconds(total);
            yield return new Reason("threshold", string.Create(CultureInfo.InvariantCulture,
                $"It took {took.TotalMilliseconds:0.##} ms; the warrant counts a call as slow above "
                + $"{latency.Over.TotalMilliseconds:0} ms, so this one {(took > latency.Over ? "is" : "is not")}."));
        }
    }

    private static (string Name, Fact Value)[] Facts(Facts facts) =>
    [
        ("version", facts.Version), ("data class", facts.DataClass), ("thresholds", facts.Thresholds),
        ("consumer", facts.Consumer), ("retention", facts.Retention),
    ];
}
