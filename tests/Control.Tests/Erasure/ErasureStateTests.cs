using Provost.Control.Access;
using Provost.Control.Erasure;
using Provost.Control.Governance;
using Provost.Control.Holds;
using Provost.Control.Tests.Governance;
using Provost.Ledger.Vault;

namespace Provost.Control.Tests.Erasure;

public sealed class ErasureStateTests : IDisposable
{
    private readonly GovernanceTown _town = GovernanceTown.Peopled();

    private DateTimeOffset Now => _town.Time.GetUtcNow();

    public void Dispose() => _town.Dispose();

    [Fact]
    public void Is_ordered_by_compliance_with_a_signature_over_exactly_what_goes()
    {
        Assert.Equal("provost.erasures.compliance_only", _town.Code(Erase("lea", OfAda())));
        Assert.Equal("provost.statement.malformed", _town.Code(Erase("cleo", OfAda()) with { Statement = null }));
        Assert.Equal("provost.statement.differs", _town.Code(
            _town.Act("cleo", "ada", OfAda(), "erase", SignedStatement.DigestOf(OfAda() with { Basis = "other" }))));
        _town.Give(Erase("cleo", OfAda()));

        Assert.Equal("ada", Assert.Single(_town.State.Erasures.All).Says.Subject);
    }

    [Fact]
    public void Nobody_who_administers_the_platform_erases_even_with_the_role()
    {
        _town.Done(_town.Add(
            "both", Actor.Person("pat"), bootstrap: false, [_town.KeyOf("lea"), _town.KeyOf("max")],
            Roles.Compliance, Roles.PlatformAdministrator));
        _town.Done(_town.AddKey("both"));

        Assert.Equal("provost.erasures.compliance_only", _town.Code(Erase("both", OfAda())));
    }

    [Fact]
    public void Says_of_a_decision_what_erased_it_and_nothing_of_a_later_one()
    {
        var before = Now;
        _town.Give(Erase("cleo", OfAda()));
        var after = Now.AddSeconds(1);
        var erasures = _town.State.Erasures;

        Assert.Equal("GDPR Art. 17", erasures.Of(Guid.NewGuid(), "desk", "ada", before)!.Says.Basis);
        Assert.Null(erasures.Of(Guid.NewGuid(), "loans", "ada", before));
        Assert.Null(erasures.Of(Guid.NewGuid(), "desk", "ada", before.AddMonths(-1)));
        Assert.Null(erasures.Of(Guid.NewGuid(), "desk", "ada", after));
        Assert.Null(erasures.Of(Guid.NewGuid(), "desk", "bob", before));
        Assert.Null(erasures.Of(Guid.NewGuid(), "desk", null, before));
    }

    [Fact]
    public void Is_blocked_by_a_hold_on_the_subject_its_system_or_its_time()
    {
        foreach (var hold in new[]
        {
            new HoldPlaced { Id = Guid.CreateVersion7(), Subject = "ada", Basis = "case 17" },
            new HoldPlaced { Id = Guid.CreateVersion7(), System = "desk", Basis = "case 18" },
            new HoldPlaced { Id = Guid.CreateVersion7(), From = Now, Basis = "case 19" },
        })
        {
            using var town = GovernanceTown.Peopled();
            town.Give(GovernanceDraft.Of(Actor.Person("cleo"), hold.Id.ToString(), hold));

            Assert.Equal("provost.holds.held", town.Code(town.Act("cleo", "ada", OfAda(), "erase")));
        }
    }

    [Fact]
    public void A_hold_elsewhere_blocks_nothing()
    {
        var hold = new HoldPlaced { Id = Guid.CreateVersion7(), System = "loans", Basis = "case 17" };
        _town.Give(GovernanceDraft.Of(Actor.Person("cleo"), hold.Id.ToString(), hold));

        _town.Give(Erase("cleo", OfAda()));
    }

    [Fact]
    public void One_decision_is_blocked_by_a_hold_that_covers_its_very_record()
    {
        var decision = new ContentErased
        {
            Decision = Guid.NewGuid().ToString(),
            System = "desk",
            Time = Now,
            Places = [new PayloadPlace("gateway", 1)],
            Basis = "GDPR Art. 17",
            CompleteOn = ErasureState.CompleteOn(Now),
        };
        var hold = new HoldPlaced { Id = Guid.CreateVersion7(), System = "desk", To = Now, Basis = "case 17" };
        _town.Give(GovernanceDraft.Of(Actor.Person("cleo"), hold.Id.ToString(), hold));
        _town.Give(_town.Act("cleo", decision.Decision, decision, "erase"));

        Assert.NotNull(_town.State.Erasures.Of(Guid.Parse(decision.Decision), "desk", null, Now));
        var other = decision with { Decision = Guid.NewGuid().ToString(), Time = Now.AddDays(-1) };
        Assert.Equal("provost.holds.held", _town.Code(_town.Act("cleo", other.Decision, other, "erase")));
    }

    [Fact]
    public void Names_why_it_outweighs_a_law_where_one_asks_for_the_content()
    {
        var inside = OfAda() with { Duties = ["Regulation B, at least 25mo, until 2029-01-01"] };
        Assert.Equal("provost.bad_request", _town.Code(Erase("cleo", inside)));
        _town.Give(Erase("cleo", inside with { Despite = "court order 12" }));
    }

    [Fact]
    public void Never_claims_to_be_complete_before_the_last_backup_of_keys_is_gone() =>
        Assert.Equal("provost.erasures.complete_on", _town.Code(Erase("cleo", OfAda() with
        {
            CompleteOn = DateOnly.FromDateTime(Now.UtcDateTime).AddDays(29),
        })));

    private ContentErased OfAda() => new()
    {
        Subject = "ada",
        Groups = [new KeyGroup("desk", "answers", "2026-11")],
        Basis = "GDPR Art. 17",
        CompleteOn = ErasureState.CompleteOn(Now),
    };

    private GovernanceDraft Erase(string person, ContentErased body) => _town.Act(person, "ada", body, "erase");
}
