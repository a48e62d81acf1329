using System.Collections.Frozen;
using System.Collections.Immutable;
using Provost.Control.Access;
using Provost.Control.Governance;

namespace Provost.Control.Reveals;

/// <summary>One reading of content, or a request for it.</summary>
/// <param name="Id">Of the entry; of a request, its own id.</param>
/// <param name="By">Who reads.</param>
/// <param name="Decision">The one decision; null for many.</param>
/// <param name="System">The system of what is read.</param>
public sealed record Reveal(Guid Id, string By, DateTimeOffset At, string? Decision, string System)
{
    /// <summary>Why, in clear.</summary>
    public required string Purpose { get; init; }

    /// <summary>What was asked for; null of a single decision.</summary>
    public RevealAsked? Asked { get; init; }

    public string? ConfirmedBy { get; init; }

    public DateTimeOffset? ConfirmedAt { get; init; }

    /// <summary>When it was read, each time; of a single decision <see cref="At"/>.</summary>
    public ImmutableList<DateTimeOffset> ReadAt { get; init; } = [];
}

/// <summary>Who read what. A few decisions are read by one person; many need two.</summary>
public sealed record RevealState
{
    /// <summary>Single decisions that one person may read within <see cref="Day"/>.</summary>
    public const int SinglesADay = 25;

    /// <summary>How long a confirmation holds, and over what singles are counted.</summary>
    public static readonly TimeSpan Day = TimeSpan.FromHours(24);

    internal static readonly FrozenSet<string> Verbs = new[]
    {
        ContentRevealed.Verb, RevealAsked.Verb, RevealConfirmed.Verb, BulkRevealed.Verb,
    }.ToFrozenSet();

    internal static readonly RevealState Empty = new();

    /// <summary>Oldest first.</summary>
    public ImmutableList<Reveal> All { get; init; } = [];

    private ImmutableDictionary<Guid, Reveal> Requests { get; init; } = ImmutableDictionary<Guid, Reveal>.Empty;

    private ImmutableDictionary<string, ImmutableQueue<DateTimeOffset>> Recent { get; init; } =
        ImmutableDictionary<string, ImmutableQueue<DateTimeOffset>>.Empty;

    /// <summary>A request for many, by its id.</summary>
    public Reveal? Find(Guid id) => Requests.GetValueOrDefault(id);

    internal Answer<RevealState> Apply(GovernanceEntry entry, GovernanceState whole)
    {
        if (entry.Verb == ContentRevealed.Verb)
            return Read(entry, entry.Read<ContentRevealed>(), whole);

        if (entry.Verb == RevealAsked.Verb)
            return Ask(entry, entry.Read<RevealAsked>(), whole);

        return entry.Verb == RevealConfirmed.Verb
            ? Confirm(entry, entry.Read<RevealConfirmed>(), whole)
            : ReadMany(entry, entry.Read<BulkRevealed>(), whole);
    }

    private Answer<RevealState> Read(GovernanceEntry entry, ContentRevealed body, GovernanceState whole)
    {
        if (!Permission.MayReveal(whole, entry.Actor.Id))
            return RevealErrors.ComplianceOnly();

        if (PlainWords.Check(body.Purpose, "purpose") is { } words)
            return words;

        var recent = Recent.GetValueOrDefault(entry.Actor.Id, ImmutableQueue<DateTimeOffset>.Empty);
        while (!recent.IsEmpty && recent.Peek() <= entry.Time - Day)
            recent = recent.Dequeue();

        if (recent.Count() >= SinglesADay)
            return RevealErrors.ThatIsMany();

        return this with
        {
            All = All.Add(new Reveal(entry.Id, entry.Actor.Id, entry.Time, body.Decision, body.System)
            {
                Purpose = body.Purpose,
                ReadAt = [entry.Time],
            }),
            Recent = Recent.SetItem(entry.Actor.Id, recent.Enqueue(entry.Time)),
        };
    }

    private Answer<RevealState> Ask(GovernanceEntry entry, RevealAsked body, GovernanceState whole)
    {
        if (!Permission.MayReveal(whole, entry.Actor.Id))
            return RevealErrors.ComplianceOnly();

        if (PlainWords.Check(body.Purpose, "purpose") is { } words)
            return words;

        if (Requests.ContainsKey(body.Id))
            return RevealErrors.Unknown();

        var asked = new Reveal(body.Id, entry.Actor.Id, entry.Time, null, body.System)
        {
            Purpose = body.Purpose,
            Asked = body,
        };
        return With(asked, isNew: true);
    }

    private Answer<RevealState> Confirm(GovernanceEntry entry, RevealConfirmed body, GovernanceState whole)
    {
        if (Find(body.Reveal) is not { Asked: { } asked, ConfirmedAt: null } reveal || reveal.At + Day < entry.Time)
            return RevealErrors.Unknown();

        if (!Permission.MayConfirm(whole, entry.Actor.Id) || entry.Actor.Id == reveal.By)
            return RevealErrors.SecondPerson();

        return SignedAct.Check(entry, whole, "reveal", body.Reveal.ToString(), SignedStatement.DigestOf(asked))
            is { } fault
            ? fault
            : With(reveal with { ConfirmedBy = entry.Actor.Id, ConfirmedAt = entry.Time });
    }

    private Answer<RevealState> ReadMany(GovernanceEntry entry, BulkRevealed body, GovernanceState whole)
    {
        if (Find(body.Reveal) is not { } reveal || reveal.By != entry.Actor.Id)
            return RevealErrors.Unknown();

        if (!Permission.MayReveal(whole, entry.Actor.Id))
            return RevealErrors.ComplianceOnly();

        return reveal.ConfirmedAt is { } at && entry.Time <= at + Day && body.Decisions == reveal.Asked!.Decisions
            ? With(reveal with { ReadAt = reveal.ReadAt.Add(entry.Time) })
            : RevealErrors.NotConfirmed();
    }

    private RevealState With(Reveal reveal, bool isNew = false) => this with
    {
        All = isNew ? All.Add(reveal) : All.Replace(Requests[reveal.Id], reveal),
        Requests = Requests.SetItem(reveal.Id, reveal),
    };
}
