using Provost.Control.Access;
using Provost.Control.Approvals;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Tests.Governance;
using Provost.Gateway.Warrants;
using Provost.Ledger.Statements;

namespace Provost.Control.Tests.Approvals;

public sealed class WarrantStateTests
{
    private static QuorumStanding Quorum(GovernanceTown town, string environment = "production") => QuorumRule.Of(
        town.State, town.State.Registry.Find("desk", environment)!,
        town.State.Registry.Version("desk", "1.0.0")!, town.Time.GetUtcNow());

    private static GovernanceTown Submitted(string tier = "limited", string environment = "production")
    {
        var town = GovernanceTown.Peopled();
        town.Give(town.Apply("kim", tier, environment));
        town.Give(GovernanceTown.Submit("kim"));
        return town;
    }

    [Fact]
    public void An_owner_and_a_second_person_with_role_approver_reach_the_quorum()
    {
        using var town = Submitted();
        Assert.Equal(2, Quorum(town).Missing.Count);
        town.Give(town.Approve("lea"));
        Assert.Equal(["the business or technical owner"], Quorum(town).Missing);
        town.Give(town.Approve("sam"));
        Assert.True(Quorum(town).Reached);
    }

    [Fact]
    public void A_state_that_was_asked_before_knows_a_warrant_that_came_after()
    {
        using var town = Submitted();
        var key = new SystemKey("desk", "production");
        Assert.Empty(town.State.Warrants.InForce(key, town.Time.GetUtcNow()));
        town.Give(town.Approve("lea"));
        town.Give(town.Approve("sam"));
        var before = town.State.Warrants;
        Assert.Null(before.Live(key, town.Time.GetUtcNow()));
        town.Give(town.Warrant());
        Assert.NotNull(town.State.Warrants.Live(key, town.Time.GetUtcNow()));
        Assert.Null(before.Live(key, town.Time.GetUtcNow()));
    }

    [Fact]
    public void Two_approvers_without_the_owner_do_not_reach_it()
    {
        using var town = Submitted();
        town.Give(town.Approve("lea"));
        town.Give(town.Approve("max"));
        Assert.False(Quorum(town).Reached);
    }

    [Fact]
    public void Two_owners_without_an_approver_do_not_reach_it()
    {
        using var town = Submitted();
        town.Give(town.Approve("dana"));
        town.Give(town.Approve("sam"));
        Assert.False(Quorum(town).Reached);
    }

    [Fact]
    public void Who_submitted_does_not_approve()
    {
        using var town = GovernanceTown.Peopled();
        town.Give(town.Apply("kim"));
        town.Give(GovernanceTown.Submit("sam"));
        Assert.Equal("provost.approvals.own_work", town.Code(town.Approve("sam")));
    }

    [Theory]
    [InlineData("kim")]
    [InlineData("cleo")]
    [InlineData("ola")]
    [InlineData("pat")]
    public void Nobody_else_approves(string person)
    {
        using var town = Submitted();
        var code = town.Code(town.Approve(person));
        Assert.True(code is "provost.approvals.no_standing" or "provost.approvals.own_work", code);
    }

    [Fact]
    public void One_person_is_enough_in_the_minimal_tier_outside_production()
    {
        using var town = Submitted("minimal", "staging");
        town.Give(town.Approve("lea", environment: "staging"));
        Assert.True(Quorum(town, "staging").Reached);
    }

    [Fact]
    public void Two_are_needed_in_the_minimal_tier_in_production()
    {
        using var town = Submitted("minimal");
        town.Give(town.Approve("lea"));
        Assert.False(Quorum(town).Reached);
    }

    public static TheoryData<string> Members() =>
        ["org", "system", "terms", "purpose", "population", "tier", "taxonomy", "difference", "expires", "demo",
            "digestFrom"];

    [Theory]
    [MemberData(nameof(Members))]
    public void An_approval_that_says_something_else_is_refused(string member)
    {
        using var town = Submitted();
        var draft = town.Approve("lea", alter: said => member switch
        {
            "org" => said with { Org = "other.example" },
            "system" => said with { System = "other" },
            "terms" => said with { Terms = Digest.Of("other"u8) },
            "purpose" => said with { Purpose = "Other." },
            "population" => said with { Population = "everyone" },
            "tier" => said with { Tier = "minimal" },
            "taxonomy" => said with { Taxonomy = 2 },
            "difference" => said with { Difference = "none" },
            "digestFrom" => said with { DigestFrom = "hearsay" },
            "expires" => said with { Expires = town.Time.GetUtcNow() },
            _ => said with { Demo = !said.Demo },
        });
        Assert.Equal("provost.approvals.differs", town.Code(draft));
    }

