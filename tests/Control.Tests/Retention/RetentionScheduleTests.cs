using Provost.Control.Retention;
using Provost.Gateway.Manifests;

namespace Provost.Control.Tests.Retention;

public sealed class RetentionScheduleTests
{
    private static readonly DateTimeOffset December = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly RetentionSchedule _schedule = RetentionSchedule.Load();

    [Fact]
    public void The_builds_edition_is_sound_and_has_a_digest()
    {
        Assert.Null(_schedule.Fault());
        Assert.Equal(1, _schedule.Edition);
        Assert.StartsWith("sha256:", _schedule.Digest, StringComparison.Ordinal);
        Assert.NotEqual(_schedule.Digest, (_schedule with { Default = "25mo" }).Digest);
    }

    [Theory]
    [InlineData("answers", "90d", null, "", "2027-03-01")] // the approved terms
    [InlineData("answers", null, null, "", "2028-12-01")] // the default, 24mo
    [InlineData("governance", null, null, "", "2036-12-01")] // the class, 10y
    [InlineData("answers", "90d", "high", "EU", "2027-06-01")] // a law asks for more
    [InlineData("answers", "90d", "high", "US", "2027-03-01")] // another place's law
    [InlineData("answers", "12mo", "high", "EU", "2027-12-01")] // a law asks for less
    [InlineData("credit-decision", "12mo", "limited", "EU,US", "2029-01-01")]
    public void The_longest_of_what_is_approved_and_what_the_law_asks_counts(
        string kind, string? approved, string? tier, string places, string due)
    {
        var term = _schedule.TermOf(
            kind, approved is null ? null : Span.Parse(approved), tier, places.Split(','), December);

        Assert.Equal(due, term.Due.ToString("yyyy-MM-dd"));
        Assert.NotEmpty(term.Rule);
    }

    [Theory]
    [InlineData("credit-decision", null, "US", "2028-12-31",
        "Regulation B, 12 CFR 1002.12(b), at least 25mo, until 2029-01-01")]
    [InlineData("credit-decision", null, "US", "2029-01-01", "")] // over
    [InlineData("credit-decision", null, "EU", "2026-12-01", "")] // another place
    [InlineData("answers", null, "US", "2026-12-01", "")] // another class
    [InlineData("answers", "high", "EU,US", "2026-12-01",
        "Regulation (EU) 2024/1689, Art. 19(1) and 26(6), at least 6mo, until 2027-06-01")]
    public void Names_the_laws_that_still_ask_for_a_content(
        string kind, string? tier, string places, string at, string said)
    {
        var duties = _schedule.DutiesOf(
            kind, tier, places.Split(','), December, DateTimeOffset.Parse(at + "T00:00:00Z"));

        Assert.Equal(said, string.Join("; ", duties));
    }

    [Fact]
    public void Says_what_is_wrong_with_a_schedule()
    {
        Assert.Contains("span", (_schedule with { Default = "2 years" }).Fault(), StringComparison.Ordinal);
        Assert.Contains("twice", (_schedule with
        {
            Classes = [new ClassTerm("a", "1d", ""), new ClassTerm("a", "2d", "")],
        }).Fault(), StringComparison.Ordinal);
    }
}
