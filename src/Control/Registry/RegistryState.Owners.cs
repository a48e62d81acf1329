using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Handovers;

namespace Provost.Control.Registry;

/// <summary>How offices change hands.</summary>
public sealed partial record RegistryState
{
    /// <summary>The same with the person in every office of the system that waits for them.</summary>
    internal RegistryState AcceptedBy(string system, string person, DateTimeOffset at) => this with
    {
        Systems = Systems.SetItems(Everywhere(system)
            .Select(s => KeyValuePair.Create(s.Key, s.AcceptedBy(person, at)))),
    };

    private Answer<RegistryState> Offer(GovernanceEntry entry, HandoverOffered body, GovernanceState whole)
    {
        var here = Everywhere(body.System).ToList();
        if (here.Count == 0 || entry.Object != body.System)
            return RegistryErrors.NoSuchSystem(body.System);

        if (IsRetired(body.System))
            return RegistryErrors.Retired(body.System);

        if (body is { Business: null, Technical: null, Deputy: null })
            return HandoverErrors.Nothing();

        if (here.Any(s => !Permission.MayHandOver(whole, entry.Actor.Id, s)))
            return HandoverErrors.MayNot(body.System);

        // Who owns nothing here fills what a leaver left empty, and takes no office from anybody who is there.
        if (here.Any(s => !s.Owners.Includes(entry.Actor.Id) && !OnlyLeft(body, s, whole)))
            return HandoverErrors.MayNot(body.System);

        foreach (var office in Ownership.Offices(body.Over(here[0].Owners)).Where(o => IsIn(body, o)))
        {
            if (Permission.Acting(whole, office.Person) is null)
                return HandoverErrors.NotLive(office.Name);
        }

        if (SignedAct.Check(entry, whole, "handover", body.System, SignedStatement.DigestOf(body)) is { } unsigned)
            return unsigned;

        return this with
        {
            Systems = Systems.SetItems(here.Select(s =>
            {
                var offered = body.Over(s.Named);
                return KeyValuePair.Create(s.Key, s.Offering(
                    offered == s.Owners ? null : offered, entry.Time, entry.Actor.Id, isHandover: true));
            })),
        };
    }

    private Answer<RegistryState> Accept(GovernanceEntry entry, OwnershipAccepted body, GovernanceState whole)
    {
        var here = Everywhere(body.System).Where(s => s.MayAccept(entry.Actor.Id)).ToList();
        if (Permission.Acting(whole, entry.Actor.Id) is not { } person || here.Count == 0
            || entry.Object != body.System)
        {
            return HandoverErrors.NothingOffered(body.System);
        }

        if (here.All(s => s.Named != body.Owners))
            return HandoverErrors.OfferChanged();

        return SignedAct.Check(
            entry, whole, "accept_ownership", body.System, SignedStatement.DigestOf(body)) is { } unsigned
            ? unsigned
            : this with
            {
                Systems = Systems.SetItems(here.Where(s => s.Named == body.Owners)
                    .Select(s => KeyValuePair.Create(s.Key, s.AcceptedBy(person.Id, entry.Time)))),
            };
    }

    /// <summary>Holds the act against the very rule of a pause, whose result is not kept.</summary>
    private Answer<RegistryState> Rehearse(GovernanceEntry entry, PauseRehearsed body, GovernanceState whole)
    {
        var pause = entry with
        {
            Verb = OrderGiven.Verb,
            Body = JsonSerializer.SerializeToElement(
                new OrderGiven
                {
                    Id = entry.Id,
                    Kind = "pause",
                    System = body.System,
                    Environment = body.Environment,
                },
                GovernanceJson.Default.OrderGiven),
        };
        if (whole.Orders.Apply(pause, whole).Fault is { } no)
            return no;

        var system = Systems[new SystemKey(body.System, body.Environment)];
        return this with
        {
            Systems = Systems.SetItem(
                system.Key, system with { Rehearsed = system.Rehearsed.SetItem(entry.Actor.Id, entry.Time) }),
        };
    }

    private static bool OnlyLeft(HandoverOffered body, SystemState system, GovernanceState whole)
    {
        var left = Ownership.Left(whole, system).Select(o => o.Name).ToHashSet();
        return (body.Business is null || left.Contains("business"))
            && (body.Technical is null || left.Contains("technical"))
            && (body.Deputy is null || left.Contains("deputy"));
    }

    private static bool IsIn(HandoverOffered body, Office office) => office.Name switch
    {
        "business" => body.Business is not null,
        "technical" => body.Technical is not null,
        _ => body.Deputy is not null,
    };
}
