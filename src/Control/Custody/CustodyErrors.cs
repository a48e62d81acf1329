using Provost.Control.Governance;

namespace Provost.Control.Custody;

/// <summary>Every no of this folder, with its stable code.</summary>
public static class CustodyErrors
{
    /// <summary>What needs the vault while it gives no answer.</summary>
    /// <param name="why">What is known, in words.</param>
    public static GovernanceFault VaultAway(string why) => new(
        FaultKind.Unavailable, "provost.custody.vault_away", why,
        "Ask again in a moment. Calls are served and recorded without the vault.");
}
