using System.Globalization;
using System.Text.Json;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

/// <summary>
/// On what decisions stand that nothing was approved for: each adoption that one names must be here, for its system and
/// environment, signed by as many persons as it needs, within its days. Shares nothing with the fold that the server
/// works by.
/// </summary>
internal sealed class AdoptionActs(TrustFile trust, KnownPeople people)
{
    private const string Act = "https://provost.dev/act/v1";
    private const string Verb = "adopt";

    /// <summary>Days in a row, whoever signs.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>An answer that was begun in time may be recorded so much later.</summary>
    private static readonly TimeSpan Answering = TimeSpan.FromHours(1);

    private readonly Dictionary<string, Known> _adoptions = [];
    private readonly Dictionary<(string? System, string? Environment), string> _last = [];
    private readonly Dictionary<Named, (long Index, string Stream, long Seq)> _named = [];
    private readonly HashSet<string> _persons = [];
    private long _decisions;

    private sealed record Named(string Adoption, string? System, string? Environment, long Hour);

    private sealed class Known
    {
        public required string Id { get; init; }
        public required string? System { get; init; }
        public required string? Environment { get; init; }
        public required string Digest { get; init; }
        public required string First { get; init; }
        public required DateTimeOffset Since { get; init; }
        public required DateTimeOffset Until { get; init; }

        /// <summary>When it is over: before its time where somebody ended it.</summary>
        public required DateTimeOffset End { get; set; }

        /// <summary>When the last of its persons signed; null while one is missing.</summary>
        public DateTimeOffset? From { get; set; }
    }

    /// <summary>Takes an act of adoption; null when it is signed as it must be, or what is wrong.</summary>
    public string? Take(GovernanceAct act) => act.Verb switch
    {
        "adoption_signed" => Sign(act),
        "adoption_confirmed" => Confirm(act),
        "adoption_ended" => Over(act),
        _ => null,
    };

    /// <summary>Notes what a decision names.</summary>
    public void Note(JsonElement record, (long Index, string Stream, long Seq) place)
    {
        if (GovernanceAct.Text(record, "adoption") is not { } adoption)
            return;

        _decisions++;
        var hour = Instant(record, "time").UtcTicks / TimeSpan.TicksPerHour;
        _named.TryAdd(
            new Named(
                adoption, GovernanceAct.Text(record, "system"), GovernanceAct.Text(record, "environment"), hour),
            place);
    }

    /// <summary>Once all entries came by: the first decision whose adoption does not hold, and why.</summary>
    public (string What, (long Index, string Stream, long Seq) Place)? End()
    {
        foreach (var (named, place) in _named)
        {
            if (!_adoptions.TryGetValue(named.Adoption, out var adoption) || adoption.From is not { } from)
                return ($"it names adoption {named.Adoption}, which is not here or not signed by all", place);

            if (adoption.System != named.System || adoption.Environment != named.Environment)
                return ($"adoption {named.Adoption} is for something else", place);

            var hour = new DateTimeOffset(named.Hour * TimeSpan.TicksPerHour, TimeSpan.Zero);
            if (hour + TimeSpan.FromHours(1) < from || hour > adoption.Until + Answering)
                return ($"adoption {named.Adoption} was not in force then", place);
        }

        return null;
    }

    public void Report(List<string> isShown, List<string> isNot)
    {
        if (_decisions == 0)
            return;

        isShown.Add(
            $"{_decisions} entries passed UNGOVERNED: nothing of them was approved; "
            + $"{_named.Keys.Select(n => n.Adoption).Distinct().Count()} adoptions let them pass, signed by "
            + $"{_persons.Count} persons with keys of the roster, for 30 days in a row at most.");
        isNot.Add("That who signed an adoption was an owner of the system.");
    }

    private string? Sign(GovernanceAct act)
    {
        var content = GovernanceAct.Member(act.Body, "content");
        var id = GovernanceAct.Text(content, "id") ?? throw new FormatException("\"id\" is missing");
        var digest = Digest.Of(CanonicalJson.From(content));
        if (NotSigned(act, id, digest) is { } unsigned)
            return unsigned;

        var (since, until) = (Instant(content, "since"), Instant(content, "until"));
        if (until > since + Longest || until <= since || since > act.Time || _adoptions.ContainsKey(id))
            return $"adoption {id} is there twice, or lasts longer than 30 days in a row";

        if (GovernanceAct.Text(content, "tier") is not ("minimal" or "limited"))
            return $"adoption {id} is of a tier that is not adopted";

        var key = (GovernanceAct.Text(content, "system"), GovernanceAct.Text(content, "environment"));
        var renews = GovernanceAct.Text(content, "renews");
        if (_last.TryGetValue(key, out var last) && renews != last)
            return $"adoption {id} does not say that it goes on from {last}";

        // a pause shorter than the longest row does not begin another one
        if (last is not null && act.Time < _adoptions[last].End + Longest && since != _adoptions[last].Since)
            return $"adoption {id} does not count its days in a row from {_adoptions[last].Since:yyyy-MM-dd} on";

        _adoptions[id] = new Known
        {
            Id = id,
            System = key.Item1,
            Environment = key.Item2,
            Digest = digest,
            First = act.Actor,
            Since = since,
            Until = until,
            End = until,
            From = renews is null ? act.Time : null,
        };
        if (renews is null)
            _last[key] = id;

        return null;
    }

    private string? Confirm(GovernanceAct act)
    {
        var id = GovernanceAct.Text(act.Body, "adoption") ?? throw new FormatException("\"adoption\" is missing");
        if (!_adoptions.TryGetValue(id, out var asked) || asked.From is not null)
            return $"adoption {id} is confirmed and was not asked for here";

        if (asked.First == act.Actor)
            return $"adoption {id} is signed twice by one person";

        if (NotSigned(act, id, asked.Digest) is { } unsigned)
            return unsigned;

        asked.From = act.Time;
        _last[(asked.System, asked.Environment)] = id;
        return null;
    }

    private string? Over(GovernanceAct act)
    {
        var id = GovernanceAct.Text(act.Body, "adoption") ?? throw new FormatException("\"adoption\" is missing");
        if (_adoptions.TryGetValue(id, out var ended) && act.Time < ended.End)
            ended.End = act.Time;

        return null;
    }

    private string? NotSigned(GovernanceAct act, string id, string digest)
    {
        var words = GovernanceAct.Words(act.Envelope, Act);
        if (words.Say("verb") != Verb || words.Say("org") != trust.Org || words.Say("object") != id
            || words.Say("after") != digest)
        {
            return $"what was signed for adoption {id} is something else";
        }

        if (!people.HasSigned(act.Actor, act.Envelope, act.Time))
            return $"{act.Actor} did not sign adoption {id} with a key of the roster";

        _persons.Add(act.Actor);
        return null;
    }

    private static DateTimeOffset Instant(JsonElement json, string name) => DateTimeOffset.TryParse(
        GovernanceAct.Text(json, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
        ? instant.ToUniversalTime()
        : throw new FormatException($"\"{name}\" is missing or no instant");
}
