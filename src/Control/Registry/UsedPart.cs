using Provost.Control.Governance;
using Provost.Gateway.Manifests;

namespace Provost.Control.Registry;

/// <summary>Something that a release is made of, as the log names it.</summary>
/// <param name="Kind"><c>model</c>, <c>adapter</c>, <c>prompt</c>, <c>tool</c>, <c>index</c>, <c>data</c>,
/// <c>evaluation</c>, <c>component</c> or <c>parent</c>.</param>
/// <param name="Name">Its name: a model's as <c>provider/model</c>, a file's path, a component's system.</param>
/// <param name="Version">Null where it has none.</param>
/// <param name="Digest">Null where the release gives none.</param>
public sealed record UsedPart(string Kind, string Name, string? Version = null, string? Digest = null)
{
    /// <summary>The kind of a chain's parts.</summary>
    public const string Component = "component";

    /// <summary>The kind of what a release is a variant of.</summary>
    public const string Parent = "parent";

    /// <summary>Every part of a release that has a name.</summary>
    public static IReadOnlyList<UsedPart> Of(ReleaseDocument release)
    {
        var spec = release.Spec;
        string? FileDigest(string path) =>
            release.Files.FirstOrDefault(f => f.Path == path) is { } file ? "sha256:" + file.Sha256 : null;
        var model = spec.Model;
        return
        [
            .. model.Name.Length == 0
                ? (UsedPart[])[]
                : [new UsedPart("model", $"{model.Provider}/{model.Name}", model.Version, model.Artifact)],
            .. model.Adapters.Select(a => new UsedPart("adapter", a.Name, Digest: a.Digest)),
            .. spec.Prompt?.Messages.Select(m => new UsedPart("prompt", m.File, Digest: FileDigest(m.File))) ?? [],
            .. spec.Tools.Select(t => new UsedPart("tool", t.Name)),
            .. spec.Retrieval is { } from
                ? (UsedPart[])[new UsedPart("index", from.Index, from.Version, from.Digest)]
                : [],
            .. spec.DataSets.Select(d => new UsedPart("data", d.Name, d.Version, d.Digest)),
            .. spec.Evaluation is { } evaluation
                ? (UsedPart[])[new UsedPart("evaluation", evaluation.Set, Digest: FileDigest(evaluation.Set))]
                : [],
            .. spec.Components.Select(c => new UsedPart(Component, c.System, Digest: c.Release)),
            .. spec.Parent is { } parent ? (UsedPart[])[new UsedPart(Parent, parent, Digest: parent)] : [],
        ];
    }

    /// <summary>What is wrong with the parts that are releases themselves: each must have been submitted, and no chain
    /// may lead back to its own system.</summary>
    /// <param name="registry">What is known.</param>
    /// <param name="system">The system whose release it is.</param>
    /// <param name="uses">Its parts.</param>
    internal static IEnumerable<(string Path, GovernanceFault Fault)> Faults(
        RegistryState registry, string system, IReadOnlyList<UsedPart> uses)
    {
        var components = uses.Where(u => u.Kind == Component).ToList();
        for (var i = 0; i < components.Count; i++)
        {
            var (path, part) = ($"spec.components[{i}]", components[i]);
            if (registry.Release(part.Name, part.Digest ?? "") is null)
                yield return ($"{path}.release", RegistryErrors.NoSuchComponent(part));
            else if (Way(registry, part.Name, system) is { } way)
                yield return ($"{path}.system", RegistryErrors.ComponentCycle([system, .. way]));
        }

        foreach (var parent in uses.Where(u => u.Kind == Parent))
        {
            if (!registry.Releases.Exists(r => r.Digest == parent.Digest))
                yield return ("spec.parent", RegistryErrors.NoSuchParent(parent.Digest ?? ""));
        }
    }

    /// <summary>The systems from one to another along components of any release; null where there is no way.</summary>
    private static List<string>? Way(RegistryState registry, string from, string to)
    {
        var before = new Dictionary<string, string?> { [from] = null };
        var open = new Queue<string>([from]);
        var parts = registry.Releases.ToLookup(
            r => r.System, r => r.Uses.Where(u => u.Kind == Component).Select(u => u.Name));
        while (open.TryDequeue(out var at))
        {
            if (at == to)
            {
                var way = new List<string>();
                for (string? step = at; step is not null; step = before[step])
                    way.Insert(0, step);

                return way;
            }

            foreach (var next in parts[at].SelectMany(names => names).Where(next => before.TryAdd(next, at)))
                open.Enqueue(next);
        }

        return null;
    }
}
