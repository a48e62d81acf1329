using System.Text;
using System.Text.Json;
using Provost.Gateway.Binding;
using Provost.Gateway.Envelopes;
using Provost.Gateway.Manifests.Schema;

namespace Provost.Gateway.Manifests;

/// <summary>What must hold between the keys of a Release, and between it and the files it names.</summary>
internal sealed class ReleaseChecks(
    ReleaseDocument release, IReadOnlyDictionary<string, byte[]> files, ManifestOptions options, ReadContext context,
    List<ManifestError> warnings)
{
    private ReleaseSpec Spec => release.Spec;

    public void Run()
    {
        CheckGuardrails("input", Spec.InputGuardrails);
        CheckGuardrails("output", Spec.OutputGuardrails);
        CheckBreachRules();
        CheckFallback();
        CheckParameters();
        CheckPrompt();
        CheckTools();
        CheckDrift();
        CheckReferences();
        CheckServed();
        CheckParts();
        CheckJudge();
        EnvelopeChecks.Run(release, context);
    }

    /// <summary>A judge without a minimum decides nothing, and a minimum without a judge is never reached.</summary>
    private void CheckJudge()
    {
        if (Spec.Evaluation is not { } evaluation)
        {
            return;
        }

        var isAsked = evaluation.Minimum.TryGetValue(ReleaseEvaluation.Judged, out var least);
        if (evaluation.Judge is not null != isAsked)
        {
            context.Error("spec.evaluation.minimum.judged",
                isAsked
                    ? "There is no judge that would give this measure."
                    : "A judge needs the least value it must give.",
                isAsked ? "Add judge, or remove judged." : "Add judged: 0.8, for example, to minimum.");
        }

        if (least > 1)
        {
            context.Error("spec.evaluation.minimum.judged", "A judge gives at most 1.", "Write a number from 0 to 1.");
        }
    }

    private void CheckParts()
    {
        for (var i = 0; i < Spec.Components.Count; i++)
        {
            var part = Spec.Components[i];
            if (part.System == release.System)
            {
                context.Error($"spec.components[{i}].system", "A chain is no part of itself.", "Name another system.");
            }

            if (Spec.Components.Take(i).Contains(part))
            {
                context.Error($"spec.components[{i}]", $"This release of {part.System} stands twice.",
                    "Keep one of the two.");
            }
        }

        foreach (var twice in Spec.DataSets.GroupBy(d => (d.Name, d.Use)).Where(g => g.Count() > 1))
        {
            context.Error("spec.dataSets", $"'{twice.Key.Name}' for {twice.Key.Use} stands twice.",
                "Keep one of the two.");
        }
    }

    private void CheckServed()
    {
        if (Spec.Model is { Floating: true, Served: not null })
        {
            context.Error("spec.model.served", "A floating model has no one name that its answers carry.",
                "Remove served, or write floating: false and pin the model.");
        }
    }

    private void CheckReferences()
    {
        for (var i = 0; i < Spec.Model.Features.Count; i++)
        {
            var feature = Spec.Model.Features[i];
            var wanted = feature.Type == "number" ? JsonValueKind.Number : JsonValueKind.String;
            if (feature.Reference is { } reference && reference.ValueKind != wanted)
            {
                context.Error($"spec.model.features[{i}].reference",
                    $"The reference of a {feature.Type} is a {(feature.Type == "number" ? "number" : "text")}.",
                    feature.Type == "number" ? "Write a number." : "Write a text, in quotes where it looks like one.");
            }
        }
    }

    private void CheckGuardrails(string surface, IReadOnlyList<GuardrailSpec> uses)
    {
        for (var i = 0; i < uses.Count; i++)
        {
            var path = $"spec.guardrails.{surface}[{i}]";
            if (!options.Guardrails.Contains(uses[i].Id))
            {
                context.Error($"{path}.id", $"This build lacks guardrail '{uses[i].Id}'.",
                    $"It has: {string.Join(", ", options.Guardrails.Order(StringComparer.Ordinal))}.");
            }
            else if (options.CheckGuardrail(uses[i]) is { } fault)
            {
                context.Error(path, fault, "Correct the settings of this guardrail.");
            }

            if (uses.Take(i).Any(other => other.Id == uses[i].Id && other.Action == uses[i].Action))
            {
                context.Error(path, $"'{uses[i].Id}' with action {uses[i].Action} stands twice.",
                    "Keep one of the two.");
            }
        }
    }

    private void CheckBreachRules()
    {
        string[] watched = [.. Watched()];
        for (var i = 0; i < Spec.OnBreach.Count; i++)
        {
            var rule = Spec.OnBreach[i];
            var path = $"spec.onBreach[{i}]";
            if (rule.Signal != "served" && !watched.Contains(rule.Signal))
            {
                context.Error($"{path}.signal", $"There is no threshold '{rule.Signal}'.",
                    "Set it under spec.thresholds.");
            }

            if (!rule.Do.Contains("page"))
            {
                context.Error($"{path}.do", "A breach must page the owner.", "Add page.");
            }

            if (Spec.OnBreach.Take(i).Any(other => other.Signal == rule.Signal))
            {
                context.Error($"{path}.signal", $"'{rule.Signal}' has two rules.", "Keep one of the two.");
            }
        }

        foreach (var signal in watched.Where(s => Spec.OnBreach.All(rule => rule.Signal != s)))
        {
            context.Error($"spec.thresholds.{signal}", "Nothing is said for the breach of this threshold.",
                $"Add {{ signal: {signal}, do: [ page ] }} to spec.onBreach.");
        }
    }

    private IEnumerable<string> Watched()
    {
        if (Spec.Latency is not null)
        {
            yield return "latency";
        }

        if (Spec.Drift is not null)
        {
            yield return "drift";
        }
    }

    private void CheckFallback()
    {
        if (Spec.Fallback is null)
        {
            var needs = Spec.OnBreach.Any(rule => rule.Do.Contains("fallback"))
                || Spec.InputGuardrails.Concat(Spec.OutputGuardrails).Any(use => use.Action == "fallback");
            if (needs)
            {
                context.Error("spec", "The action fallback is used, but no fallback is approved.",
                    "Add spec.fallback.");
            }

            return;
        }

        foreach (var (name, value) in Spec.Fallback.Outputs ?? new Dictionary<string, JsonElement>())
        {
            var path = $"spec.fallback.outputs.{name}";
            var declared = Spec.Model.Outputs.FirstOrDefault(output => output.Name == name);
            if (declared is null && Spec.Model.Outputs.Count > 0)
            {
                context.Error(path, $"The model has no output '{name}'.", "Name one of spec.model.outputs.");
            }
            else if (!Fits(value, declared?.Type))
            {
                context.Error(path, $"The value is not {declared?.Type ?? "a text, number or truth value"}.",
                    "Write a value of the output's type.");
            }
        }
    }

    private static bool Fits(JsonElement value, string? type) => type switch
    {
        "text" => value.ValueKind is JsonValueKind.String,
        "integer" => value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind is JsonValueKind.Number,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        _ => value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Array or JsonValueKind.Object),
    };

    private void CheckParameters()
    {
        foreach (var (name, parameter) in Spec.Model.Parameters)
        {
            var path = $"spec.model.parameters.{name}";
            if (!ReleaseComposition.IsParameter(Encoding.UTF8.GetBytes(name)))
            {
                context.Error(path, $"'{name}' is not a generation parameter.",
                    "Remove it: it is bound elsewhere or free.");
            }
            else if (parameter.Min > parameter.Max)
            {
                context.Error(path, "The range is empty.", "Let min be at most max.");
            }
        }
    }

    private void CheckPrompt()
    {
        if (Spec.Prompt is not { } prompt)
        {
            return;
        }

        var inOne = context.Wrote("spec.prompt.file") || context.Wrote("spec.prompt.role");
        if (inOne == context.Wrote("spec.prompt.messages") || prompt.Messages.Any(message => message.File.Length == 0))
        {
            context.Error("spec.prompt", "A prompt has either a file (and its role) or messages.",
                "Give one of the two.");
            return;
        }

        var seen = new HashSet<string>();
        foreach (var message in prompt.Messages)
        {
            CheckText(message.File, prompt, seen);
        }

        foreach (var name in prompt.Holes.Keys.Where(name => !seen.Contains(name)))
        {
            context.Error($"spec.prompt.holes.{name}", $"No approved text has a hole {{{{{name}}}}}.",
                "Remove it or add the hole to the text.");
        }

        if (prompt.Injects && prompt.Holes.Count > 0)
        {
            context.Error("spec.prompt.holes", "An injected prompt cannot have holes: nobody fills them.",
                "Use bind: verify.");
        }
    }

    private void CheckText(string file, ReleasePrompt prompt, HashSet<string> seen)
    {
        var path = context.Files.First(f => f.File == file).Path;
        foreach (var fault in PromptTemplate.Compile(files[file], prompt.Holes).Faults)
        {
            context.Error(path, $"{file}: {fault}", "Correct the text or the holes.");
        }

        foreach (var hole in PromptTemplate.Compile(files[file], prompt.Holes).HoleNames.Where(hole => !seen.Add(hole)))
        {
            context.Error(path, $"{file}: the hole {{{{{hole}}}}} stands in an earlier message too.",
                "Name each hole once.");
        }

        if (files[file].Contains((byte)'\r'))
        {
            warnings.Add(new ManifestError(path, context.File, 1, 1, $"{file} has carriage returns; they count.",
                "Save it with plain newlines, and let git keep it as it is (-text)."));
        }
    }

    private void CheckTools()
    {
        foreach (var twice in Spec.Tools.GroupBy(tool => tool.Name).Where(group => group.Count() > 1))
        {
            context.Error("spec.tools", $"The tool '{twice.Key}' stands twice.", "Keep one of the two.");
        }

        for (var i = 0; i < Spec.Tools.Count; i++)
        {
            var tool = Spec.Tools[i];
            var path = $"spec.tools[{i}]";
            if (tool.Definition is null == tool.File is null)
            {
                context.Error(path, "A tool has either a definition or a file.", "Give one of the two.");
                continue;
            }

            var text = tool.Definition is { } inline ? Encoding.UTF8.GetBytes(inline.GetRawText()) : files[tool.File!];
            try
            {
                ApprovedJson.Compile(text);
            }
            catch (FormatException fault)
            {
                context.Error(path, $"The definition cannot be bound: {fault.Message}",
                    "Give the entry as the client sends it.");
                continue;
            }

            if (ToolName(text) != tool.Name)
            {
                context.Error($"{path}.name", "The definition is not that of this function.",
                    $"Give the whole entry as the client sends it, with the name {tool.Name}.");
            }
        }
    }

    /// <summary>The name in <c>{type:"function",function:{name}}</c> or <c>{name}</c>, null in neither.</summary>
    private static string? ToolName(byte[] text)
    {
        using var document = JsonDocument.Parse(text);
        var root = document.RootElement;
        if (root.ValueKind is not JsonValueKind.Object)
        {
            return null;
        }

        var holder = root.TryGetProperty("function", out var function) && function.ValueKind is JsonValueKind.Object
            ? function
            : root;
        return holder.TryGetProperty("name", out var name) && name.ValueKind is JsonValueKind.String
            ? name.GetString()
            : null;
    }

    private void CheckDrift()
    {
        if (Spec.Drift is not { } drift)
        {
            return;
        }

        for (var i = 0; i < drift.Features.Count; i++)
        {
            if (Spec.Model.Features.All(feature => feature.Name != drift.Features[i]))
            {
                context.Error($"spec.thresholds.drift.features[{i}]",
                    $"The model has no feature '{drift.Features[i]}'.",
                    "Name one of spec.model.features.");
            }
        }

        foreach (var fault in BaselineCheck.Faults(files[drift.Baseline], Spec.Model.Features, drift.Features))
        {
            context.Error("spec.thresholds.drift.baseline", $"{drift.Baseline}: {fault}", "Freeze the baseline again.");
        }
    }
}
