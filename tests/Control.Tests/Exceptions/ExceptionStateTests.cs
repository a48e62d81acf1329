using Provost.Control.Access;
using Provost.Control.Exceptions;
using Provost.Control.Governance;
using Provost.Control.Handovers;
using Provost.Control.Registry;
using Provost.Control.Tests.Governance;
using Provost.Gateway.Warrants;

namespace Provost.Control.Tests.Exceptions;

public sealed class ExceptionStateTests : IDisposable
{
    private static readonly SystemKey Desk = new("desk", "production");

    private readonly GovernanceTown _town = GovernanceTown.Peopled();

    public ExceptionStateTests()
    {
        _town.Give(_town.Apply("kim"));
        _town.Give(GovernanceTown.Submit("kim"));
    }

    public void Dispose() => _town.Dispose();

    [Fact]
    public void Two_persons_with_standing_put_it_in_force_and_it_ends_by_itself()
    {
        var content = Content();
        _town.Give(Ask("dana", content));
        Assert.Null(On());
        _town.Give(Grant("lea", content));
        Assert.Equal(content, On()!.Content);
        _town.Time.Advance(TimeSpan.FromHours(12));
        Assert.Null(On());
        Assert.Equal("over", _town.State.Exceptions.All[0].Standing(_town.Time.GetUtcNow()));
    }

    [Fact]
    public void Who_asked_is_not_the_second_person()
    {
        var content = Content();
        _town.Give(Ask("dana", content));
        Assert.Equal("provost.exceptions.second_person", _town.Code(Grant("dana", content)));
    }

