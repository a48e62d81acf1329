using Provost.Control.Findings;
using Provost.Control.Governance;
using Provost.Control.Intake.Editions;
using Provost.Control.Registry;
using Provost.Control.Reviews;
using Provost.Control.Tests.Governance;
using Provost.Control.Tests.Intake.Editions;

namespace Provost.Control.Tests.Reviews;

public sealed class ReviewStateTests : IDisposable
{
    private readonly GovernanceTown _town = GovernanceTown.Peopled();

    private DateTimeOffset Now => _town.Time.GetUtcNow();

    private SystemState Desk => _town.State.Registry.Find("desk", "production")!;

    public void Dispose() => _town.Dispose();

    [Fact]
    public void Edition_1_asks_for_none()
    {
        _town.Give(_town.Apply("dana"));

        Assert.Null(ReviewState.DueAt(_town.State, Desk, Now));
    }

    [Fact]
    public void The_first_is_due_so_long_after_registration_as_the_tier_says()
    {
        UnderEdition2();

        Assert.Equal(Now.AddMonths(6), ReviewState.DueAt(_town.State, Desk, Now));
    }

    [Fact]
    public void A_signed_review_moves_the_date()
    {
        UnderEdition2();
        _town.Time.Advance(TimeSpan.FromDays(200));
        _town.Give(Review("sam"));

        Assert.Equal(Now.AddMonths(6), ReviewState.DueAt(_town.State, Desk, Now));
        Assert.Equal("sam", _town.State.Reviews.Last(Desk.Key)!.By);
    }

    [Theory]
    [InlineData("lea")]
    [InlineData("cleo")]
    [InlineData("pat")]
    public void Only_owners_sign_one(string person)
    {
        UnderEdition2();

        Assert.Equal("provost.reviews.owners", _town.Code(Review(person)));
    }

    [Fact]
    public void A_review_of_what_does_not_stand_any_more_is_refused()
    {
        UnderEdition2();
        var other = Body() with { Release = GovernanceTown.ReleaseOf("9.9.9") };

        Assert.Equal("provost.reviews.changed", _town.Code(Act("dana", other)));
    }

    [Fact]
    public void A_review_without_a_signature_is_none()
    {
        UnderEdition2();

        Assert.Equal(
            "provost.statement.malformed",
            _town.Code(GovernanceDraft.Of(Actor.Person("dana"), "desk", Body())));
    }

    [Fact]
    public void A_signature_counts_once()
    {
        UnderEdition2();
        var review = Review("dana");
        _town.Give(review);

        Assert.Equal("provost.statement.replayed", _town.Code(review));
    }

    [Fact]
    public void An_overdue_one_is_a_finding_and_is_told_once_before_and_once_after()
    {
        UnderEdition2();
        var due = ReviewState.DueAt(_town.State, Desk, Now)!.Value;

        Assert.Empty(ReviewNotices.Due(_town.State, due.AddDays(-15)));
        var before = Assert.Single(ReviewNotices.Due(_town.State, due.AddDays(-14)));
        var after = Assert.Single(ReviewNotices.Due(_town.State, due));
        Assert.Equal((14, 0), (before.Days, after.Days));
        Assert.Equal(before.About, after.About);
        Assert.Equal(["sam", "dana"], after.To.Select(t => t.Person));

        Assert.DoesNotContain("review_overdue", Codes(due.AddSeconds(-1)));
        Assert.Contains("review_overdue", Codes(due));
    }

    private IEnumerable<string> Codes(DateTimeOffset at) =>
        FindingList.Of(_town.State, _ => at, _ => new TermsFacts(1), at).Select(f => f.Code);

    private SystemReviewed Body() => new()
    {
        System = "desk",
        Environment = "production",
        Terms = Desk.Terms,
        Finding = "Purpose and thresholds still hold.",
    };

    private GovernanceDraft Review(string person) => Act(person, Body());

    private GovernanceDraft Act(string person, SystemReviewed body) =>
        _town.Act(person, "desk/production", body, ReviewState.ActVerb);

    private void UnderEdition2()
    {
        var read = Edition2.Document().Read();
        _town.Give(_town.Act(
            "lea", "edition 2", new TaxonomyProposed { Document = read.Document }, TaxonomyState.ActVerb,
            read.Digest));
        _town.Give(_town.Act(
            "cleo", "edition 2", new TaxonomyApplied { Edition = 2, Document = read.Digest },
            TaxonomyState.ActVerb, read.Digest));
        _town.Give(GovernanceDraft.Of(Actor.Person("dana"), "desk", GovernanceTown.Applied() with
        {
            Taxonomy = 2,
            Intake = TaxonomyReaderTests.Facts("20000 USD"),
        }));
    }
}
