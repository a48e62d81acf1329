using Provost.Control.Drills;
using Provost.Control.Governance;
using Provost.Control.Handovers;
using Provost.Control.Tests.Governance;

namespace Provost.Control.Tests.Drills;

public sealed class DrillStateTests : IDisposable
{
    private const string Token = "a token that was sent to one person alone";

    private readonly GovernanceTown _town = GovernanceTown.Peopled();

    private DateTimeOffset Now => _town.Time.GetUtcNow();

    public void Dispose() => _town.Dispose();

    [Fact]
    public void Who_answers_is_reached_from_then_on()
    {
        var drill = Call("dana");
        Assert.DoesNotContain("dana", Ownership.Reached(_town.State).Keys);

        _town.Give(Answer("dana", drill));

        Assert.Equal("answered", _town.State.Drills.ById[drill].Standing(Now));
        Assert.Equal(Now, Ownership.Reached(_town.State)["dana"]);
    }

    [Fact]
    public void Nobody_answers_for_another_or_without_the_link()
    {
        var drill = Call("dana");

        Assert.Equal("provost.drills.unknown", _town.Code(Answer("sam", drill)));
        Assert.Equal("provost.drills.unknown", _town.Code(Answer("dana", drill, "a token that was made up")));
        Assert.Empty(Ownership.Reached(_town.State));
    }

    [Fact]
    public void A_link_is_good_for_a_day()
    {
        var drill = Call("dana");
        _town.Time.Advance(Drill.Life);

        Assert.Equal("provost.drills.unknown", _town.Code(Answer("dana", drill)));
        Assert.Equal("not answered", _town.State.Drills.ById[drill].Standing(Now));
    }

    [Theory]
    [InlineData("kim")]
    [InlineData("lea")]
    public void Others_call_nobody(string person) =>
        Assert.Equal("provost.drills.persons", _town.Code(Begin(person, "dana", Guid.CreateVersion7())));

    [Fact]
    public void Nobody_is_called_twice_within_ten_minutes()
    {
        Call("dana");
        Assert.Equal("provost.drills.too_soon", _town.Code(Begin("ola", "dana", Guid.CreateVersion7())));

        _town.Time.Advance(DrillState.Pause);
        _town.Give(Begin("ola", "dana", Guid.CreateVersion7()));
    }

    [Fact]
    public void What_no_channel_took_is_not_delivered()
    {
        var drill = Call("dana");
        _town.Give(GovernanceDraft.Of(Actor.Self, "dana", new DrillTried
        {
            Drill = drill,
            Channel = "smtp",
            Delivered = false,
            Said = "refused",
        }));

        Assert.Equal("not delivered", _town.State.Drills.ById[drill].Standing(Now));
    }

    [Fact]
    public void Only_the_server_says_what_became_of_one()
    {
        var drill = Call("dana");

        Assert.Equal("provost.drills.unknown", _town.Code(GovernanceDraft.Of(Actor.Person("ola"), "dana", new DrillTried
        {
            Drill = drill,
            Channel = "smtp",
            Delivered = true,
            Said = "ok",
        })));
    }

    [Fact]
    public void The_list_shows_who_was_never_reached_first()
    {
        _town.Give(_town.Apply("dana"));
        _town.Give(Answer("dana", Call("dana")));

        var lines = ReachList.Of(_town.State, id => new(id, id), Now);

        Assert.Equal(["ola", "sam", "dana"], lines.Select(l => l.Person.Person));
        Assert.Equal([true, true, false], lines.Select(l => l.Unreached));
        Assert.Equal(["business owner of desk"], lines[2].Offices);
    }

    [Fact]
    public void Ninety_days_later_it_has_to_be_proved_again()
    {
        _town.Give(_town.Apply("dana"));
        _town.Give(Answer("dana", Call("dana")));

        Assert.All(
            ReachList.Of(_town.State, id => new(id, id), Now + Ownership.ReachedWithin + TimeSpan.FromSeconds(1)),
            line => Assert.True(line.Unreached));
    }

    private Guid Call(string person)
    {
        var drill = Guid.CreateVersion7();
        _town.Give(Begin("ola", person, drill));
        return drill;
    }

    private static GovernanceDraft Begin(string by, string person, Guid drill) =>
        GovernanceDraft.Of(Actor.Person(by), person, new DrillBegun
        {
            Drill = drill,
            Person = person,
            Token = DrillState.HashOf(Token),
        });

    private static GovernanceDraft Answer(string person, Guid drill, string token = Token) =>
        GovernanceDraft.Of(Actor.Person(person), person, new DrillAnswered { Drill = drill, Token = token });
}