    [Theory]
    [InlineData("kim")]
    [InlineData("ola")]
    [InlineData("cleo")]
    [InlineData("pat")]
    public void Without_standing_nobody_asks_and_nobody_grants(string person)
    {
        Assert.Equal("provost.exceptions.no_standing", _town.Code(Ask(person, Content())));
        var content = Content();
        _town.Give(Ask("dana", content));
        Assert.Equal("provost.exceptions.no_standing", _town.Code(Grant(person, content)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(73)]
    public void It_ends_within_72_hours_and_is_never_indefinite(int hours) => Assert.Equal(
        "provost.exceptions.until",
        _town.Code(Ask("dana", Content() with { Until = _town.Time.GetUtcNow().AddHours(hours) })));

    [Fact]
    public void What_was_signed_is_what_is_granted()
    {
        var content = Content();
        _town.Give(Ask("dana", content));
        Assert.Equal(
            "provost.statement.differs", _town.Code(Grant("lea", content with { Reason = "Something else." })));
        var forged = Ask("sam", Content());
        var body = new ExceptionAsked { Content = Content() with { Guardrail = "secrets" } };
        Assert.Equal("provost.statement.differs", _town.Code(
            GovernanceDraft.Of(forged.Actor, "desk", body) with { Statement = forged.Statement }));
        Assert.Equal("provost.statement.malformed", _town.Code(Ask("sam", Content()) with { Statement = null }));
    }

    [Fact]
    public void One_stands_at_a_time_on_a_system()
    {
        var (first, second) = (Content(), Content());
        _town.Give(Ask("dana", first));
        _town.Give(Ask("dana", second));
        _town.Give(Grant("lea", first));
        Assert.Equal("provost.exceptions.one_stands", _town.Code(Grant("lea", second)));
    }

    [Theory]
    [InlineData("ola")]
    [InlineData("cleo")]
    [InlineData("max")]
    public void One_person_ends_it_at_once_without_a_signature(string person)
    {
        var content = Content();
        _town.Give(Ask("dana", content));
        _town.Give(Grant("lea", content));
        _town.Give(End(person, content.Id));
        Assert.Null(On());
        Assert.Equal("revoked", _town.State.Exceptions.All[0].Standing(_town.Time.GetUtcNow()));
        Assert.Equal("provost.exceptions.unknown", _town.Code(End(person, content.Id)));
    }

    [Fact]
    public void Others_do_not_end_it()
    {
        var content = Content();
        _town.Give(Ask("dana", content));
        Assert.Equal("provost.exceptions.may_not_end", _town.Code(End("kim", content.Id)));
    }

    [Fact]
    public void Who_asked_and_has_left_since_grants_nothing()
    {
        var content = Content();
        _town.Give(Ask("max", content));
        _town.Time.Advance(TimeSpan.FromMinutes(1));
        var left = new RosterChanged { Person = "max", Change = RosterChanged.Deactivated };
        _town.Done(_town.Change("pat", left, _town.KeyOf("lea"), _town.KeyOf("cleo")));
        Assert.Equal("provost.exceptions.not_asked", _town.Code(Grant("lea", content)));
    }

    [Fact]
    public void It_does_not_go_around_a_no()
    {
        _town.Give(Reject("lea"));
        Assert.Equal("provost.exceptions.rejected", _town.Code(Ask("dana", Served())));
    }

    [Fact]
    public void A_no_ends_what_would_serve_the_release_in_force_or_asked_for()
    {
        var (first, second, other) = (Served(), Served(), Content());
        _town.Give(Ask("dana", first));
        _town.Give(Ask("dana", second));
        _town.Give(Ask("dana", other));
        _town.Give(Grant("lea", first));
        _town.Give(Reject("max"));
        Assert.Null(On());
        Assert.Equal("The release was rejected.", _town.State.Exceptions.Find(first.Id)!.EndReason);
        Assert.Equal("provost.exceptions.not_asked", _town.Code(Grant("lea", second)));
        _town.Give(Grant("lea", other));
    }

    [Fact]
    public void Who_is_offered_an_office_signs_none_before_having_taken_it()
    {
        var content = Content();
        _town.Give(Ask("lea", content));
        _town.Give(_town.Act("dana", "desk", new HandoverOffered { System = "desk", Technical = "kim" }, "handover"));
        Assert.Equal("provost.exceptions.no_standing", _town.Code(Ask("kim", Content())));
        Assert.Equal("provost.exceptions.no_standing", _town.Code(Grant("kim", content)));
        _town.Give(_town.Act(
            "kim", "desk",
            new OwnershipAccepted { System = "desk", Owners = _town.State.Registry.Systems[Desk].Named },
            "accept_ownership"));
        _town.Give(Grant("kim", content));
    }

    [Fact]
    public void While_an_owner_is_missing_no_release_serves_under_a_new_one()
    {
        var (asked, lifted) = (Served(), Content());
        _town.Give(Ask("lea", asked));
        _town.Give(Ask("lea", lifted));
        _town.Give(GovernanceDraft.Of(
            Actor.Person("pat"), "sam", new RosterChanged { Person = "sam", Change = RosterChanged.Deactivated }));
        Assert.Equal("provost.ownership.vacant", _town.Code(Ask("lea", Served())));
        Assert.Equal("provost.ownership.vacant", _town.Code(Grant("max", asked)));
        _town.Give(Grant("max", lifted));
    }

    [Fact]
    public void An_approval_of_what_served_under_it_comes_late()
    {
        var content = Served();
        _town.Give(Ask("dana", content));
        _town.Give(Grant("lea", content));
        _town.Give(_town.Approve("max"));
        Assert.True(_town.State.Approvals.Given[^1].Late);
    }

    [Fact]
    public void A_second_fold_says_the_same()
    {
        var content = Content();
        _town.Give(Ask("dana", content));
        _town.Give(Grant("lea", content));
        Assert.Equal(content, GovernanceTown.Fold(_town.Written).Exceptions.On(Desk, _town.Time.GetUtcNow())!.Content);
    }

    private GovernedException? On() => _town.State.Exceptions.On(Desk, _town.Time.GetUtcNow());

    private ExceptionContent Content() => new()
    {
        Id = Guid.CreateVersion7(_town.Time.GetUtcNow()),
        System = "desk",
        Environment = "production",
        Kind = ExceptionContent.GuardrailKind,
        Guardrail = "pii",
        Direction = "output",
        Reason = "Refunds are blocked by a false finding.",
        Until = _town.Time.GetUtcNow().AddHours(12),
    };

    private ExceptionContent Served() => Content() with
    {
        Kind = ExceptionContent.ReleaseKind,
        Release = GovernanceTown.ReleaseOf("1.0.0"),
        Guardrail = null,
        Direction = null,
    };

    private static GovernanceDraft Reject(string person) => GovernanceDraft.Of(
        Actor.Person(person), GovernanceTown.ReleaseOf("1.0.0"), new Control.Approvals.RejectionGiven
        {
            System = "desk",
            Environment = "production",
            Release = GovernanceTown.ReleaseOf("1.0.0"),
        });

    private GovernanceDraft Ask(string person, ExceptionContent content) => Signed(
        person, content, new ExceptionAsked { Content = content });

    private GovernanceDraft Grant(string person, ExceptionContent content) => Signed(
        person, content, new ExceptionGranted { Exception = content.Id });

    private GovernanceDraft Signed<T>(string person, ExceptionContent content, T body)
        where T : IGovernanceBody<T> =>
        _town.Act(person, content.Id.ToString(), body, "exception", content.DigestOf());

    private static GovernanceDraft End(string person, Guid id) => GovernanceDraft.Of(
        Actor.Person(person), id.ToString(), new ExceptionEnded { Exception = id, Reason = "The fire is out." });
}
