using System.Collections.Frozen;
using System.Collections.Immutable;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Reviews;

/// <summary>A review that was signed.</summary>
public sealed record Review(SystemReviewed Is, string By, DateTimeOffset At)
{
    public SystemKey Key => new(Is.System, Is.Environment);
}

/// <summary>Who looked at which system again, and when the next time is due.</summary>
public sealed record ReviewState
{
    /// <summary>The verb of the act.</summary>
    internal const string ActVerb = "review";

    internal static readonly FrozenSet<string> Verbs = new[] { SystemReviewed.Verb }.ToFrozenSet();

    internal static readonly ReviewState Empty = new();

    /// <summary>Every review, oldest first.</summary>
    public ImmutableList<Review> All { get; init; } = [];

    private ImmutableDictionary<SystemKey, Review> Newest { get; init; } =
        ImmutableDictionary<SystemKey, Review>.Empty;

    /// <summary>The last review of a system; null before the first.</summary>
    public Review? Last(SystemKey key) => Newest.GetValueOrDefault(key);

    /// <summary>When a system is to be looked at again: so long after its last review, its last approval or, before
    /// either, its registration as the edition that it was tiered by says. Null where that asks for none, and once it
    /// is retired.</summary>
    public static DateTimeOffset? DueAt(GovernanceState state, SystemState system, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(system);
        if (system.RetiredAt is not null || state.Taxonomies.DutiesOf(system).ReviewEvery is not { } often)
            return null;

        var looked = new[]
        {
            system.Since, state.Reviews.Last(system.Key)?.At ?? DateTimeOffset.MinValue,
            state.Warrants.Live(system.Key, now)?.IssuedAt ?? DateTimeOffset.MinValue,
        };
        return often.After(looked.Max());
    }

    internal Answer<ReviewState> Apply(GovernanceEntry entry, GovernanceState whole)
    {
        var body = entry.Read<SystemReviewed>();
        var key = new SystemKey(body.System, body.Environment);
        if (whole.Registry.Systems.GetValueOrDefault(key) is not { } system)
            return RegistryErrors.NoSuchSystem($"{body.System} in {body.Environment}");

        if (system.RetiredAt is not null)
            return RegistryErrors.Retired(body.System);

        if (!Permission.MayReview(whole, entry.Actor.Id, system))
            return ReviewErrors.OwnersReview();

        if (PlainWords.Check(body.Finding, "finding") is { } words)
            return words;

        if (body.Terms != system.Terms || body.Release != whole.Warrants.Live(key, entry.Time)?.Release)
            return ReviewErrors.Changed(key);

        if (SignedAct.Check(entry, whole, ActVerb, key.ToString(), SignedStatement.DigestOf(body)) is { } unsigned)
            return unsigned;

        var review = new Review(body, entry.Actor.Id, entry.Time);
        return this with { All = All.Add(review), Newest = Newest.SetItem(key, review) };
    }
}
