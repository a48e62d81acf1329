using System.Collections.Immutable;
using Provost.Control.Access.OpenId;
using Provost.Control.Access.Pipelines;
using Provost.Control.Governance;

namespace Provost.Control.Access;

/// <summary>Programs and pipelines in a person's name, identities of the organisation's provider, and what
/// waits.</summary>
public sealed partial record RosterState
{
    /// <summary>Credentials of programs by id.</summary>
    public ImmutableDictionary<string, AutomationGrant> Automations { get; init; } =
        ImmutableDictionary<string, AutomationGrant>.Empty;

    /// <summary>Persons by the identity that the organisation's provider knows them by.</summary>
    public ImmutableDictionary<string, string> Identities { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Changes that wait for signatures.</summary>
    public AskedState Asked { get; init; } = AskedState.Empty;

    /// <summary>What authenticators had counted at the last sign-in, by key id; those that keep no count are not
    /// here. It can only keep a copied one out.</summary>
    public ImmutableDictionary<string, uint> PasskeyCounts { get; init; } = ImmutableDictionary<string, uint>.Empty;

    /// <summary>Pipelines whose runs may come in.</summary>
    public PipelineState Pipelines { get; init; } = PipelineState.Empty;

    /// <summary>The person in whose name an act on a system is done: the actor, or who answers for the program that
    /// acts. Null when the actor may not, or is nobody.</summary>
    /// <param name="actor">Whom the entry names.</param>
    /// <param name="verb">What a program's scope must hold, a word of <see cref="AutomationScope.Verbs"/>.</param>
    /// <param name="system">The system acted on.</param>
    /// <param name="at">The entry's time.</param>
    internal string? Behind(Actor actor, string verb, string system, DateTimeOffset at) =>
        actor.Kind == Actor.Person("").Kind ? Live(actor.Id)?.Id
        : Automations.GetValueOrDefault(actor.Id) is { } program && program.Kind == actor.Kind
            && at < program.Expires && program.Verbs.Contains(verb) && program.Covers(system)
            ? Live(program.Person)?.Id
            : null;

    private Answer<RosterState> Trust(GovernanceEntry entry, PipelineTrusted body, GovernanceState whole)
    {
        var unsigned = CheckSigned(entry, body.Person, SignedStatement.DigestOf(body), body.Bootstrap, whole);
        var next = Pipelines.Trust(entry, body, this);
        return (unsigned ?? next.Fault) is { } fault ? fault : this with { Pipelines = next.Value };
    }

    private Answer<RosterState> End(GovernanceEntry entry, PipelineTrustEnded body)
    {
        var next = Pipelines.End(entry, body, this);
        return next.Fault is { } fault
            ? fault
            : this with
            {
                Pipelines = next.Value,
                Automations = Automations.RemoveRange(
                    Automations.Values.Where(g => g.Trust == body.Trust).Select(g => g.Id)),
            };
    }

    private Answer<RosterState> Enter(GovernanceEntry entry, PipelineEntered body)
    {
        var next = With(Pipelines.Enter(entry, body, this), entry.Time);
        return next.Fault is { } fault
            ? fault
            : next.Value with { Pipelines = Pipelines.Using(body, entry.Time) };
    }

    /// <summary>With one more program; those that are over go.</summary>
    private Answer<RosterState> With(Answer<AutomationGrant> made, DateTimeOffset at) => made.Fault is { } fault
        ? fault
        : this with
        {
            Automations = Automations
                .RemoveRange(Automations.Values.Where(g => g.Expires <= at).Select(g => g.Id))
                .Add(made.Value.Id, made.Value),
        };

    private Answer<RosterState> Link(GovernanceEntry entry, IdentityLinked body) =>
        Live(body.Person) is null || entry.Actor != Actor.Person(body.Person) ? AccessErrors.NoSuchPerson()
        : Identities.ContainsKey(body.Identity) || Identities.ContainsValue(body.Person) ? OpenIdErrors.Other()
        : this with { Identities = Identities.Add(body.Identity, body.Person) };

    private RosterState Unlinked(string person) => this with
    {
        Identities = Identities.RemoveRange(Identities.Where(i => i.Value == person).Select(i => i.Key)),
    };

    private RosterState Counted(SignedInEvent body) => body is { Passkey: { } key, Counter: { } count }
        ? this with { PasskeyCounts = PasskeyCounts.SetItem(key, count) }
        : this;

    private Answer<RosterState> With(Answer<AskedState> asked) =>
        asked.Fault is { } fault ? fault : this with { Asked = asked.Value };
}
