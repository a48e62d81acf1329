using System.Collections.Frozen;
using System.Collections.Immutable;
using Provost.Control.Governance;

namespace Provost.Control.Notices;

/// <summary>A notice and what became of it.</summary>
/// <param name="Attempts">Rounds over all channels.</param>
/// <param name="DeliveredAt">When the first channel took it; null while none did.</param>
/// <param name="Said">What the last channel said; null before the first try.</param>
public sealed record Notice(
    NoticeBegun Is, DateTimeOffset At, int Attempts, DateTimeOffset LastAttempt, DateTimeOffset? DeliveredAt,
    string? Said)
{
    public Guid Id => Is.Notice;
}

/// <summary>Who was told of which date that nears. It grants nothing: it is how each is told once.</summary>
public sealed record NoticeState
{
    internal static readonly FrozenSet<string> Verbs = new[] { NoticeBegun.Verb, NoticeTried.Verb }.ToFrozenSet();

    internal static readonly NoticeState Empty = new();

    /// <summary>Oldest first.</summary>
    public ImmutableList<Guid> Order { get; init; } = [];

    public ImmutableDictionary<Guid, Notice> ById { get; init; } = ImmutableDictionary<Guid, Notice>.Empty;

    /// <summary>Every notice, oldest first.</summary>
    public IEnumerable<Notice> All => Order.Select(id => ById[id]);

    private ImmutableDictionary<(string Kind, string About, int Days, string Person), Guid> Told { get; init; } =
        ImmutableDictionary<(string Kind, string About, int Days, string Person), Guid>.Empty;

    /// <summary>The notice of one step to one person; null while nobody began it.</summary>
    public Notice? Find(string kind, string about, int days, string person) =>
        Told.TryGetValue((kind, about, days, person), out var id) ? ById[id] : null;

    internal Answer<NoticeState> Apply(GovernanceEntry entry)
    {
        if (entry.Verb == NoticeTried.Verb)
            return Try(entry.Time, entry.Read<NoticeTried>());

        var body = entry.Read<NoticeBegun>();
        if (ById.ContainsKey(body.Notice) || Find(body.Kind, body.About, body.Days, body.Person) is not null)
        {
            return new GovernanceFault(FaultKind.Conflict, "provost.notices.taken",
                "This person is told of this step already.", "Nothing needs to be done.");
        }

        return this with
        {
            Order = Order.Add(body.Notice),
            ById = ById.Add(body.Notice, new Notice(body, entry.Time, 0, entry.Time, null, null)),
            Told = Told.Add((body.Kind, body.About, body.Days, body.Person), body.Notice),
        };
    }

    private Answer<NoticeState> Try(DateTimeOffset at, NoticeTried body) =>
        ById.TryGetValue(body.Notice, out var notice)
        ? this with
        {
            ById = ById.SetItem(body.Notice, notice with
            {
                Attempts = notice.Attempts + 1,
                LastAttempt = at,
                DeliveredAt = notice.DeliveredAt ?? (body.Delivered ? at : null),
                Said = $"{body.Channel}: {body.Said}",
            }),
        }
        : new GovernanceFault(FaultKind.NotFound, "provost.notices.unknown",
            "There is no such notice.", "See the list of notices.");
}
