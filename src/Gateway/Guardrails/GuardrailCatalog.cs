using System.Collections.Frozen;
using System.Text.Json;
using Provost.Gateway.Guardrails.Pii;
using Provost.Gateway.Guardrails.Secrets;
using Provost.Gateway.Manifests;

namespace Provost.Gateway.Guardrails;

/// <summary>The guardrails of this build, one line each, by id.</summary>
public static class GuardrailCatalog
{
    private static readonly GuardrailEntry[] Entries =
    [
        GuardrailEntry.Of<PiiGuardrail>(),
        GuardrailEntry.Of<SecretsGuardrail>(),
    ];

    private static readonly FrozenDictionary<string, GuardrailEntry> ById =
        Entries.ToFrozenDictionary(entry => entry.Id, StringComparer.Ordinal);

    /// <summary>Ids, in order.</summary>
    public static IReadOnlyList<string> Known { get; } = [.. Entries.Select(entry => entry.Id)];

    /// <summary>Says in one text what is wrong with an entry of a manifest; null when it is sound.</summary>
    public static string? Check(GuardrailSpec spec)
    {
        var faults = GuardrailSet.Check(spec);
        return faults.Count == 0
            ? null
            : string.Join(' ', faults.Select(f => $"{f.Field}: {f.Message} {f.Remedy}"));
    }

    /// <summary>Every rule of a guardrail with nothing set, by id: for pages and pickers.</summary>
    /// <exception cref="KeyNotFoundException">No such guardrail.</exception>
    public static IReadOnlyList<string> RulesOf(string id) => ById[id].Read(null) switch
    {
        GuardrailReading.Sound sound => [.. sound.Guardrail.Rules.Select(rule => rule.Id)],
        _ => [],
    };

    internal static GuardrailEntry? Find(string id) => ById.GetValueOrDefault(id);

    internal static GuardrailFault Lacks(string id) => new(
        "id", $"This build lacks guardrail '{id}'.", $"It has: {string.Join(", ", Known)}.");
}

/// <summary>A line of the catalog.</summary>
internal sealed record GuardrailEntry(string Id, int Edition, Func<JsonElement?, GuardrailReading> Read)
{
    public static GuardrailEntry Of<T>()
        where T : IGuardrail<T> => new(T.Id, T.Edition, T.Read);
}
