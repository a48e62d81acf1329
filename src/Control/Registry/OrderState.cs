using System.Collections.Frozen;
using System.Collections.Immutable;
using Provost.Control.Access;
using Provost.Control.Access.Passkeys;
using Provost.Control.Governance;
using Provost.Control.Handovers;
using Provost.Control.Intake.Editions;
using Provost.Ledger.Statements;

namespace Provost.Control.Registry;

/// <summary>An order in force.</summary>
/// <param name="By">Person id, or <c>response</c>.</param>
public sealed record Order(
    Guid Id, string Kind, SystemKey Key, string? Release, string By, DateTimeOffset Since, Guid? Incident);

/// <summary>What tightens systems now. Anyone authorised adds, alone; only an owner's signature takes away.</summary>
public sealed record OrderState
{
    /// <summary>Kinds of order that this build's gateway enforces.</summary>
    public static readonly FrozenSet<string> Kinds = new[] { "fallback", "kill", "pause", "rollback" }.ToFrozenSet();

    internal static readonly FrozenSet<string> Verbs = new[] { OrderGiven.Verb, OrderEnded.Verb }.ToFrozenSet();

    internal static readonly OrderState Empty = new();

    /// <summary>Oldest first.</summary>
    public ImmutableList<Order> InForce { get; init; } = [];

    /// <summary>The orders in force on a system, oldest first.</summary>
    public IEnumerable<Order> On(SystemKey key) => InForce.Where(o => o.Key == key);

    /// <summary>What a resume's <c>before</c> names: exactly the orders its signer saw.</summary>
    public static string DigestOf(IEnumerable<Guid> orders) =>
        Digest.Of(System.Text.Encoding.ASCII.GetBytes(string.Join('\n', orders)));

    internal Answer<OrderState> Apply(GovernanceEntry entry, GovernanceState whole) => entry.Verb == OrderGiven.Verb
        ? Give(entry, entry.Read<OrderGiven>(), whole)
        : End(entry, entry.Read<OrderEnded>(), whole);

    private Answer<OrderState> Give(GovernanceEntry entry, OrderGiven body, GovernanceState whole)
    {
        var key = new SystemKey(body.System, body.Environment);
        if (whole.Registry.Find(key.System, key.Environment) is not { } system)
            return RegistryErrors.NoSuchSystem(key.ToString());

        if (!Kinds.Contains(body.Kind))
            return RegistryErrors.UnknownOrder(body.Kind);

        if (entry.Actor != Actor.Response && !Permission.MayTighten(whole, entry.Actor.Id, system))
            return AccessErrorsFor(whole, entry.Actor.Id);

        if (InForce.Exists(o => o.Id == body.Id))
            return RegistryErrors.OrderTaken();

        // Only what was approved may be restored: a rollback without a warrant in force would be a way in.
        if (body.Kind == "rollback" && (body.Release is not { } target
            || whole.Warrants.InForce(key, entry.Time).All(w => w.Release != target)))
        {
            return RegistryErrors.NoRollbackTarget();
        }

        return this with
        {
            InForce = InForce.Add(new Order(
                body.Id, body.Kind, key, body.Kind == "rollback" ? body.Release : null, entry.Actor.Id, entry.Time,
                body.Incident)),
        };
    }

    private Answer<OrderState> End(GovernanceEntry entry, OrderEnded body, GovernanceState whole)
    {
        var key = new SystemKey(body.System, body.Environment);
        if (whole.Registry.Find(key.System, key.Environment) is not { } system)
            return RegistryErrors.NoSuchSystem(key.ToString());

        if (body.Orders.Count == 0 || body.Orders.Any(id => !On(key).Any(o => o.Id == id)))
            return RegistryErrors.NoSuchOrder();

        if (Ownership.SuspendsAt(whole, system, entry.Time) <= entry.Time)
            return HandoverErrors.Overdue(key.System);

        if (Tiering.SuspendsAt(whole, system, entry.Time) <= entry.Time)
            return TaxonomyErrors.Overdue(key.System, system.Risen!.Edition);

        var act = SignedStatement.ReadAct(entry.Statement);
        if (act.Fault is { } fault)
            return fault;

        var said = act.Value.Predicate;
        if (said.Verb != "resume" || said.Org != whole.Founded.Facts.Org || said.Object != key.System
            || said.Environment != key.Environment || said.Before != DigestOf(body.Orders)
            || said.Expires <= entry.Time)
        {
            return AccessErrors.StatementDiffers();
        }

        if (!system.Owners.Includes(entry.Actor.Id) || Permission.Acting(whole, entry.Actor.Id) is not { } owner)
            return RegistryErrors.OwnersResume();

        return owner.SignerOf(act.Value.Envelope, entry.Time) is not null
            ? this with { InForce = InForce.RemoveAll(o => body.Orders.Contains(o.Id)) }
            : PasskeyErrors.Of(owner, act.Value.Envelope, entry.Time) ?? RegistryErrors.OwnersResume();
    }

    private static GovernanceFault AccessErrorsFor(GovernanceState whole, string person) =>
        whole.Roster.Live(person) is null ? AccessErrors.NoSuchPerson() : RegistryErrors.MayNotTighten();
}
