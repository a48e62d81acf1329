using System.Text;
using Provost.Control.Governance;
using Provost.Control.Intake.Editions;
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
    /// <summary>What the answers come to, by the rules that an apply goes by. Whether the persons named are in the
    /// roster is looked at when it is applied.</summary>
    /// <param name="answers">The answers.</param>
    /// <param name="rules">The edition in force.</param>
    public static IntakeReading Of(IntakeAnswers answers, Taxonomy rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
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
                Decide(rules, system, environment, tiers, forbidden, faults);
        }

        var isWhole = faults.Count == 0 && forbidden.Count == 0;
        return new IntakeReading(
            manifest, rules.Edition, isWhole ? tiers : [], [.. forbidden.Distinct()], [.. faults.Distinct()]);
    }

    private static void Decide(
        Taxonomy rules, SystemDocument system, string environment, List<IntakeTier> tiers,
        List<TierReason> forbidden, List<FaultDetail> faults)
    {
        switch (rules.Decide(system, environment))
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
                    environment, tiered.Named, tiered.Reasons, DutyWords.Approvers(tiered.Duties),
                    DutyWords.Of(tiered.Duties, environment)));
                break;
        }
    }
}
