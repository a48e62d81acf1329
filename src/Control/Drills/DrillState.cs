using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Provost.Control.Access;
using Provost.Control.Governance;

namespace Provost.Control.Drills;

/// <summary>A drill and what became of it.</summary>
/// <param name="By">Who asked for it.</param>
/// <param name="DeliveredAt">When a channel took it; null while none did.</param>
/// <param name="Said">What the channels said; null before they did.</param>
/// <param name="AnsweredAt">When the person pressed the button; null while they have not.</param>
public sealed record Drill(
    Guid Id, string Person, string Token, string By, DateTimeOffset At, DateTimeOffset? DeliveredAt, string? Said,
    DateTimeOffset? AnsweredAt)
{
    /// <summary>How long the link may be pressed.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    /// <summary>What <see cref="Standing"/> may say.</summary>
    public static readonly IReadOnlyList<string> Standings = ["waiting", "answered", "not delivered", "not answered"];

    /// <summary><c>answered</c>, <c>not delivered</c>, <c>waiting</c>, or <c>not answered</c> once its time is
    /// over.</summary>
    public string Standing(DateTimeOffset at) => AnsweredAt is not null ? "answered"
        : at >= At + Life ? "not answered"
        : DeliveredAt is null && Said is not null ? "not delivered"
        : "waiting";
}

/// <summary>Every page that was a drill. It grants nothing: it is the proof that pages reach people.</summary>
public sealed record DrillState
{
    internal static readonly FrozenSet<string> Verbs =
        new[] { DrillBegun.Verb, DrillTried.Verb, DrillAnswered.Verb }.ToFrozenSet();

    internal static readonly DrillState Empty = new();

    /// <summary>A person is not called again within this time.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    /// <summary>Oldest first.</summary>
    public ImmutableList<Guid> Order { get; init; } = [];

    public ImmutableDictionary<Guid, Drill> ById { get; init; } = ImmutableDictionary<Guid, Drill>.Empty;

    /// <summary>Every drill, oldest first.</summary>
    public IEnumerable<Drill> All => Order.Select(id => ById[id]);

    /// <summary>The drill whose link holds a token; null when there is none.</summary>
    public Drill? Find(string token)
    {
        var hash = HashOf(token);
        return ById.Values.FirstOrDefault(d => d.Token == hash);
    }

    /// <summary>SHA-256 of a token, in hex.</summary>
    internal static string HashOf(string token) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    internal Answer<DrillState> Apply(GovernanceEntry entry, GovernanceState whole)
    {
        if (entry.Verb == DrillBegun.Verb)
            return Begin(entry, entry.Read<DrillBegun>(), whole);

        return entry.Verb == DrillTried.Verb
            ? Try(entry, entry.Read<DrillTried>())
            : Answered(entry, entry.Read<DrillAnswered>(), whole);
    }

    private Answer<DrillState> Begin(GovernanceEntry entry, DrillBegun body, GovernanceState whole)
    {
        if (!Permission.MayDrill(whole, entry.Actor.Id))
            return DrillErrors.MayNot();

        if (whole.Roster.Live(body.Person) is null)
            return DrillErrors.NobodyThere();

        if (All.Any(d => d.Person == body.Person && entry.Time < d.At + Pause))
            return DrillErrors.TooSoon();

        return ById.ContainsKey(body.Drill)
            ? DrillErrors.Unknown()
            : this with
            {
                Order = Order.Add(body.Drill),
                ById = ById.Add(body.Drill, new Drill(
                    body.Drill, body.Person, body.Token, entry.Actor.Id, entry.Time, null, null, null)),
            };
    }

    private Answer<DrillState> Try(GovernanceEntry entry, DrillTried body) =>
        entry.Actor == Actor.Self && ById.GetValueOrDefault(body.Drill) is { } drill
            ? With(drill with
            {
                DeliveredAt = drill.DeliveredAt ?? (body.Delivered ? entry.Time : null),
                Said = $"{body.Channel}: {body.Said}",
            })
            : DrillErrors.Unknown();

    private Answer<DrillState> Answered(GovernanceEntry entry, DrillAnswered body, GovernanceState whole) =>
        ById.GetValueOrDefault(body.Drill) is { } drill && drill.Token == HashOf(body.Token)
            && entry.Actor == Actor.Person(drill.Person) && whole.Roster.Live(drill.Person) is not null
            && entry.Time < drill.At + Drill.Life
            ? drill.AnsweredAt is null ? With(drill with { AnsweredAt = entry.Time }) : this
            : DrillErrors.Unknown();

    private DrillState With(Drill changed) => this with { ById = ById.SetItem(changed.Id, changed) };
}
