using Provost.Control.Governance;
using Provost.Control.Holds;
using Provost.Control.Incidents;
using Provost.Control.Tests.Governance;

namespace Provost.Control.Tests.Incidents;

public sealed class IncidentHoldsTests : IDisposable
{
    private readonly GovernanceTown _town = GovernanceTown.Peopled();

    public void Dispose() => _town.Dispose();

    [Fact]
    public async Task The_evidence_around_an_incident_is_held_once_and_no_person_has_to_think_of_it()
    {
        var incident = await OpenAsync();
        var holds = new IncidentHolds(_town.Log, _town.Time);
        await holds.TickAsync(CancellationToken.None);
        await holds.TickAsync(CancellationToken.None);

        var hold = Assert.Single(_town.State.Holds.All);
        Assert.Equal(((Guid?)incident, "desk", "response"), (hold.Covers.Incident, hold.Covers.System, hold.By));
        Assert.NotNull(_town.State.Holds.Keeping("desk", "ada", _town.Time.GetUtcNow().AddDays(-6)));
        Assert.Null(_town.State.Holds.Keeping("desk", "ada", _town.Time.GetUtcNow().AddDays(-8)));
        _town.Time.Advance(TimeSpan.FromDays(548)); // eighteen months
        Assert.NotNull(_town.State.Holds.Keeping("desk", "ada", hold.Since));
    }

    [Fact]
    public async Task The_response_can_hold_nothing_but_the_evidence_of_an_incident()
    {
        var incident = await OpenAsync();
        foreach (var more in new[]
        {
            new HoldPlaced { Id = Guid.CreateVersion7(), System = "desk", Basis = "case 17" },
            new HoldPlaced { Id = Guid.CreateVersion7(), Incident = incident, System = "desk", Basis = "all of it" },
            new HoldPlaced { Id = Guid.CreateVersion7(), Incident = Guid.CreateVersion7(), Basis = "none" },
        })
        {
            Assert.Equal(
                "provost.holds.compliance_only",
                _town.Code(GovernanceDraft.Of(Actor.Response, more.Id.ToString(), more)));
        }
    }

    private async Task<Guid> OpenAsync()
    {
        var (id, now) = (Guid.CreateVersion7(), _town.Time.GetUtcNow());
        await IncidentJournal.AppendAsync(
            _town.Log,
            new IncidentEvent.Opened
            {
                Id = Guid.CreateVersion7(),
                Incident = id,
                At = now,
                System = "desk",
                Environment = "production",
                Breach = new BreachNote
                {
                    Release = "sha256:aa",
                    Warrant = Guid.CreateVersion7(),
                    Signal = "latency",
                    Value = 0.3m,
                    Limit = 0.05m,
                    Rows = 150,
                    Since = now,
                    Found = now,
                    Evidence = "45 of 150 answers were slow",
                    LogEvidence = 17m,
                },
            },
            CancellationToken.None);
        return id;
    }
}
