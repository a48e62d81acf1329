using Provost.Control.Access;
using Provost.Control.Findings;
using Provost.Control.Governance;
using Provost.Control.Handovers;
using Provost.Control.Registry;
using Provost.Control.Tests.Governance;

namespace Provost.Control.Tests.Findings;

/// <summary>Gaps come and go with what stands; nobody closes one by hand.</summary>
public sealed class FindingListTests
{
    private static readonly SystemKey Key = new("desk", "production");

    private static GovernanceTown Town(string tier = "limited")
    {
        var town = GovernanceTown.Peopled();
        town.Give(town.Apply("kim", tier));
        return town;
    }

    private static IReadOnlyList<Finding> Of(GovernanceTown town, TermsFacts? terms = null) => FindingList.Of(
        town.State, s => s.Verified, _ => terms ?? new TermsFacts(1), town.Time.GetUtcNow());

    private static IEnumerable<string> Codes(GovernanceTown town) => Of(town).Select(f => f.Code).Distinct();

    private static void Accept(GovernanceTown town, params string[] persons)
    {
        foreach (var person in persons)
        {
            town.Give(town.Act(
                person, "desk",
                new OwnershipAccepted { System = "desk", Owners = town.State.Registry.Systems[Key].Named },
                "accept_ownership"));
        }
    }

    private static void Leave(GovernanceTown town, string person) => town.Give(GovernanceDraft.Of(
        Actor.Person("pat"), person, new RosterChanged { Person = person, Change = RosterChanged.Deactivated }));

    [Fact]
    public void A_whole_record_has_no_gap()
    {
        using var town = Town();
        Accept(town, "dana", "sam");
        Assert.Empty(Of(town));
    }

    [Fact]
    public void Every_owner_who_has_not_accepted_is_asked_to()
    {
        using var town = Town();
        Assert.Equal(["dana", "sam"], Of(town).Where(f => f.Code == "owner_unaccepted").Select(f => f.Owner));
        Accept(town, "sam");
        Assert.Equal("dana", Assert.Single(Of(town)).Owner);
    }

    [Fact]
    public void A_leavers_office_is_for_somebody_live_to_settle()
    {
        using var town = Town();
        Accept(town, "dana", "sam");
        Leave(town, "sam");
        var found = Assert.Single(Of(town));
        Assert.Equal(("owner_left", "technical", "dana"), (found.Code, found.About, found.Owner));
        Assert.Equal(town.State.At, found.Since);
    }

    [Fact]
    public void Tier_high_needs_a_contact_for_each_function_and_owners_who_have_rehearsed_a_pause()
    {
        using var town = Town("high");
        Accept(town, "dana", "sam");
        Assert.Equal(
            ["compliance", "data", "security"],
            Of(town).Where(f => f.Code == "contact_missing").Select(f => f.About).Order());
        Assert.Equal(2, Of(town).Count(f => f.Code == "pause_unrehearsed"));
        town.Give(GovernanceDraft.Of(
            Actor.Person("sam"), "desk", new PauseRehearsed { System = "desk", Environment = "production" }));
        Assert.Equal("dana", Assert.Single(Of(town), f => f.Code == "pause_unrehearsed").Owner);
    }

    [Fact]
    public void A_record_is_stale_after_seven_days_unless_a_pipeline_confirms_it()
    {
        using var town = Town();
        Accept(town, "dana", "sam");
        town.Time.Advance(TimeSpan.FromDays(7));
        Assert.Empty(Of(town));
        town.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["record_stale"], Codes(town));

        var terms = town.State.Registry.Systems[Key].Terms;
        var verified = new RecordVerified { System = "desk", Environment = "production", Terms = terms };
        Assert.Equal("provost.systems.other_terms", town.Code(GovernanceDraft.Of(
            Actor.Person("kim"), "desk", verified with { Terms = GovernanceTown.ReleaseOf("other") })));
        Assert.Equal("provost.systems.not_yours", town.Code(
            GovernanceDraft.Of(Actor.Person("lea"), "desk", verified)));
        town.Give(GovernanceDraft.Of(Actor.Person("kim"), "desk", verified));
        Assert.Empty(Of(town));
    }

    [Fact]
    public void An_owner_whom_no_page_has_reached_for_ninety_days_is_a_finding()
    {
        using var town = Town();
        Accept(town, "dana", "sam");
        town.Time.Advance(TimeSpan.FromDays(90));
        Assert.DoesNotContain("owner_unreached", Codes(town));
        town.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, Of(town).Count(f => f.Code == "owner_unreached"));
    }

    [Fact]
    public void Terms_without_a_data_source_and_terms_that_cannot_be_read_are_told_apart()
    {
        using var town = Town();
        Accept(town, "dana", "sam");
        Assert.Equal("data_source_missing", Assert.Single(Of(town, new TermsFacts(0))).Code);
        Assert.Equal("record_unreadable", Assert.Single(FindingList.Of(
            town.State, s => s.Verified, _ => null, town.Time.GetUtcNow())).Code);
    }

    [Fact]
    public void An_offer_that_waits_is_for_whom_it_was_made_to()
    {
        using var town = Town();
        Accept(town, "dana", "sam");
        town.Give(town.Act("dana", "desk", new HandoverOffered { System = "desk", Deputy = "max" }, "handover"));
        var found = Assert.Single(Of(town));
        Assert.Equal(("owner_offered", "max"), (found.Code, found.Owner));
    }

    [Fact]
    public void A_retired_system_has_no_gaps()
    {
        using var town = Town("high");
        Assert.NotEmpty(Of(town));
        town.Give(town.Act("dana", "desk", new SystemRetired { System = "desk" }, "retire"));
        Assert.Empty(Of(town));
    }

    [Fact]
    public void Every_code_that_is_found_has_its_rank()
    {
        using var town = Town("high");
        Leave(town, "sam");
        town.Time.Advance(TimeSpan.FromDays(200));
        var codes = Of(town, new TermsFacts(0)).Select(f => f.Code).ToList();
        Assert.Equal("owner_left", codes[0]);
        Assert.Equal(codes.OrderBy(c => FindingList.Codes.ToList().IndexOf(c)), codes);
    }
}
