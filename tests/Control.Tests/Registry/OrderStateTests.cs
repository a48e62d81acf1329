using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Tests.Governance;

namespace Provost.Control.Tests.Registry;

public sealed class OrderStateTests
{
    private static GovernanceTown Town()
    {
        var town = GovernanceTown.Peopled();
        town.Give(town.Apply("kim"));
        return town;
    }

    [Theory]
    [InlineData("dana")]
    [InlineData("sam")]
    [InlineData("ola")]
    [InlineData("cleo")]
    public void Owners_on_call_and_compliance_pause_in_one_step(string person)
    {
        using var town = Town();
        town.Give(GovernanceTown.Order(Actor.Person(person), "pause", Guid.CreateVersion7(town.Time.GetUtcNow())));
        Assert.Equal(person, Assert.Single(town.State.Orders.InForce).By);
    }

    [Theory]
    [InlineData("kim")]
    [InlineData("lea")]
    [InlineData("pat")]
    public void Nobody_else_does(string person)
    {
        using var town = Town();
        Assert.Equal("provost.orders.forbidden", town.Code(
            GovernanceTown.Order(Actor.Person(person), "pause", Guid.CreateVersion7(town.Time.GetUtcNow()))));
    }

    [Fact]
    public void Only_an_owners_own_signature_over_exactly_these_orders_resumes()
    {
        using var town = Town();
        var first = Guid.CreateVersion7(town.Time.GetUtcNow());
        var second = Guid.CreateVersion7(town.Time.GetUtcNow());
        town.Give(GovernanceTown.Order(Actor.Response, "pause", first));
        var seen = town.Resume("dana", [first]);
        town.Give(GovernanceTown.Order(Actor.Response, "fallback", second));

        Assert.Equal("provost.orders.owners_resume", town.Code(town.Resume("ola", [first, second])));
        Assert.Equal("provost.orders.owners_resume", town.Code(
            town.Resume("dana", [first, second], town.KeyOf("lea"))));
        Assert.Equal("provost.statement.differs", town.Code(
            town.Resume("dana", [first]) with
            {
                Body = town.Resume("dana", [first, second]).Body,
            }));
        town.Give(seen);
        Assert.Equal(second, Assert.Single(town.State.Orders.InForce).Id);
    }

    [Fact]
    public void A_rollback_restores_only_what_is_warranted()
    {
        using var town = Town();
        Assert.Equal("provost.orders.no_target", town.Code(GovernanceTown.Order(
            Actor.Response, "rollback", Guid.CreateVersion7(town.Time.GetUtcNow()),
            GovernanceTown.ReleaseOf("1.0.0"))));
    }

    [Fact]
    public void An_order_that_this_build_does_not_enforce_is_refused_by_name()
    {
        using var town = Town();
        Assert.Equal("provost.orders.unknown_kind", town.Code(
            GovernanceTown.Order(Actor.Response, "throttle", Guid.CreateVersion7(town.Time.GetUtcNow()))));
    }
}
