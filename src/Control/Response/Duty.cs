using Provost.Control.Incidents;

namespace Provost.Control.Response;

/// <summary>One thing that is due for an incident now.</summary>
internal abstract record Duty
{
    private Duty()
    {
    }

    /// <summary>An order to give.</summary>
    public sealed record Engage(string Action, string? Release, string OnRelease, string Reason) : Duty;

    /// <summary>Something declared that cannot be engaged; said once.</summary>
    public sealed record Explain(string Action, string OnRelease, string Reason) : Duty;

    /// <summary>A restored release ran out of time.</summary>
    public sealed record GiveUp(string Release) : Duty;

    /// <summary>A person to call, for the first time or again after failed deliveries.</summary>
    /// <param name="Page">The page that failed before, null for a new one.</param>
    public sealed record Call(
        Guid? Page, PagePurpose Purpose, int Round, int Step, EscalationTarget Target, int Attempt) : Duty;

    /// <summary>The chain has ended without an answer.</summary>
    public sealed record Exhaust(int Round) : Duty;
}