    [Fact]
    public void An_approval_for_another_environment_is_refused()
    {
        using var town = Submitted();
        town.Give(town.Apply("kim", environment: "staging"));
        var staging = town.Approve("lea", environment: "staging");
        var body = new ApprovalGiven
        {
            System = "desk",
            Environment = "production",
            Release = GovernanceTown.ReleaseOf("1.0.0"),
        };
        Assert.Equal("provost.approvals.differs", town.Code(
            GovernanceDraft.Of(staging.Actor, staging.Object, body) with { Statement = staging.Statement }));
    }

    [Fact]
    public void A_signature_of_somebody_else_is_refused()
    {
        using var town = Submitted();
        Assert.Equal("provost.approvals.signature", town.Code(town.Approve("lea", key: town.KeyOf("max"))));
        Assert.Equal("provost.approvals.signature", town.Code(
            town.Approve("lea", alter: said => said with { Person = "max" })));
    }

    [Fact]
    public void Changed_terms_void_the_approvals_of_the_old_ones()
    {
        using var town = Submitted();
        town.Give(town.Approve("lea"));
        town.Give(town.Approve("dana"));
        var applied = town.Apply("dana");
        var body = applied.Body.GetRawText().Replace(Digest.Of("terms"u8), Digest.Of("new terms"u8));
        using var json = System.Text.Json.JsonDocument.Parse(body);
        town.Give(applied with { Body = json.RootElement.Clone() });
        Assert.False(Quorum(town).Reached);
    }

    [Fact]
    public void A_person_who_left_no_longer_counts()
    {
        using var town = Submitted();
        town.Give(town.Approve("lea"));
        town.Give(town.Approve("dana"));
        town.Give(GovernanceDraft.Of(
            Actor.Person("pat"), "lea",
            new RosterChanged { Person = "lea", Change = RosterChanged.Deactivated }));
        Assert.False(Quorum(town).Reached);
    }

    [Fact]
    public void An_approval_by_a_key_that_was_removed_no_longer_counts()
    {
        using var town = Submitted();
        town.Give(town.Approve("lea"));
        town.Give(town.Approve("dana"));
        var body = new RosterChanged
        {
            Person = "lea",
            Change = RosterChanged.KeyRemoved,
            Key = town.KeyOf("lea").PublicKey.ToString(),
        };
        town.Give(GovernanceDraft.Of(Actor.Person("lea"), "lea", body));
        Assert.False(Quorum(town).Reached);
    }

    [Fact]
    public void Who_becomes_platform_administrator_neither_approves_nor_reads_content_not_even_as_owner()
    {
        using var town = Submitted();
        town.Give(town.Approve("lea"));
        town.Give(town.Approve("dana"));
        var body = new RosterChanged
        {
            Person = "dana",
            Change = RosterChanged.RolesSet,
            Roles = [Roles.Compliance, Roles.PlatformAdministrator],
        };
        town.Done(town.Change("pat", body, town.KeyOf("lea"), town.KeyOf("max")));
        Assert.False(Quorum(town).Reached);
        Assert.False(Permission.MayApprove(
            town.State, "dana", town.State.Registry.Find("desk", "production")!));
        Assert.False(Permission.MayReveal(town.State, "dana"));
    }

    [Fact]
    public void An_expired_approval_no_longer_counts()
    {
        using var town = Submitted();
        town.Give(town.Approve("lea"));
        town.Give(town.Approve("dana"));
        town.Time.Advance(TimeSpan.FromDays(7));
        Assert.False(Quorum(town).Reached);
    }

    [Fact]
    public void A_rejected_release_is_not_approved_there_any_more()
    {
        using var town = Submitted();
        var body = new RejectionGiven
        {
            System = "desk",
            Environment = "production",
            Release = GovernanceTown.ReleaseOf("1.0.0"),
        };
        town.Give(GovernanceDraft.Of(Actor.Person("lea"), body.Release, body));
        Assert.Equal("provost.approvals.rejected", town.Code(town.Approve("dana")));
    }

    [Fact]
    public void A_warrant_without_quorum_or_without_the_warrant_keys_signature_is_refused()
    {
        using var town = Submitted();
        town.Give(town.Approve("lea"));
        Assert.Equal("provost.warrants.quorum", town.Code(Warrant(town, town.WarrantKey)));
        town.Give(town.Approve("dana"));
        Assert.Equal("provost.warrants.unsigned", town.Code(Warrant(town, town.Root)));
        town.Give(Warrant(town, town.WarrantKey));
        Assert.NotNull(town.State.Warrants.Live(new SystemKey("desk", "production"), town.Time.GetUtcNow()));
    }

