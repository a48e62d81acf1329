using System.Text;
using System.Text.Json;
using Provost.Gateway.Binding;
using Provost.Gateway.Guardrails;
using Provost.Gateway.Manifests;
using Provost.Gateway.Protocols;
using Provost.Gateway.Warrants;

namespace Provost.Gateway.Snapshot;

/// <summary>
/// What lets calls of a system pass that has nothing approved yet. There is no composition to bind to: each call brings
/// its own, goes to the one provider that was signed for, and is looked at by guardrails that flag and do not act.
/// </summary>
internal sealed class CompiledAdoption(
    AdoptionContent content, string kind, IReadOnlyList<SnapshotShutdown> shutdowns)
{
    private const int LongestName = 200;

    private static readonly JsonElement NoThresholds = JsonSerializer.SerializeToElement(new Dictionary<string, int>());

    /// <summary>The house's minimum: what every system is watched for before its own guardrails are approved.</summary>
    private static readonly GuardrailSet House = GuardrailSet.Compile(
        GuardrailCatalog.Known.Select(id => new GuardrailUse(id, GuardrailAction.Flag, Settings: null)).ToList())
        is GuardrailCompilation.Compiled compiled
            ? compiled.Set
            : throw new InvalidOperationException("The catalog's own guardrails do not compile.");

    public Guid Id => content.Id;

    /// <summary>Over from then on, whatever the snapshot's age.</summary>
    public DateTimeOffset Until => content.Until;

    /// <summary>What the call passes under: nothing but itself. Null when it names a model that has no name.</summary>
    public CompiledRelease? For(CallView view)
    {
        var name = Encoding.UTF8.GetString(view.Model.Span);
        var version = view.ModelVersion.IsEmpty ? null : Encoding.UTF8.GetString(view.ModelVersion.Span);
        if (!IsName(name) || (version is not null && !IsName(version)))
            return null;

        var document = Seen(name, version);
        return new CompiledRelease
        {
            Document = document,
            Composition = ReleaseComposition.Compile(document, new Dictionary<string, byte[]>()),
            Warrant = null,
            WarrantId = null,
            Adoption = Id,
            Input = House,
            Output = House,
            ApprovedModel = kind == "model" ? view.ModelVersion.ToArray() : view.Model.ToArray(),
            Answers = ApprovedAnswer.Any,
            Shutdown = shutdowns.Where(s => s.Provider == content.Provider && s.Model == name)
                .Min(s => (DateTimeOffset?)s.At),
        };
    }

    /// <summary>It may become a step of the upstream's path: none that goes up.</summary>
    private static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName && name is not ("." or "..") && !name.Any(char.IsControl);

    private ReleaseDocument Seen(string name, string? version) => new()
    {
        System = content.System,
        Version = "",
        Kind = kind,
        Files = [],
        ReleaseJson = [],
        Digest = "",
        Spec = new ReleaseSpec
        {
            Model = ReleaseModel.None with { Provider = content.Provider, Name = name, Version = version },
            Tools = [],
            InputGuardrails = [],
            OutputGuardrails = [],
            OnBreach = [],
            Expires = TimeSpan.Zero,
            ThresholdsJson = NoThresholds,
        },
    };
}
