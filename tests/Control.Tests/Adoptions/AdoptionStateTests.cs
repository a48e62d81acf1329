using Provost.Control.Access;
using Provost.Control.Adoptions;
using Provost.Control.Approvals;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Tests.Governance;
using Provost.Gateway.Warrants;

namespace Provost.Control.Tests.Adoptions;

public sealed class AdoptionStateTests : IDisposable
{
    private static readonly SystemKey Desk = new("desk", "production");

    private readonly GovernanceTown _town = GovernanceTown.Peopled();

    public AdoptionStateTests() => _town.Give(_town.Apply("kim"));

    public void Dispose() => _town.Dispose();

    [Fact]
    public void An_owner_in_force_puts_the_first_one_in_force_and_it_ends_by_itself()
    {
        var content = Content();
        _town.Give(Sign("dana", content));
        Assert.Equal(content, Passing()!.Content);
        Assert.Equal("ungoverned", Standing.Of(_town.State, _town.State.Registry.Systems[Desk], Now));
        _town.Time.Advance(TimeSpan.FromDays(14));
        Assert.Null(Passing());
        Assert.Equal("over", _town.State.Adoptions.All[0].Standing(Now));
    }

    [Theory]
    [InlineData("kim")]
    [InlineData("ola")]
    [InlineData("cleo")]
    [InlineData("lea")]
    [InlineData("pat")]
    public void Nobody_but_an_owner_in_force_signs_a_first_one(string person) =>
        Assert.Equal("provost.adoptions.no_standing", _town.Code(Sign(person, Content())));

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(31)]
    public void It_ends_in_the_future_and_within_30_days(int days) => Assert.Equal(
        "provost.adoptions.until",
        _town.Code(Sign("dana", Content() with { Until = WholeSecondConverter.Floor(Now).AddDays(days) })));

    [Fact]
    public void A_row_begins_when_it_is_signed_and_not_later_or_long_before()
    {
        var at = WholeSecondConverter.Floor(Now);
        Assert.Equal(
            "provost.adoptions.row", _town.Code(Sign("dana", Content() with { Since = at.AddSeconds(1) })));
        Assert.Equal("provost.adoptions.row", _town.Code(Sign("dana", Content() with { Since = at.AddHours(-2) })));
        Assert.Equal(
            "provost.adoptions.row", _town.Code(Sign("dana", Content() with { Renews = Guid.CreateVersion7() })));
    }

    [Fact]
    public void A_renewal_needs_a_second_person_and_stays_within_the_30_days()
    {
        var first = Content();
        _town.Give(Sign("dana", first));
        _town.Time.Advance(TimeSpan.FromDays(10));
        Assert.Equal("provost.adoptions.row", _town.Code(Sign("dana", Content() with { Renews = null })));
        Assert.Equal(
            "provost.adoptions.until", _town.Code(Sign("dana", Content() with { Until = first.Since.AddDays(31) })));

        var further = Content() with { Until = first.Since.AddDays(30) };
        _town.Give(Sign("dana", further));
        Assert.Equal(first.Id, Passing()!.Id);
        Assert.Equal("provost.adoptions.second_person", _town.Code(Confirm("dana", further)));
        Assert.Equal("provost.adoptions.no_standing", _town.Code(Confirm("kim", further)));
        _town.Give(Confirm("lea", further));
        Assert.Equal(further.Id, Passing()!.Id);
        Assert.Equal("ended", _town.State.Adoptions.Find(first.Id)!.Standing(Now));
        Assert.Equal("provost.adoptions.not_asked", _town.Code(Confirm("max", further)));
    }

    [Fact]
    public void Days_in_a_row_end_after_30_and_begin_again_after_30_without()
    {
        var first = Content() with { Until = WholeSecondConverter.Floor(Now).AddDays(30) };
        _town.Give(Sign("dana", first));
        _town.Time.Advance(TimeSpan.FromDays(45));
        var tooEarly = Content() with { Since = WholeSecondConverter.Floor(Now), Renews = first.Id };
        Assert.Equal("provost.adoptions.row", _town.Code(Sign("dana", tooEarly)));
        Assert.Equal("provost.adoptions.until", _town.Code(Sign("dana", Content())));

        _town.Time.Advance(TimeSpan.FromDays(15));
        var again = Content();
        Assert.Equal(first.Id, again.Renews);
        _town.Give(Sign("sam", again));
        Assert.Null(Passing());
        _town.Give(Confirm("dana", again));
        Assert.Equal(again.Id, Passing()!.Id);
    }

    [Fact]
    public void Only_what_was_signed_is_adopted()
    {
        var content = Content();
        var forged = Sign("dana", content);
        var body = new AdoptionSigned { Content = content with { Provider = "elsewhere" } };
        Assert.Equal(
            "provost.statement.differs",
            _town.Code(GovernanceDraft.Of(forged.Actor, "desk", body) with { Statement = forged.Statement }));
        Assert.Equal("provost.statement.malformed", _town.Code(Sign("dana", content) with { Statement = null }));
        var stolen = Sign("sam", content);
        Assert.Equal(
            "provost.statement.not_yours", _town.Code(stolen with { Actor = Actor.Person("dana") }));
        var good = Sign("dana", content);
        _town.Give(good);
        _town.Give(End("ola", content.Id));
        Assert.Equal("provost.statement.replayed", _town.Code(good));
    }

    [Fact]
    public void Other_terms_or_another_tier_than_stand_are_not_adopted()
    {
        Assert.Equal(
            "provost.adoptions.differs",
            _town.Code(Sign("dana", Content() with { Terms = "sha256:" + new string('0', 64) })));
        Assert.Equal("provost.adoptions.differs", _town.Code(Sign("dana", Content() with { Tier = "minimal" })));
    }

    [Fact]
    public void A_tier_that_is_raised_closes_it_and_is_not_adopted()
    {
        _town.Give(Sign("dana", Content()));
        _town.Give(_town.Apply("kim", tier: "high"));
        Assert.Null(Passing());
        Assert.Equal("provost.adoptions.tier", _town.Code(Sign("dana", Content())));
        _town.Give(_town.Apply("kim"));
        Assert.NotNull(Passing());
    }

    [Fact]
    public void An_owner_who_left_closes_it()
    {
        var content = Content();
        _town.Give(Sign("dana", content));
        _town.Give(GovernanceDraft.Of(
            Actor.Person("pat"), "sam", new RosterChanged { Person = "sam", Change = RosterChanged.Deactivated }));
        Assert.Null(Passing());
        Assert.Equal("provost.ownership.vacant", _town.Code(Sign("dana", Content())));
    }

    [Fact]
    public void A_no_ends_it_and_it_does_not_go_around_one()
    {
        _town.Give(GovernanceTown.Submit("kim"));
        _town.Give(Sign("dana", Content()));
        _town.Give(GovernanceDraft.Of(Actor.Person("lea"), GovernanceTown.ReleaseOf("1.0.0"), new RejectionGiven
        {
            System = "desk",
            Environment = "production",
            Release = GovernanceTown.ReleaseOf("1.0.0"),
        }));
        Assert.Null(Passing());
        Assert.Equal("provost.adoptions.rejected", _town.Code(Sign("dana", Content())));
    }

    [Fact]
    public void A_warrant_ends_it_for_good()
    {
        _town.Give(GovernanceTown.Submit("kim"));
        _town.Give(Sign("dana", Content()));
        _town.Give(_town.Approve("dana"));
        _town.Give(_town.Approve("lea"));
        _town.Give(_town.Warrant());
        Assert.Null(Passing());
        Assert.Equal("A release was approved.", _town.State.Adoptions.All[0].EndReason);
        Assert.Equal("provost.adoptions.governed", _town.Code(Sign("dana", Content())));
    }

    [Theory]
    [InlineData("ola")]
    [InlineData("cleo")]
    [InlineData("max")]
    public void One_person_ends_it_at_once_without_a_signature(string person)
    {
        var content = Content();
        _town.Give(Sign("dana", content));
        Assert.Equal("provost.adoptions.may_not_end", _town.Code(End("kim", content.Id)));
        _town.Give(End(person, content.Id));
        Assert.Null(Passing());
        Assert.Equal("provost.adoptions.unknown", _town.Code(End(person, content.Id)));
    }

    [Fact]
    public void A_second_fold_says_the_same()
    {
        var content = Content();
        _town.Give(Sign("dana", content));
        Assert.Equal(content, AdoptionState.Passing(GovernanceTown.Fold(_town.Written), Desk, Now)!.Content);
    }

    [Fact]
    public void Owners_are_told_before_it_ends_and_the_gap_is_a_finding()
    {
        _town.Give(Sign("dana", Content()));
        Assert.Empty(Control.Notices.AdoptionEnds.Due(_town.State, Now));
        Assert.Contains(
            Control.Findings.FindingList.Of(_town.State, s => s.Changed, _ => null, Now), f => f.Code == "ungoverned");
        _town.Time.Advance(TimeSpan.FromDays(12));
        var notice = Assert.Single(Control.Notices.AdoptionEnds.Due(_town.State, Now));
        Assert.Equal(3, notice.Days);
        Assert.Equal(["sam", "dana"], notice.To.Select(t => t.Person));
    }

    private DateTimeOffset Now => _town.Time.GetUtcNow();

    private Adoption? Passing() => AdoptionState.Passing(_town.State, Desk, Now);

    private AdoptionContent Content()
    {
        var system = _town.State.Registry.Systems[Desk];
        var (renews, since) = _town.State.Adoptions.RowAt(Desk, Now);
        return new AdoptionContent
        {
            Id = Guid.CreateVersion7(Now),
            System = "desk",
            Environment = "production",
            Provider = "openai",
            Terms = system.Terms,
            Tier = system.Tier,
            Reason = "It ran before we came.",
            Renews = renews,
            Since = since,
            Until = WholeSecondConverter.Floor(Now).AddDays(14),
        };
    }

    private GovernanceDraft Sign(string person, AdoptionContent content) =>
        Signed(person, content, new AdoptionSigned { Content = content });

    private GovernanceDraft Confirm(string person, AdoptionContent content) =>
        Signed(person, content, new AdoptionConfirmed { Adoption = content.Id });

    private GovernanceDraft Signed<T>(string person, AdoptionContent content, T body)
        where T : IGovernanceBody<T> =>
        _town.Act(person, content.Id.ToString(), body, "adopt", content.DigestOf());

    private static GovernanceDraft End(string person, Guid id) => GovernanceDraft.Of(
        Actor.Person(person), id.ToString(), new AdoptionEnded { Adoption = id, Reason = "The fire is out." });
}