    [Fact]
    public void In_tier_high_one_approval_comes_from_a_checkout_and_who_signed_without_may_sign_again()
    {
        using var town = Submitted("high");
        town.Give(town.Approve("lea"));
        town.Give(town.Approve("dana", alter: said => said with { DigestFrom = DigestOrigin.Server }));
        Assert.Contains("--manifest", Assert.Single(Quorum(town).Missing));
        Assert.Equal("provost.warrants.quorum", town.Code(Warrant(town, town.WarrantKey)));
        Assert.Equal("provost.approvals.twice", town.Code(town.Approve("dana")));

        town.Give(town.Approve("dana", alter: said => said with { DigestFrom = DigestOrigin.Checkout }));
        Assert.True(Quorum(town).Reached);
        Assert.Equal(["lea", "dana"], Quorum(town).Counted.Select(a => a.Person));
        Assert.Equal("provost.approvals.twice", town.Code(
            town.Approve("dana", alter: said => said with { DigestFrom = DigestOrigin.Checkout })));
        town.Give(Warrant(town, town.WarrantKey));
    }

    [Fact]
    public void An_approval_of_before_that_member_counts_in_the_other_tiers()
    {
        using var town = Submitted();
        town.Give(town.Approve("lea", alter: said => said with { DigestFrom = null }));
        town.Give(town.Approve("dana", alter: said => said with { DigestFrom = null }));
        Assert.True(Quorum(town).Reached);
    }

    [Fact]
    public void A_warrant_ends_by_its_date()
    {
        using var town = Submitted();
        town.Give(town.Approve("lea"));
        town.Give(town.Approve("dana"));
        town.Give(Warrant(town, town.WarrantKey));
        town.Time.Advance(TimeSpan.FromDays(1));
        Assert.Null(town.State.Warrants.Live(new SystemKey("desk", "production"), town.Time.GetUtcNow()));
    }

    private static Warrant Live(GovernanceTown town) =>
        town.State.Warrants.Live(new SystemKey("desk", "production"), town.Time.GetUtcNow())!;

    private static GovernanceTown Warranted()
    {
        var town = Submitted();
        town.Give(town.Approve("lea"));
        town.Give(town.Approve("dana"));
        town.Give(Warrant(town, town.WarrantKey));
        return town;
    }

    [Theory]
    [InlineData("dana")]
    [InlineData("max")]
    public void An_owner_or_an_approver_revokes_by_signature(string person)
    {
        using var town = Warranted();
        var id = Live(town).Id;
        town.Give(town.Revoke(person, id));
        Assert.Null(Live(town));
        Assert.Equal("provost.warrants.unknown", town.Code(town.Revoke(person, id)));
    }

    [Theory]
    [InlineData("kim")]
    [InlineData("cleo")]
    [InlineData("ola")]
    [InlineData("pat")]
    public void Nobody_else_revokes(string person)
    {
        using var town = Warranted();
        Assert.Equal("provost.warrants.may_not_revoke", town.Code(town.Revoke(person, Live(town).Id)));
    }

    [Fact]
    public void A_revocation_is_signed_by_the_person_and_says_this_warrant_here_and_now()
    {
        using var town = Warranted();
        var id = Live(town).Id;
        Assert.Equal("provost.approvals.signature", town.Code(town.Revoke("dana", id, town.KeyOf("lea"))));
        foreach (var alter in new Func<ActPredicate, ActPredicate>[]
        {
            said => said with { Verb = "resume" }, said => said with { Object = Guid.Empty.ToString() },
            said => said with { Environment = "staging" }, said => said with { Org = "other.example" },
            said => said with { Expires = town.Time.GetUtcNow() },
        })
        {
            Assert.Equal("provost.statement.differs", town.Code(town.Revoke("dana", id, alter: alter)));
        }

        var draft = town.Revoke("dana", id);
        town.Give(draft);
        Assert.Equal("provost.statement.replayed", town.Code(draft));
    }

    [Fact]
    public void What_was_signed_before_a_revocation_bears_no_further_warrant()
    {
        using var town = Warranted();
        town.Time.Advance(TimeSpan.FromMinutes(1));
        town.Give(town.Revoke("dana", Live(town).Id));
        Assert.Equal("provost.warrants.quorum", town.Code(Warrant(town, town.WarrantKey)));
        town.Time.Advance(TimeSpan.FromMinutes(1));
        town.Give(town.Approve("lea"));
        Assert.Equal("provost.warrants.quorum", town.Code(Warrant(town, town.WarrantKey)));
        town.Give(town.Approve("dana"));
        town.Give(Warrant(town, town.WarrantKey));
        Assert.NotNull(Live(town));
    }

    private static GovernanceDraft Warrant(GovernanceTown town, Ed25519PrivateKey key) => town.Warrant(key);
}
