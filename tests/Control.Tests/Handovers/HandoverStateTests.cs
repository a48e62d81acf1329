using Provost.Control.Access;
using Provost.Control.Approvals;
using Provost.Control.Governance;
using Provost.Control.Handovers;
using Provost.Control.Registry;
using Provost.Control.Tests.Governance;

namespace Provost.Control.Tests.Handovers;

/// <summary>How the fold treats offers, acceptances and owners who left.</summary>
public sealed class HandoverStateTests
{
    private static readonly SystemKey Key = new("desk", "production");

    private static GovernanceTown Town(string tier = "limited")
    {
        var town = GovernanceTown.Peopled();
        town.Give(town.Apply("kim", tier));
        return town;
    }

    private static GovernanceDraft Offer(GovernanceTown town, string by, string technical = "max") => town.Act(
        by, "desk", new HandoverOffered { System = "desk", Technical = technical }, "handover");

    private static GovernanceDraft Accept(GovernanceTown town, string by) => town.Act(
        by, "desk", new OwnershipAccepted { System = "desk", Owners = town.State.Registry.Systems[Key].Named },
        "accept_ownership");

    private static void Leave(GovernanceTown town, string person) => town.Give(GovernanceDraft.Of(
        Actor.Person("pat"), person, new RosterChanged { Person = person, Change = RosterChanged.Deactivated }));

    private static SystemState System(GovernanceTown town) => town.State.Registry.Systems[Key];

    [Fact]
    public void An_office_counts_when_the_person_named_has_signed()
    {
        using var town = Town();
        town.Give(Offer(town, "dana"));
        Assert.Equal("sam", System(town).Owners.Technical);
        Assert.False(Permission.MayTighten(town.State, "max", System(town)));

        town.Give(Accept(town, "max"));
        Assert.Equal("max", System(town).Owners.Technical);
        Assert.Null(System(town).Proposed);
        Assert.True(Permission.MayTighten(town.State, "max", System(town)));
        Assert.False(Permission.MayTighten(town.State, "sam", System(town)));
    }

    [Fact]
    public void An_acceptance_without_the_persons_own_signature_counts_for_nothing()
    {
        using var town = Town();
        town.Give(Offer(town, "dana"));
        Assert.Equal("provost.statement.malformed", town.Code(Accept(town, "max") with { Statement = null }));
        Assert.Equal("provost.statement.not_yours", town.Code(
            Accept(town, "max") with { Statement = Accept(town, "lea").Statement }));
        Assert.Equal("provost.systems.nothing_offered", town.Code(Accept(town, "lea")));
    }

    [Fact]
    public void An_offer_that_changed_since_it_was_signed_is_not_accepted()
    {
        using var town = Town();
        town.Give(Offer(town, "dana"));
        var signed = Accept(town, "max");
        town.Give(town.Act("sam", "desk", new HandoverOffered { System = "desk", Business = "max" }, "handover"));
        Assert.Equal("provost.handover.changed", town.Code(signed));
    }

    [Theory]
    [InlineData("kim")]
    [InlineData("pat")]
    [InlineData("cleo")]
    public void While_the_owners_are_there_only_they_hand_over(string person)
    {
        using var town = Town();
        Assert.Equal("provost.handover.forbidden", town.Code(Offer(town, person)));
    }

    [Fact]
    public void Compliance_hands_over_what_somebody_who_left_held()
    {
        using var town = Town();
        Leave(town, "sam");
        Assert.Equal("provost.handover.person", town.Code(Offer(town, "cleo", "sam")));
        town.Give(Offer(town, "cleo"));
        Assert.True(Ownership.IsVacant(town.State, System(town)));
        town.Give(Accept(town, "max"));
        Assert.False(Ownership.IsVacant(town.State, System(town)));
    }

    [Fact]
    public void Compliance_takes_no_office_from_an_owner_who_is_there()
    {
        using var town = Town();
        Leave(town, "sam");
        foreach (var offer in new[]
        {
            new HandoverOffered { System = "desk", Business = "max" },
            new HandoverOffered { System = "desk", Business = "max", Technical = "max" },
            new HandoverOffered { System = "desk", Deputy = "max" },
        })
        {
            Assert.Equal("provost.handover.forbidden", town.Code(town.Act("cleo", "desk", offer, "handover")));
        }

        Assert.Null(System(town).Proposed);
    }

    [Fact]
    public void A_deputy_who_left_opens_the_deputys_office_alone_and_ends_nothing()
    {
        using var town = Town();
        town.Give(town.Act("dana", "desk", new HandoverOffered { System = "desk", Deputy = "kim" }, "handover"));
        town.Give(Accept(town, "kim"));
        Leave(town, "kim");
        var retire = town.Act("cleo", "desk", new SystemRetired { System = "desk" }, "retire");
        Assert.Equal("provost.systems.may_not_retire", town.Code(retire));
        Assert.Equal("provost.handover.forbidden", town.Code(Offer(town, "cleo")));
        town.Give(town.Act("cleo", "desk", new HandoverOffered { System = "desk", Deputy = "max" }, "handover"));
        Leave(town, "sam");
        town.Give(town.Act("cleo", "desk", new SystemRetired { System = "desk" }, "retire"));
    }

