using System.Text.Json;
using Provost.Control.Incidents;
using Provost.Ledger.Statements;

namespace Provost.Control.Tests.Incidents;

public sealed class IncidentEventJsonTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 21, 2, 0, 0, 123, 456, TimeSpan.Zero);

    public static TheoryData<string> Verbs() => [.. IncidentEventJson.Verbs];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_event_comes_back_from_its_canonical_body(string verb)
    {
        var said = All().Single(e => IncidentEventJson.VerbOf(e) == verb);
        var body = IncidentEventJson.ToBody(said);
        Assert.True(CanonicalJson.IsCanonical(body));
        using var json = JsonDocument.Parse(body);
        var back = IncidentEventJson.FromBody(verb, json.RootElement);
        Assert.Equal(body, IncidentEventJson.ToBody(back));
        Assert.Equal(said.GetType(), back.GetType());
        Assert.Equal((said.Id, said.Incident, said.At), (back.Id, back.Incident, back.At));
    }

    [Theory]
    [InlineData("incident_unheard_of", "{}")]
    [InlineData("incident_closed", "{}")]
    [InlineData("incident_closed", "null")]
    public void Refuses_what_is_no_event(string verb, string body)
    {
        using var json = JsonDocument.Parse(body);
        Assert.ThrowsAny<JsonException>(() => IncidentEventJson.FromBody(verb, json.RootElement));
    }

    [Fact]
    public void Folding_an_event_twice_is_folding_it_once()
    {
        var once = All().Aggregate(IncidentState.Empty, (s, e) => s.Apply(e));
        var twice = All().Concat(All()).Aggregate(IncidentState.Empty, (s, e) => s.Apply(e));
        Assert.Equal(All().Count, once.Incidents.Values.Single().Timeline.Count);
        Assert.Equal(
            once.Incidents.Values.Single().Timeline.Select(e => e.Id),
            twice.Incidents.Values.Single().Timeline.Select(e => e.Id));
        Assert.Same(once, All().Aggregate(once, (s, e) => s.Apply(e)));
    }

    private static List<IncidentEvent> All()
    {
        var number = 0;
        Guid Next() => new(++number, 0, 0, new byte[8]);
        var incident = new Guid(99, 0, 0, new byte[8]);
        var page = new Guid(77, 0, 0, new byte[8]);
        var breach = new BreachNote
        {
            Release = "sha256:aa",
            Warrant = incident,
            Signal = "drift",
            Feature = "gre",
            Value = 0.125m,
            Limit = 0.0636m,
            Rows = 150,
            Since = At,
            Found = At,
            Evidence = "gre at most 2.5: 40.0 % of 150 rows, 20.0 % in the baseline",
            LogEvidence = 17.2m,
        };
        return
        [
            new IncidentEvent.Opened { Id = Next(), Incident = incident, At = At, System = "admissions",
                Environment = "production", Breach = breach },
            new IncidentEvent.SignalJoined { Id = Next(), Incident = incident, At = At,
                Breach = breach with { Feature = null, Signal = "latency" } },
            new IncidentEvent.SignalRecovered { Id = Next(), Incident = incident, At = At, Release = "sha256:aa",
                Signal = "drift", Value = 0m, Limit = 1m, Rows = 1 },
            new IncidentEvent.ActionTaken { Id = Next(), Incident = incident, At = At, Action = "rollback",
                OnRelease = "sha256:aa", Restored = "sha256:bb", Reason = "why", Outcome = ActionOutcome.Confirmed,
                Confirmed = ["gateway-1"], Unconfirmed = [], Order = Next() },
            new IncidentEvent.NotRecovered { Id = Next(), Incident = incident, At = At, Release = "sha256:bb" },
            new IncidentEvent.PageAttempted { Id = Next(), Incident = incident, At = At, Page = page,
                Purpose = PagePurpose.Alert, Round = 0, Step = 0, Role = "technical", Person = "p-sam", Attempt = 1,
                TokenHash = "00" },
            new IncidentEvent.PageDelivered { Id = Next(), Incident = incident, At = At, Page = page,
                Channel = "webhook", Receipt = "200" },
            new IncidentEvent.PageFailed { Id = Next(), Incident = incident, At = At, Page = page, Channel = "smtp",
                Reason = "not reached" },
            new IncidentEvent.Acknowledged { Id = Next(), Incident = incident, At = At, Person = "p-sam" },
            new IncidentEvent.Exhausted { Id = Next(), Incident = incident, At = At, Round = 0 },
            new IncidentEvent.Closed { Id = Next(), Incident = incident, At = At, Person = "p-sam" },
        ];
    }
}
