using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Reveals;
using Provost.Control.Tests.Governance;

namespace Provost.Control.Tests.Reveals;

public sealed class RevealStateTests : IDisposable
{
    private readonly GovernanceTown _town = GovernanceTown.Peopled();

    public void Dispose() => _town.Dispose();

    [Theory]
    [InlineData("pat")] // administers the platform
    [InlineData("dana")] // owns systems
    [InlineData("lea")] // approves
    public void Content_is_read_by_compliance_alone(string person) =>
        Assert.Equal("provost.reveals.compliance_only", _town.Code(One(person)));

    [Fact]
    public void Who_also_administers_the_platform_reads_nothing()
    {
        _town.Done(_town.Add(
            "both", Actor.Person("pat"), bootstrap: false, [_town.KeyOf("lea"), _town.KeyOf("max")],
            Roles.Compliance, Roles.PlatformAdministrator));

        Assert.Equal("provost.reveals.compliance_only", _town.Code(One("both")));
    }

    [Fact]
    public void Nothing_is_read_without_a_purpose()
    {
        Assert.Equal("provost.bad_request", _town.Code(GovernanceDraft.Of(
            Actor.Person("cleo"), "decision",
            new ContentRevealed { Decision = "decision", System = "desk", Purpose = "" })));
        _town.Give(One("cleo"));
        Assert.Equal("case 17", Assert.Single(_town.State.Reveals.All).Purpose);
    }

    [Fact]
    public void One_person_reads_a_few_decisions_a_day_and_no_more()
    {
        for (var i = 0; i < RevealState.SinglesADay; i++)
            _town.Give(One("cleo"));

        Assert.Equal("provost.reveals.many", _town.Code(One("cleo")));
        _town.Time.Advance(RevealState.Day);
        _town.Give(One("cleo"));
        Assert.Equal(RevealState.SinglesADay + 1, _town.State.Reveals.All.Count);
    }

    [Fact]
    public void Many_decisions_are_read_once_a_second_person_has_signed_what_was_asked()
    {
        var asked = Ask();
        Assert.Equal("provost.reveals.not_confirmed", _town.Code(ReadMany("cleo", asked)));
        Assert.Equal("provost.reveals.second_person", _town.Code(Confirm("cleo", asked)));
        Assert.Equal("provost.reveals.second_person", _town.Code(Confirm("dana", asked)));
        Assert.Equal("provost.statement.differs", _town.Code(Confirm("lea", asked with { Decisions = 1 })));
        _town.Give(Confirm("lea", asked));

        _town.Give(ReadMany("cleo", asked));
        Assert.Equal("provost.reveals.unknown", _town.Code(ReadMany("lea", asked)));
        var reveal = _town.State.Reveals.Find(asked.Id)!;
        Assert.Equal(("cleo", "lea"), (reveal.By, reveal.ConfirmedBy));
        Assert.Single(reveal.ReadAt);
    }

    [Fact]
    public void A_confirmation_holds_for_a_day()
    {
        var asked = Ask();
        _town.Give(Confirm("lea", asked));
        _town.Time.Advance(RevealState.Day + TimeSpan.FromSeconds(1));

        Assert.Equal("provost.reveals.not_confirmed", _town.Code(ReadMany("cleo", asked)));
    }

    private RevealAsked Ask()
    {
        var asked = new RevealAsked
        {
            Id = Guid.CreateVersion7(),
            System = "desk",
            Query = ["outcome=blocked"],
            Decisions = 3,
            Ids = "sha256:00",
            Purpose = "complaint 4711",
        };
        _town.Give(GovernanceDraft.Of(Actor.Person("cleo"), asked.Id.ToString(), asked));
        return asked;
    }

    private GovernanceDraft Confirm(string person, RevealAsked asked) => _town.Act(
        person, asked.Id.ToString(), new RevealConfirmed { Reveal = asked.Id }, "reveal",
        SignedStatement.DigestOf(asked));

    private static GovernanceDraft ReadMany(string person, RevealAsked asked) => GovernanceDraft.Of(
        Actor.Person(person), asked.Id.ToString(), new BulkRevealed { Reveal = asked.Id, Decisions = 3 });

    private static GovernanceDraft One(string person) => GovernanceDraft.Of(
        Actor.Person(person), "decision", new ContentRevealed
        {
            Decision = "decision",
            System = "desk",
            Purpose = "case 17",
        });
}
