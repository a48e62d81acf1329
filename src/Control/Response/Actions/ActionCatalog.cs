using System.Collections.Frozen;
using Provost.Control.Response.Actions.Fallback;
using Provost.Control.Response.Actions.Kill;
using Provost.Control.Response.Actions.Page;
using Provost.Control.Response.Actions.Pause;
using Provost.Control.Response.Actions.Rollback;

namespace Provost.Control.Response.Actions;

/// <summary>Every action this build can engage, in alphabetical order.</summary>
internal static class ActionCatalog
{
    public static IReadOnlyList<IResponseAction> All { get; } =
    [
        new FallbackAction(),
        new KillAction(),
        new PageAction(),
        new PauseAction(),
        new RollbackAction(),
    ];

    private static readonly FrozenDictionary<string, IResponseAction> ById = All.ToFrozenDictionary(a => a.Id);

    /// <exception cref="KeyNotFoundException">Manifests with other actions are refused long before.</exception>
    public static IResponseAction Get(string id) => ById.TryGetValue(id, out var action)
        ? action
        : throw new KeyNotFoundException($"There is no action {id}; known: {string.Join(", ", ById.Keys.Order())}.");
}
