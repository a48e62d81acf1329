using Provost.Control.Governance;
using Provost.Control.Retention;
using Provost.Ledger.Vault;

namespace Provost.Control.Erasure;

/// <summary>
/// Has the vault do what the log orders: erasures and ended terms, each once it stands there. What a crash or a
/// restored backup left undone is done at the next call, before anything is revealed.
/// </summary>
/// <param name="log">Where the orders stand.</param>
/// <param name="vault">Who holds the keys.</param>
public sealed class VaultOrders(GovernanceLog log, IPayloadVault vault)
{
    private readonly Lock _gate = new();
    private readonly HashSet<Guid> _done = [];
    private long _incarnation;

    /// <summary>Carries out all that is ordered.</summary>
    /// <exception cref="IOException">The vault could not; what it did not do is done by the next call.</exception>
    public void CarryOut()
    {
        var state = log.State;
        var incarnation = vault.Incarnation;
        lock (_gate)
        {
            if (incarnation != _incarnation)
                _done.Clear();

            _incarnation = incarnation;
        }

        foreach (var erasure in state.Erasures.All)
            CarryOut(erasure);

        foreach (var run in state.Retention.Runs)
            CarryOut(run);
    }

    /// <summary>Carries out one erasure.</summary>
    public DestroyAnswer CarryOut(Erasure erasure) => Once(erasure.Id, () => vault.Erase(new EraseRequest
    {
        Act = erasure.Id,
        At = erasure.At,
        Subject = erasure.Says.Decision is null ? erasure.Says.Subject : null,
        Groups = erasure.Says.Groups,
        Places = erasure.Says.Places,
    }));

    /// <summary>Carries out the end of terms.</summary>
    public DestroyAnswer CarryOut(TermRun run) => Once(run.Id, () => vault.EndTerm(new EndTermRequest
    {
        Act = run.Id,
        At = run.At,
        Groups = [.. run.Says.Groups.Select(g => g.Group)],
        Spared = run.Says.Spared,
    }));

    private DestroyAnswer Once(Guid act, Func<DestroyAnswer> destroy)
    {
        lock (_gate)
        {
            if (_done.Contains(act))
                return new DestroyAnswer(0, 0, IsRepeated: true);

            var answer = destroy();
            _done.Add(act);
            return answer;
        }
    }
}
