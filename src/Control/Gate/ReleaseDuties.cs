using System.Collections.Frozen;
using Provost.Control.Intake;
using Provost.Control.Registry;
using Provost.Gateway.Manifests;

namespace Provost.Control.Gate;

/// <summary>A part that a release must name before anybody may approve it.</summary>
/// <param name="Code">The finding's code: <c>lineage_missing</c> or <c>constraints_missing</c>.</param>
/// <param name="Place">Its place under <c>spec</c>, as <see cref="Places"/> writes it.</param>
/// <param name="What">What it is, in words.</param>
/// <param name="Kinds">The kinds of release that are asked for it.</param>
/// <param name="IfSources">Asked only where the system declares data sources.</param>
public sealed record PartDuty(
    string Code, string Place, string What, IReadOnlyList<string> Kinds, bool IfSources = false);

/// <summary>
/// What a tier demands of a release before anybody may approve it, beside the approvals: one record for each tier. What
/// the taxonomy's edition requires (thresholds, fallback) is asked for too.
/// </summary>
/// <param name="Parts">What the manifest must name.</param>
/// <param name="IsTested">Whether the minimum that the release declares must be proven by a test.</param>
/// <param name="RollbackDays">For how many days a rehearsal of the way back counts; null where none is asked.</param>
public sealed record ReleaseDuties(IReadOnlyList<PartDuty> Parts, bool IsTested, int? RollbackDays)
{
    private const string Lineage = "lineage_missing";
    private const string Constraints = "constraints_missing";

    private static readonly ReleaseDuties Light = new([], IsTested: false, RollbackDays: null);

    private static readonly ReleaseDuties Full = new(
        [
            new(Lineage, "model.name", "the model that is called", ["llm", "model", "agent", "vendor"]),
            new(Lineage, "model.artifact", "the digest of the model file", ["model"]),
            new(Lineage, "model.data", "the version of the training data", ["model"]),
            new(Lineage, "model.code", "the revision of the training code", ["model"]),
            new(Lineage, "prompt", "the prompt", ["llm", "agent"]),
            new(Lineage, "retrieval", "where its passages come from: retrieval, or a data set with use: grounding",
                ["llm", "agent"], IfSources: true),
            new(Lineage, "terms", "the vendor's terms", ["vendor"]),
            new(Lineage, "components", "the parts of the chain", ["chain"]),
        ],
        IsTested: true, RollbackDays: 90);

    private static readonly FrozenDictionary<string, ReleaseDuties> ByTier = new Dictionary<string, ReleaseDuties>
    {
        ["minimal"] = Light,
        ["limited"] = Light,
        ["high"] = Full,
    }.ToFrozenDictionary();

    /// <summary>The duties of a tier; a tier that nobody wrote down here has all of them.</summary>
    public static ReleaseDuties Of(string tier) => ByTier.GetValueOrDefault(tier, Full);

    /// <summary>Whether anything is asked that a release's own record must say.</summary>
    internal bool AsksParts => Parts.Count > 0;

    /// <summary>The places of a release that say something, in the order of their names. The log carries them with the
    /// release, so that the fold needs no file; the signer reads them again from the document.</summary>
    public static IReadOnlyList<string> Places(ReleaseDocument release)
    {
        var (spec, model) = (release.Spec, release.Spec.Model);
        return
        [
            .. new (string Place, bool Says)[]
            {
                ("components", spec.Components.Count > 0),
                ("evaluation", spec.Evaluation is { Minimum.Count: > 0 }),
                ("fallback", spec.Fallback is not null),
                ("model.artifact", model.Artifact is not null),
                ("model.code", model.Code is not null),
                ("model.data", model.Data is not null),
                ("model.name", model.Name.Length > 0),
                ("prompt", spec.Prompt is not null),
                ("retrieval", spec.Retrieval is not null || spec.DataSets.Any(d => d.Use == "grounding")),
                ("terms", spec.Terms is not null),
                ("thresholds", spec.Latency is not null || spec.Drift is not null),
                ("tools", spec.Tools.Count > 0),
            }.Where(place => place.Says).Select(place => place.Place),
        ];
    }

    /// <summary>What a release does not name and must.</summary>
    /// <param name="system">Its tier, kind and data sources.</param>
    /// <param name="edition">What the edition of the taxonomy in force asks of it.</param>
    /// <param name="places">As <see cref="Places"/> gives them.</param>
    internal static IEnumerable<GateFinding> Unnamed(
        SystemState system, TierDuties edition, IReadOnlyList<string> places)
    {
        var asked = Of(system.Tier).Parts
            .Where(p => p.Kinds.Contains(system.Kind) && (!p.IfSources || system.DataSources.Count > 0));

        // a chain answers nothing itself: its components carry thresholds and fallbacks
        var required = system.Kind == "chain"
            ? []
            : edition.Requires.Select(place => new PartDuty(Constraints, place, Word(place), [system.Kind]));
        return asked.Concat(required).Where(p => !places.Contains(p.Place)).Select(p => new GateFinding(
            p.Code, $"{p.What} (spec.{p.Place})", "name it, and submit that as a version of its own"));
    }

    private static string Word(string place) => place switch
    {
        "thresholds" => "the limits that are watched",
        "fallback" => "what is answered when it must not answer itself",
        _ => place,
    };
}