    [Fact]
    public void When_an_owner_leaves_releases_are_frozen_until_somebody_has_accepted()
    {
        using var town = Town();
        town.Give(GovernanceTown.Submit("kim"));
        Leave(town, "sam");
        Assert.Equal("provost.ownership.vacant", town.Code(GovernanceTown.Submit("kim", "1.0.1")));
        Assert.Equal("provost.ownership.vacant", town.Code(town.Approve("dana")));
        town.Give(Offer(town, "dana"));
        Assert.Equal("provost.ownership.vacant", town.Code(town.Approve("lea")));
        town.Give(Accept(town, "max"));
        town.Give(town.Approve("dana"));
        town.Give(GovernanceTown.Submit("kim", "1.0.1"));
    }

    [Fact]
    public void A_person_who_left_is_paged_no_more_and_somebody_live_answers()
    {
        using var town = Town();
        Assert.Equal("sam", Ownership.Answers(town.State, System(town), "technical"));
        Leave(town, "sam");
        Assert.Equal("dana", Ownership.Answers(town.State, System(town), "technical"));
        Leave(town, "dana");
        Assert.Equal("ola", Ownership.Answers(town.State, System(town), "technical"));
        Leave(town, "ola");
        Assert.Equal("cleo", Ownership.Answers(town.State, System(town), "technical"));
        Assert.Null(Ownership.Answers(town.State, System(town), "deputy"));
    }

    [Fact]
    public void The_clock_of_tier_high_begins_when_the_owner_left()
    {
        using var town = Town("high");
        Assert.Null(Ownership.SuspendsAt(town.State, System(town), town.Time.GetUtcNow()));
        Leave(town, "sam");
        var left = town.State.At;
        town.Time.Advance(TimeSpan.FromHours(5));
        Assert.Equal(
            left + TimeSpan.FromHours(72), Ownership.SuspendsAt(town.State, System(town), town.Time.GetUtcNow()));
    }

    [Fact]
    public void A_suspended_system_without_an_owner_is_not_resumed_by_the_one_who_is_left()
    {
        using var town = Town("high");
        Leave(town, "sam");
        town.Time.Advance(TimeSpan.FromHours(73));
        var pause = Guid.CreateVersion7(town.Time.GetUtcNow());
        town.Give(GovernanceTown.Order(Actor.Response, "pause", pause));
        Assert.Equal("provost.ownership.vacant", town.Code(town.Resume("dana", [pause])));
        town.Give(Offer(town, "dana"));
        town.Give(Accept(town, "max"));
        town.Give(town.Resume("dana", [pause]));
        Assert.Empty(town.State.Orders.InForce);
    }

    [Fact]
    public void A_manifest_that_still_names_the_owners_in_force_takes_no_handover_back()
    {
        using var town = Town();
        town.Give(Offer(town, "dana"));
        town.Give(town.Apply("kim", "high"));
        Assert.Equal("max", System(town).Proposed?.Technical);
        town.Give(Offer(town, "dana", "sam"));
        Assert.Null(System(town).Proposed);
    }

    [Fact]
    public void An_approval_takes_the_office_that_was_offered_and_is_its_acceptance()
    {
        using var town = Town();
        town.Give(GovernanceTown.Submit("kim"));
        Assert.Equal("named", State(town, "business"));
        town.Give(town.Approve("dana"));
        Assert.Equal("held", State(town, "business"));
        Assert.Equal("named", State(town, "technical"));
        town.Give(Accept(town, "sam"));
        Assert.Equal("held", State(town, "technical"));
        town.Give(Offer(town, "dana"));
        Assert.Equal("offered", State(town, "technical"));
        Leave(town, "sam");
        Assert.Equal("vacant", State(town, "technical"));
    }

    [Fact]
    public void Who_held_an_office_when_stands_for_good_and_so_does_the_state_at_any_instant()
    {
        using var town = Town();
        var before = town.Time.GetUtcNow();
        town.Time.Advance(TimeSpan.FromDays(3));
        town.Give(Offer(town, "dana"));
        town.Give(Accept(town, "max"));
        Leave(town, "sam");
        Assert.Equal(["sam", "max"], System(town).History.Select(h => h.Owners.Technical));
        Assert.Equal("sam", town.Log.StateAt(before).Registry.Systems[Key].Owners.Technical);
        Assert.Equal("max", town.Log.StateAt(town.Time.GetUtcNow()).Registry.Systems[Key].Owners.Technical);
    }

    [Theory]
    [InlineData("dana", null)]
    [InlineData("ola", null)]
    [InlineData("kim", "provost.orders.forbidden")]
    public void A_rehearsal_needs_the_right_to_pause_and_pauses_nothing(string person, string? refused)
    {
        using var town = Town();
        var draft = GovernanceDraft.Of(
            Actor.Person(person), "desk", new PauseRehearsed { System = "desk", Environment = "production" }) with
        { Drill = true };
        if (refused is not null)
        {
            Assert.Equal(refused, town.Code(draft));
            return;
        }

        town.Give(draft);
        Assert.Empty(town.State.Orders.InForce);
        Assert.Equal(town.State.At, System(town).Rehearsed[person]);
        Assert.True(town.Written[^1].Drill);
    }

    private static string State(GovernanceTown town, string office) =>
        OwnerList.Of(town.State, town.Time.GetUtcNow()).Single(l => l.Office == office).State;
}
