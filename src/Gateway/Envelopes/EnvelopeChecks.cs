using Provost.Gateway.Manifests;
using Provost.Gateway.Manifests.Schema;

namespace Provost.Gateway.Envelopes;

/// <summary>What must hold between an envelope and the release that declares it: each part that may vary is there.
/// Whether it is within its bound as it stands is not asked: a variant that left one has the same envelope and may
/// still be approved by persons.</summary>
internal static class EnvelopeChecks
{
    private const string At = "spec.envelope";

    public static void Run(ReleaseDocument release, ReadContext context)
    {
        if (release.Spec.Envelope is not { } envelope)
            return;

        var spec = release.Spec;
        if (envelope.Prompts.Count + envelope.Parameters.Count + envelope.Adapters.Count + envelope.DataSets.Count == 0
            && !envelope.Retraining && !envelope.Retrieval)
        {
            context.Error($"{At}.vary", "Nothing may vary.", "Name a part, or leave the envelope out.");
        }

        if (spec.Evaluation is null)
            context.Error(At, "An envelope needs an evaluation set.", "Add spec.evaluation.");

        if (envelope.Minimum.Count == 0)
            context.Error($"{At}.minimum", "No measure is asked of a variant.", "Add one, such as correct: 0.9.");

        if (envelope.Retraining && release.Kind != "model")
        {
            context.Error($"{At}.vary.retraining", "Only a scoring model is trained again here.",
                "Name adapters or dataSets instead.");
        }

        if (envelope.Retrieval && spec.Retrieval is null)
            context.Error($"{At}.vary.retrieval", "The release names no index.", "Add spec.retrieval.");

        foreach (var name in envelope.Adapters.Where(n => spec.Model.Adapters.All(a => a.Name != n)))
        {
            context.Error($"{At}.vary.adapters", $"The model has no adapter '{name}'.",
                "Name one of spec.model.adapters.");
        }

        foreach (var name in envelope.DataSets.Where(n => spec.DataSets.All(d => d.Name != n)))
            context.Error($"{At}.vary.dataSets", $"There is no data set '{name}'.", "Name one of spec.dataSets.");

        Parameters(spec, envelope, context);
        Prompts(spec, envelope, context);
    }

    private static void Parameters(ReleaseSpec spec, EnvelopeSpec envelope, ReadContext context)
    {
        foreach (var (name, range) in envelope.Parameters)
        {
            var path = $"{At}.vary.parameters.{name}";
            if (range.Min > range.Max)
                context.Error(path, "The range is empty.", "Let min be at most max.");
            else if (!spec.Model.Parameters.TryGetValue(name, out var declared))
                context.Error(path, $"The model has no parameter '{name}'.", "Name one of spec.model.parameters.");
            else if (EnvelopeBounds.RangeOf(declared) is null)
                context.Error(path, $"'{name}' is no number.", "Name a parameter that is a number or a range.");
        }
    }

    private static void Prompts(ReleaseSpec spec, EnvelopeSpec envelope, ReadContext context)
    {
        foreach (var file in envelope.Prompts.Keys.Where(f => !EnvelopeBounds.IsPromptAlone(spec, f)))
        {
            context.Error($"{At}.vary.prompts", $"'{file}' is no text of the prompt alone.",
                "Name one of the prompt's files that nothing else names.");
        }
    }
}
