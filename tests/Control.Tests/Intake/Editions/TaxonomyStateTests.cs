using System.Text.Json.Nodes;
using Provost.Control.Access;
using Provost.Control.Approvals;
using Provost.Control.Governance;
using Provost.Control.Intake;
using Provost.Control.Intake.Editions;
using Provost.Control.Registry;
using Provost.Control.Tests.Governance;
using Provost.Ledger.Statements;

namespace Provost.Control.Tests.Intake.Editions;

public sealed class TaxonomyStateTests : IDisposable
{
    private readonly GovernanceTown _town = GovernanceTown.Peopled();

    private SystemState Desk => _town.State.Registry.Find("desk", "production")!;

    public void Dispose() => _town.Dispose();

    [Fact]
    public void Two_persons_sign_an_edition_and_then_it_is_in_force()
    {
        var edition = Edition2.Document();
        _town.Give(Propose("lea", edition));
        Assert.Equal(1, _town.State.Taxonomies.InForce.Edition);

        _town.Give(Sign("cleo", edition));

        var newest = _town.State.Taxonomies.Editions[^1];
        Assert.Equal((2, "lea", "cleo"), (newest.Rules.Edition, newest.ProposedBy, newest.AppliedBy));
        Assert.Null(_town.State.Taxonomies.Proposed);
    }

    [Theory]
    [InlineData("pat")]
    [InlineData("dana")]
    [InlineData("ola")]
    public void Nobody_else_brings_one(string person) =>
        Assert.Equal("provost.taxonomy.persons", _town.Code(Propose(person, Edition2.Document())));

    [Fact]
    public void The_second_signature_is_another_persons_and_one_of_the_two_is_compliance()
    {
        var edition = Edition2.Document();
        _town.Give(Propose("lea", edition));

        Assert.Equal("provost.taxonomy.second_person", _town.Code(Sign("lea", edition)));
        Assert.Equal("provost.taxonomy.persons", _town.Code(Sign("pat", edition)));
        Assert.Equal("provost.taxonomy.compliance", _town.Code(Sign("max", edition)));
    }

    [Fact]
    public void A_signature_under_another_edition_counts_for_nothing()
    {
        var (edition, other) = (Edition2.Document(), Edition2.Document(d => d["reapproval"] = "60d"));
        _town.Give(Propose("lea", edition));
        var applied = new TaxonomyApplied { Edition = 2, Document = edition.Read().Digest };
        var otherDigest = other.Read().Digest;

        Assert.Equal("provost.taxonomy.not_proposed", _town.Code(Sign("cleo", other)));
        Assert.Equal("provost.statement.differs", _town.Code(
            _town.Act("cleo", "edition 2", applied, TaxonomyState.ActVerb, otherDigest)));
        Assert.Equal("provost.statement.malformed", _town.Code(
            GovernanceDraft.Of(Actor.Person("cleo"), "edition 2", applied)));
    }

    [Fact]
    public void One_that_nobody_signs_within_seven_days_is_over()
    {
        var edition = Edition2.Document();
        _town.Give(Propose("lea", edition));
        _town.Time.Advance(TaxonomyState.ProposalLife);

        Assert.Equal("provost.taxonomy.not_proposed", _town.Code(Sign("cleo", edition)));
    }

