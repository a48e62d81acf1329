using System.Text;
using Provost.Control.Governance;
using Provost.Gateway.Guardrails;
using Provost.Gateway.Manifests;

namespace Provost.Control.Intake;

/// <summary>Something that a tier asks of a system, in words.</summary>
/// <param name="Name">What it is about: approvals, evidence, retention.</param>
public sealed record Obligation(string Name, string Text);

/// <summary>What the answers come to in one environment.</summary>
/// <param name="Reasons">Why this tier and no lower one.</param>
/// <param name="Approvers">Whose signatures a release needs, one line each.</param>
public sealed record IntakeTier(
    string Environment, string Tier, IReadOnlyList<TierReason> Reasons, IReadOnlyList<string> Approvers,
    IReadOnlyList<Obligation> Obligations);

/// <summary>Answers of an intake, judged at once and without registering anything.</summary>
/// <param name="Manifest">The System document that says the same.</param>
/// <param name="Edition">Edition of the taxonomy that decided.</param>
/// <param name="Tiers">One for each environment; empty while something is wrong or forbidden.</param>
/// <param name="Forbidden">Why it may not run at all, each with its clause.</param>
/// <param name="Faults">What is wrong with the answers, with the place in the manifest.</param>
public sealed record IntakeReading(
    string Manifest, int Edition, IReadOnlyList<IntakeTier> Tiers, IReadOnlyList<TierReason> Forbidden,
    IReadOnlyList<FaultDetail> Faults)
{
    private static readonly Taxonomy Rules = Taxonomy.Load();

    /// <summary>What the answers come to, by the rules that an apply goes by. Whether the persons named are in the
    /// roster is looked at when it is applied.</summary>
    public static IntakeReading Of(IntakeAnswers answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var manifest = answers.ToManifest();
        var set = ManifestParser.Parse(
            [new ManifestSource("provost.yaml", Encoding.UTF8.GetBytes(manifest))], _ => null,
            new ManifestOptions
            {
                Guardrails = GuardrailCatalog.Known,
                CheckGuardrail = GuardrailCatalog.Check,
                KindOf = _ => null,
            });
        var faults = set.Errors.Select(e => new FaultDetail(e.Path, e.Message, e.Remedy)).ToList();
        var (tiers, forbidden) = (new List<IntakeTier>(), new List<TierReason>());
        if (set.System is { } system && faults.Count == 0)
        {
            foreach (var environment in system.Environments)
                Decide(system, environment, tiers, forbidden, faults);
        }

        var isWhole = faults.Count == 0 && forbidden.Count == 0;
        return new IntakeReading(
            manifest, Rules.Edition, isWhole ? tiers : [], [.. forbidden.Distinct()], [.. faults.Distinct()]);
    }

    /// <summary>Whose signatures a release needs under these duties.</summary>
    internal static IReadOnlyList<string> ApproversOf(TierDuties duties)
    {
        if (duties.Quorum.Persons == 1)
            return ["the business or technical owner, or a person with role approver"];

        return duties.Quorum.RecomputedDigest
            ? [
                "the business or technical owner", "a second person with role approver",
                "one of them from a checkout, whose digest was computed again",
            ]
            : ["the business or technical owner", "a second person with role approver"];
    }

    private static void Decide(
        SystemDocument system, string environment, List<IntakeTier> tiers, List<TierReason> forbidden,
        List<FaultDetail> faults)
    {
        switch (Rules.Decide(system, environment))
        {
            case TierDecision.Forbidden no:
                forbidden.AddRange(no.Reasons);
                break;
            case TierDecision.Unknown unknown:
                faults.AddRange(unknown.Faults.Select(f => new FaultDetail(f.Path, f.Message, f.Remedy)));
                break;
            case TierDecision.Tiered tiered:
                faults.AddRange(tiered.Faults.Select(f => new FaultDetail(f.Path, f.Message, f.Remedy)));
                tiers.Add(new IntakeTier(
                    environment, tiered.Tier, tiered.Reasons, ApproversOf(tiered.Duties),
                    [.. Obligations(tiered.Duties, environment)]));
                break;
        }
    }

    private static IEnumerable<Obligation> Obligations(TierDuties duties, string environment)
    {
        yield return new("Release", duties.Requires.Count == 0
            ? "Nothing beyond model, prompt, tools and guardrails as they are."
            : $"It names its {string.Join(" and its ", duties.Requires)}; thresholds are the signals watched.");
        yield return new("Fail mode", string.Join(" or ", duties.FailModes));
        yield return new("Records", duties.IntentBeforePrompt
            ? "On record before the prompt goes out and before an answer leaves; a late record is a refusal."
            : "On record before an answer leaves.");
        yield return new("Kept", $"At least {duties.MinimumKeep}.");
        yield return new("Lease", duties.Lease.TotalHours < 1
            ? $"A gateway that hears nothing serves for {(int)duties.Lease.TotalMinutes} minutes."
            : $"A gateway that hears nothing serves for {(int)duties.Lease.TotalHours} hours.");
        if (Rules.IsProduction(environment) && duties.Custody != "C0")
            yield return new("Keys", $"The platform's keys are kept at level {duties.Custody} or higher.");
    }
}
