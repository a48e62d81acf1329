using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using Provost.Control.Governance;

namespace Provost.Control.Access;

/// <summary>Somebody asks for a change of people that two others must sign. It has no effect by itself.</summary>
public sealed record ChangeAsked : IGovernanceBody<ChangeAsked>
{
    public static string Verb => "change_asked";

    static JsonTypeInfo<ChangeAsked> IGovernanceBody<ChangeAsked>.Json => GovernanceJson.Default.ChangeAsked;

    public required Guid Change { get; init; }

    /// <summary>Digest of what waits, as the row holds it: who looks at a row knows whether it is what was asked
    /// for.</summary>
    public required string Document { get; init; }

    public required DateTimeOffset Until { get; init; }
}

/// <summary>A change that waited is taken back.</summary>
public sealed record ChangeWithdrawn : IGovernanceBody<ChangeWithdrawn>
{
    public static string Verb => "change_withdrawn";

    static JsonTypeInfo<ChangeWithdrawn> IGovernanceBody<ChangeWithdrawn>.Json =>
        GovernanceJson.Default.ChangeWithdrawn;

    public required Guid Change { get; init; }
}

/// <summary>A change that was asked for and not taken back.</summary>
/// <param name="Document">Digest of what waits.</param>
/// <param name="Person">The person concerned.</param>
/// <param name="By">Who asked.</param>
public sealed record AskedChange(
    Guid Change, string Document, string Person, string By, DateTimeOffset At, DateTimeOffset Until);

/// <summary>The changes that were asked for, as far as their time has not passed.</summary>
public sealed record AskedState
{
    internal static readonly AskedState Empty = new();

    public ImmutableDictionary<Guid, AskedChange> Changes { get; init; } =
        ImmutableDictionary<Guid, AskedChange>.Empty;

    internal Answer<AskedState> Ask(GovernanceEntry entry, ChangeAsked body, RosterState roster)
    {
        if (roster.Live(entry.Actor.Id) is null || Changes.ContainsKey(body.Change))
            return AccessErrors.MayNotAsk();

        var standing = Changes.RemoveRange(Changes.Values.Where(c => c.Until <= entry.Time).Select(c => c.Change));
        return this with
        {
            Changes = standing.Add(body.Change, new AskedChange(
                body.Change, body.Document, entry.Object, entry.Actor.Id, entry.Time, body.Until)),
        };
    }

    internal Answer<AskedState> Withdraw(GovernanceEntry entry, ChangeWithdrawn body, RosterState roster) =>
        Changes.GetValueOrDefault(body.Change) is not { } asked ? AccessErrors.NoSuchChange()
        : roster.Live(entry.Actor.Id) is { } person && (person.Id == asked.By || person.Id == asked.Person
            || person.Has(Roles.PlatformAdministrator))
            ? this with { Changes = Changes.Remove(body.Change) }
            : AccessErrors.OnlyAdministrators();
}
