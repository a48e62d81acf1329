using Provost.Control.Governance;
using Provost.Control.Holds;
using Provost.Control.Tests.Governance;
using Provost.Ledger.Vault;

namespace Provost.Control.Tests.Holds;

public sealed class HoldStateTests : IDisposable
{
    private readonly GovernanceTown _town = GovernanceTown.Peopled();

    private DateTimeOffset Now => _town.Time.GetUtcNow();

    public void Dispose() => _town.Dispose();

    [Theory]
    [InlineData("pat")]
    [InlineData("dana")]
    [InlineData("lea")]
    public void Is_placed_by_compliance_alone(string person) =>
        Assert.Equal("provost.holds.compliance_only", _town.Code(Draft(person, new HoldPlaced
        {
            Id = Guid.CreateVersion7(),
            System = "desk",
            Basis = "case 17",
        })));

    [Fact]
    public void Covers_by_system_subject_and_window_together()
    {
        Place(new HoldPlaced
        {
            Id = Guid.CreateVersion7(),
            System = "desk",
            Subject = "ada",
            From = Now,
            To = Now.AddDays(1),
            Basis = "case 17",
        });
        var holds = _town.State.Holds;

        Assert.NotNull(holds.Keeping("desk", "ada", Now));
        Assert.Null(holds.Keeping("loans", "ada", Now));
        Assert.Null(holds.Keeping("desk", "bob", Now));
        Assert.Null(holds.Keeping("desk", "ada", Now.AddDays(1)));
        Assert.Null(holds.Keeping("desk", "ada", Now.AddTicks(-1)));
    }

    [Fact]
    public void A_subject_that_is_held_is_spared_and_the_rest_of_its_month_is_not_kept()
    {
        Place(new HoldPlaced { Id = Guid.CreateVersion7(), Subject = "ada", Basis = "case 17" });
        var group = new KeyGroup("desk", "answers", "2026-11");

        Assert.Equal(["ada"], _town.State.Holds.SparedIn(group));
        Assert.Null(_town.State.Holds.Keeping(group));
    }

    [Theory]
    [InlineData("2026-10", false)]
    [InlineData("2026-11", true)]
    [InlineData("2026-12", false)]
    public void A_window_keeps_every_month_that_it_touches(string month, bool isKept)
    {
        Place(new HoldPlaced
        {
            Id = Guid.CreateVersion7(),
            From = new DateTimeOffset(2026, 11, 30, 23, 0, 0, TimeSpan.Zero),
            To = new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero),
            Basis = "case 17",
        });

        Assert.Equal(isKept, _town.State.Holds.Keeping(new KeyGroup("desk", "answers", month)) is not null);
    }

    [Fact]
    public void Ends_when_one_person_asks_and_another_signs()
    {
        var hold = Place(new HoldPlaced { Id = Guid.CreateVersion7(), System = "desk", Basis = "case 17" });
        Assert.Equal("provost.holds.not_asked", _town.Code(Release("lea", hold, Guid.NewGuid())));
        var asked = Ask(hold);

        Assert.Equal("provost.holds.second_person", _town.Code(Release("cleo", hold, asked)));
        Assert.Equal("provost.holds.second_person", _town.Code(Release("dana", hold, asked)));
        Assert.Equal(
            "provost.statement.not_yours",
            _town.Code(Release("lea", hold, asked) with { Actor = Actor.Person("max") }));
        _town.Give(Release("lea", hold, asked));

        Assert.Empty(_town.State.Holds.InForce);
        Assert.Equal("lea", _town.State.Holds.Find(hold)!.ReleasedBy);
        Assert.Equal("provost.holds.unknown", _town.Code(Release("max", hold, asked)));
    }

    [Fact]
    public void A_request_to_end_it_waits_seven_days_and_no_longer()
    {
        var hold = Place(new HoldPlaced { Id = Guid.CreateVersion7(), System = "desk", Basis = "case 17" });
        var asked = Ask(hold);
        _town.Time.Advance(HoldState.AskedLife + TimeSpan.FromSeconds(1));

        Assert.Equal("provost.holds.not_asked", _town.Code(Release("lea", hold, asked)));
    }

    [Fact]
    public void Refuses_one_that_covers_nothing_or_says_nothing()
    {
        Assert.Equal("provost.holds.empty", _town.Code(Draft("cleo", new HoldPlaced
        {
            Id = Guid.CreateVersion7(),
            Basis = "case 17",
        })));
        Assert.Equal("provost.holds.window", _town.Code(Draft("cleo", new HoldPlaced
        {
            Id = Guid.CreateVersion7(),
            From = Now,
            To = Now,
            Basis = "case 17",
        })));
        Assert.Equal("provost.bad_request", _town.Code(Draft("cleo", new HoldPlaced
        {
            Id = Guid.CreateVersion7(),
            System = "desk",
            Basis = "",
        })));
    }

    private Guid Place(HoldPlaced body)
    {
        _town.Give(Draft("cleo", body));
        return body.Id;
    }

    private Guid Ask(Guid hold)
    {
        _town.Give(GovernanceDraft.Of(
            Actor.Person("cleo"), hold.ToString(), new HoldReleaseAsked { Hold = hold, Basis = "case 17 is closed" }));
        return _town.State.Holds.Find(hold)!.Asked!.Id;
    }

    private GovernanceDraft Release(string person, Guid hold, Guid asked) => _town.Act(
        person, hold.ToString(), new HoldReleased { Hold = hold, Asked = asked }, "release_hold");

    private static GovernanceDraft Draft(string person, HoldPlaced body) =>
        GovernanceDraft.Of(Actor.Person(person), body.Id.ToString(), body);
}
