using Microsoft.AspNetCore.Http;
using Provost.Control.Access;
using Provost.Control.Tests.Governance;

namespace Provost.Control.Tests.Access;

public sealed class RequestIdentityTests
{
    [Theory]
    [InlineData("GET", "cross-site", null, true)]
    [InlineData("POST", "same-origin", null, true)]
    [InlineData("POST", "same-site", null, false)]
    [InlineData("POST", "cross-site", null, false)]
    [InlineData("POST", "none", null, false)]
    [InlineData("POST", null, "http://127.0.0.1:7401", true)]
    [InlineData("POST", null, "http://127.0.0.1:7400", false)]
    [InlineData("POST", null, "http://evil.example", false)]
    [InlineData("POST", null, "null", false)]
    [InlineData("DELETE", null, null, false)]
    public void A_browsers_change_comes_from_this_origins_own_pages(
        string method, string? site, string? origin, bool expected)
    {
        var call = new DefaultHttpContext();
        call.Request.Method = method;
        call.Request.Host = new HostString("127.0.0.1", 7401);
        if (site is not null)
            call.Request.Headers["Sec-Fetch-Site"] = site;

        if (origin is not null)
            call.Request.Headers.Origin = origin;

        Assert.Equal(expected, RequestIdentity.IsSameOrigin(call));
    }

    [Fact]
    public void A_session_ends_by_age_by_idleness_and_when_its_person_leaves()
    {
        using var town = GovernanceTown.Peopled();
        var sessions = new Sessions(town.Log, town.Time);
        var (dana, sam) = (town.State.Roster.Live("dana")!, town.State.Roster.Live("sam")!);
        var (idle, busy) = (sessions.Open(sam).Secret, sessions.Open(dana).Secret);
        for (var i = 0; i < 12; i++)
        {
            Assert.Equal("dana", sessions.Find(busy)?.Person.Id);
            town.Time.Advance(TimeSpan.FromMinutes(59));
        }

        Assert.Null(sessions.Find(idle));
        town.Time.Advance(TimeSpan.FromMinutes(12));
        Assert.Null(sessions.Find(busy));

        var last = sessions.Open(dana).Secret;
        town.Give(Provost.Control.Governance.GovernanceDraft.Of(
            Provost.Control.Governance.Actor.Person("pat"), "dana",
            new RosterChanged { Person = "dana", Change = RosterChanged.Deactivated }));
        Assert.Null(sessions.Find(last));
    }

    [Fact]
    public void A_token_is_told_from_anything_else_by_its_form()
    {
        var token = SecretText.NewToken();
        Assert.NotNull(SecretText.IdOf(token));
        Assert.Null(SecretText.IdOf(token[..^1] + (token[^1] == '0' ? '1' : '0')));
        Assert.Null(SecretText.IdOf("pk" + token[2..]));
        Assert.Null(SecretText.IdOf(""));
        Assert.True(SecretText.Matches(token, SecretText.HashOf(token)));
        Assert.False(SecretText.Matches(SecretText.NewToken(), SecretText.HashOf(token)));
    }

    [Fact]
    public void Wrong_passwords_are_counted_for_an_address_in_whatever_case_and_for_a_minute()
    {
        var time = new Provost.Testing.ManualTime();
        var tries = new WrongTries(time);
        for (var i = 0; i < WrongTries.Most; i++)
        {
            Assert.False(tries.IsOver("dana@acme.example"));
            tries.Failed(i % 2 == 0 ? "dana@acme.example" : "DANA@acme.example");
        }

        Assert.True(tries.IsOver("Dana@acme.example"));
        Assert.False(tries.IsOver("sam@acme.example"));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(tries.IsOver("dana@acme.example"));

        tries.Failed("dana@acme.example");
        tries.Forget("dana@acme.example");
        for (var i = 1; i < WrongTries.Most; i++)
            tries.Failed("dana@acme.example");

        Assert.False(tries.IsOver("dana@acme.example"));
    }
}
