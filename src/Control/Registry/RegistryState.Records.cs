using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Handovers;

namespace Provost.Control.Registry;

/// <summary>How a record is confirmed, and how it ends.</summary>
public sealed partial record RegistryState
{
    /// <summary>Whether the name stood for a system that is retired; it is never used again.</summary>
    public bool IsRetired(string system) => Everywhere(system).Any(s => s.RetiredAt is not null);

    private Answer<RegistryState> Verify(GovernanceEntry entry, RecordVerified body, GovernanceState whole)
    {
        var key = new SystemKey(body.System, body.Environment);
        if (Systems.GetValueOrDefault(key) is not { } system)
            return RegistryErrors.NoSuchSystem(body.System);

        if (whole.Roster.Behind(entry.Actor, AutomationScope.Apply, body.System, entry.Time) is not { } by
            || !Permission.MayDeclare(whole, by, body.System))
        {
            return RegistryErrors.NotYours(body.System);
        }

        return body.Terms == system.Terms
            ? this with { Systems = Systems.SetItem(key, system with { LastVerified = entry.Time }) }
            : RegistryErrors.OtherTerms(body.System);
    }

    private Answer<RegistryState> Retire(GovernanceEntry entry, SystemRetired body, GovernanceState whole)
    {
        var here = Everywhere(body.System).ToList();
        if (here.Count == 0 || entry.Object != body.System)
            return RegistryErrors.NoSuchSystem(body.System);

        if (IsRetired(body.System))
            return RegistryErrors.Retired(body.System);

        if (here.Any(s => !Permission.MayRetire(whole, entry.Actor.Id, s)))
            return RegistryErrors.MayNotRetire(body.System);

        return SignedAct.Check(entry, whole, "retire", body.System, SignedStatement.DigestOf(body)) is { } unsigned
            ? unsigned
            : this with
            {
                Systems = Systems.SetItems(here.Select(s => KeyValuePair.Create(
                    s.Key, s with { RetiredAt = entry.Time, RetiredBy = entry.Actor.Id }))),
            };
    }
}