    [Fact]
    public void One_whose_first_person_left_is_over()
    {
        var edition = Edition2.Document();
        _town.Give(Propose("lea", edition));
        _town.Done(_town.Change(
            "pat", new RosterChanged { Person = "lea", Change = RosterChanged.Deactivated }, _town.KeyOf("pat")));

        Assert.Equal("provost.taxonomy.not_proposed", _town.Code(Sign("cleo", edition)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Editions_have_no_gaps_and_no_second_of_a_number(int number) => Assert.Equal(
        "provost.taxonomy.number",
        _town.Code(Propose("lea", Edition2.Document(d => d["edition"] = number))));

    [Fact]
    public void An_unsound_edition_never_stands_in_the_log() => Assert.Equal(
        "provost.taxonomy.invalid",
        _town.Code(Propose("lea", Edition2.Document(d => d.Remove("reapproval")), digest: Digest.Of("x"u8))));

    [Fact]
    public void A_signed_edition_is_not_signed_in_again()
    {
        var edition = Edition2.Document();
        _town.Give(Propose("lea", edition));
        var second = Sign("cleo", edition);
        _town.Give(second);

        Assert.Equal("provost.statement.replayed", _town.Code(second));
    }

    [Fact]
    public void A_system_of_which_it_asks_more_freezes_at_once_until_its_manifest_stands_under_it()
    {
        Register("200000 USD", "limited");
        _town.Give(GovernanceTown.Submit("kim"));
        _town.Give(_town.Approve("dana"));
        Enact(Edition2.Document());

        Assert.Equal((2, "limited", "weighty"), (Desk.Risen!.Edition, Desk.Risen.Before, Desk.Risen.After));
        Assert.Equal("provost.taxonomy.frozen", _town.Code(_town.Approve("lea")));
        Assert.Equal("provost.taxonomy.frozen", _town.Code(GovernanceTown.Submit("kim", "1.1.0")));
        Assert.Contains(
            "its manifest, applied under edition 2 of the taxonomy",
            QuorumRule.Of(_town.State, Desk, _town.State.Registry.Releases[0], _town.Time.GetUtcNow()).Missing);

        Assert.Equal("provost.systems.unknown_tier", _town.Code(Manifest("200000 USD", "limited", 2)));
        _town.Give(Manifest("200000 USD", "limited", 2, "weighty"));
        _town.Give(GovernanceTown.Submit("kim", "1.1.0"));
        Assert.Equal("weighty", Desk.NamedTier);
    }

    [Fact]
    public void An_own_tier_that_asks_for_compliance_gets_its_warrant_with_three_persons_alone()
    {
        Enact(Edition2.Document());
        Register("200000 USD", "limited", 2, "weighty");
        _town.Give(GovernanceTown.Submit("kim"));
        Assert.Equal("provost.approvals.no_standing", _town.Code(_town.Approve("ola")));
        _town.Give(_town.Approve("dana"));
        _town.Give(_town.Approve("lea"));

        Assert.Equal(["a further person with role compliance"], Quorum().Missing);
        Assert.Equal("provost.warrants.quorum", _town.Code(_town.Warrant(alter: w => w with { Taxonomy = 2 })));

        _town.Give(_town.Approve("cleo"));
        Assert.True(Quorum().Reached);
        _town.Give(_town.Warrant(alter: w => w with { Taxonomy = 2 }));
    }

    [Fact]
    public void What_serves_is_suspended_when_it_is_not_approved_again_in_time()
    {
        Register("200000 USD", "limited");
        Serve();
        Enact(Edition2.Document());
        var now = _town.Time.GetUtcNow();

        Assert.Equal(now.AddDays(30), Tiering.SuspendsAt(_town.State, Desk, now));
        _town.Give(Manifest("200000 USD", "limited", 2, "weighty"));
        Assert.Equal(now.AddDays(30), Tiering.SuspendsAt(_town.State, Desk, now));

        foreach (var person in new[] { "dana", "lea", "cleo" })
            _town.Give(_town.Approve(person));

        _town.Give(_town.Warrant(alter: Long(2)));
        Assert.Null(Tiering.SuspendsAt(_town.State, Desk, _town.Time.GetUtcNow()));
        Assert.False(_town.State.Warrants.Issued[^1].Says.Late);
    }

    [Fact]
    public void It_is_resumed_only_once_it_is_approved_again()
    {
        Register("200000 USD", "limited");
        Serve();
        Enact(Edition2.Document());
        _town.Time.Advance(TimeSpan.FromDays(30));
        var order = Guid.CreateVersion7();
        _town.Give(GovernanceTown.Order(Actor.Person("cleo"), "pause", order));

        Assert.Equal("provost.taxonomy.overdue", _town.Code(_town.Resume("dana", [order])));
    }

    [Fact]
    public void A_use_that_becomes_forbidden_has_no_term()
    {
        Register("200000 USD", "limited");
        Serve();
        Enact(Edition2.Document(Forbid));

        Assert.Equal("prohibited", Desk.Risen!.After);
        Assert.True(Tiering.SuspendsAt(_town.State, Desk, _town.Time.GetUtcNow()) <= _town.Time.GetUtcNow());
    }

    [Fact]
    public void A_further_edition_prolongs_no_term_that_runs()
    {
        Register("200000 USD", "limited");
        Serve();
        Enact(Edition2.Document());
        var until = Desk.Risen!.Until;
        _town.Time.Advance(TimeSpan.FromDays(10));
        Enact(Edition2.Document(d => d["edition"] = 3));

        Assert.Equal((3, until), (Desk.Risen.Edition, Desk.Risen.Until));
    }

    [Fact]
    public void Less_is_asked_only_from_the_next_approved_release_on()
    {
        Enact(Edition2.Document());
        Register("200000 USD", "limited", 2, "weighty");
        const string more =
            """{ "exposureAtLeast": { "USD": "900000", "EUR": "900000", "GBP": "900000", "CHF": "900000" } }""";
        var third = Edition2.Document(d =>
        {
            d["edition"] = 3;
            d["rules"]!.AsArray()[^1]!["when"] = JsonNode.Parse(more);
        });
        var change = Assert.Single(Tiering.Plan(_town.State, third.Read().Rules));
        Assert.Equal(("falls", "weighty", "limited"), (change.Change, change.Before, change.After));
        Assert.Equal(["Approvers"], change.Duties.Select(d => d.Path));

        Enact(third);

        Assert.Null(Desk.Risen);
        Assert.Equal(("weighty", 2), (Desk.NamedTier, Desk.Taxonomy));
        _town.Give(GovernanceTown.Submit("kim"));
        _town.Give(_town.Approve("dana"));
        _town.Give(_town.Approve("lea"));
        Assert.Equal(["a further person with role compliance"], Quorum().Missing);
    }

    [Fact]
    public void A_further_edition_that_asks_no_more_of_a_system_freezes_nothing()
    {
        Register("20000 USD", "limited");
        Serve();
        Enact(Edition2.Document());

        Assert.Null(Desk.Risen);
        _town.Give(GovernanceTown.Submit("kim", "1.1.0"));
    }

    [Fact]
    public void A_record_of_a_later_edition_without_its_answers_is_refused()
    {
        Enact(Edition2.Document());

        Assert.Equal("provost.systems.unknown_tier", _town.Code(_town.Apply("dana")));
    }

    [Fact]
    public void A_log_folded_again_decides_the_same()
    {
        Register("200000 USD", "limited");
        Serve();
        Enact(Edition2.Document());

        var again = GovernanceTown.Fold(_town.Written);

        Assert.Equal(Desk.Risen, again.Registry.Find("desk", "production")!.Risen);
        Assert.Equal(
            _town.State.Taxonomies.Editions[^1].Digest, again.Taxonomies.Editions[^1].Digest);
    }

    private static void Forbid(JsonObject edition)
    {
        edition.Rule("no-refund-bots", "prohibited", """{ "kinds": ["llm"], "dataClasses": ["customer"] }""");
        edition["rules"]!.AsArray()[^1]!["clause"] = "Policy 4.2";
    }

    private static Func<Provost.Gateway.Warrants.WarrantPredicate, Provost.Gateway.Warrants.WarrantPredicate> Long(
        int edition) => w => w with { Taxonomy = edition, NotAfter = w.NotBefore.AddDays(365) };

    private QuorumStanding Quorum() =>
        QuorumRule.Of(_town.State, Desk, _town.State.Registry.Releases[^1], _town.Time.GetUtcNow());

    private void Serve()
    {
        _town.Give(GovernanceTown.Submit("kim"));
        _town.Give(_town.Approve("dana"));
        _town.Give(_town.Approve("lea"));
        _town.Give(_town.Warrant(alter: Long(1)));
    }

    private void Enact(JsonObject edition)
    {
        _town.Give(Propose("lea", edition));
        _town.Give(Sign("cleo", edition));
    }

    private void Register(string exposure, string tier, int taxonomy = 1, string? own = null) =>
        _town.Give(Manifest(exposure, tier, taxonomy, own));

    private static GovernanceDraft Manifest(string exposure, string tier, int taxonomy, string? own = null) =>
        GovernanceDraft.Of(Actor.Person("dana"), "desk", GovernanceTown.Applied(tier) with
        {
            Taxonomy = taxonomy,
            OwnTier = own,
            Intake = TaxonomyReaderTests.Facts(exposure),
        });

    private GovernanceDraft Propose(string person, JsonObject edition, string? digest = null) => _town.Act(
        person, $"edition {edition["edition"]}", new TaxonomyProposed { Document = edition.Element() },
        TaxonomyState.ActVerb, digest ?? edition.Read().Digest);

    private GovernanceDraft Sign(string person, JsonObject edition)
    {
        var read = edition.Read();
        return _town.Act(
            person, $"edition {read.Rules.Edition}",
            new TaxonomyApplied { Edition = read.Rules.Edition, Document = read.Digest },
            TaxonomyState.ActVerb, read.Digest);
    }
}
