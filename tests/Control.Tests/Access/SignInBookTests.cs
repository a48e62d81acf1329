using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Tests.Governance;
using Provost.Ledger.Spool;
using Provost.Testing;

namespace Provost.Control.Tests.Access;

public sealed class SignInBookTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Coming_in_leaving_and_giving_a_token_back_are_entries_and_a_person_sees_their_own()
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        var dana = house.IdOf("dana");
        var token = (string)(await LoginAsync(house, "dana", ControlHouse.Password)).Ok()["token"]!;
        house.Hold("again", token);
        var entered = house.Log.Entries.Last(e => e.Verb == "signed_in").Read<SignedInEvent>();
        Assert.Equal(
            (WayIn.Password, "token", SecretText.IdOf(token)), (entered.Way, entered.Kind, entered.Credential));
        var listed = (await house.SendAsync("again", HttpMethod.Get, "/api/people/me/credentials")).Ok();
        var own = listed["items"]!.AsArray();
        Assert.Equal(2, own.Count);
        Assert.Equal(SecretText.IdOf(token), (string)own.Single(c => (bool)c!["isThis"]!)!["id"]!);

        var first = own.Single(c => !(bool)c!["isThis"]!)!["id"];
        (await house.SendAsync("again", HttpMethod.Delete, $"/api/people/me/credentials/{first}")).Ok();
        Assert.Equal("provost.login.needed", (await house.SendAsync("dana", HttpMethod.Get, "/api/whoami")).Code);
        Assert.Equal(
            "provost.tokens.unknown",
            (await house.SendAsync("leo", HttpMethod.Delete, $"/api/people/me/credentials/{entered.Credential}")).Code);
        (await house.SendAsync("again", HttpMethod.Post, "/api/logout")).Ok();

        var lines = (await house.SendAsync("leo", HttpMethod.Get, $"/api/people/sign-ins?person={dana}")).Ok();
        Assert.Equal(
            [
                "credential_ended", "credential_ended", "signed_in", "credential", "signed_in", "credential",
                "credential",
            ],
            lines["items"]!.AsArray().Select(l => (string)l!["what"]!));
        var mias = (await house.SendAsync("mia", HttpMethod.Get, $"/api/people/sign-ins?person={dana}")).Ok();
        Assert.All(mias["items"]!.AsArray(), l => Assert.Equal(house.IdOf("mia"), (string?)l!["person"]));
    }

    [Fact]
    public async Task The_list_goes_on_where_the_page_before_ended()
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        var all = await PageAsync("limit=1000");
        var seen = new List<string>();
        for (string? after = null; ;)
        {
            var page = await PageAsync("limit=4" + (after is null ? "" : $"&after={after}"));
            seen.AddRange(page["items"]!.AsArray().Select(l => (string)l!["id"]!));
            after = (string?)page["next"];
            if (after is null)
                break;
        }

        Assert.True(seen.Count > 8);
        Assert.Equal(all["items"]!.AsArray().Select(l => (string)l!["id"]!), seen);

        async Task<JsonNode> PageAsync(string query) =>
            (await house.SendAsync("leo", HttpMethod.Get, $"/api/people/sign-ins?{query}")).Ok();
    }

    [Fact]
    public async Task Refusals_of_ten_seconds_are_one_entry_without_address_or_password()
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        foreach (var person in new[] { "dana", "leo", "nobody" })
            Assert.Equal("provost.login.wrong", (await LoginAsync(house, person, "wrong password")).Code);

        await house.Desks.SignIns.FlushAsync(default);
        var entry = Assert.Single(house.Log.Entries, e => e.Verb == "sign_in_failed");
        var failed = entry.Read<SignInFailed>();
        Assert.Equal((3, "provost.login.wrong", WayIn.Password), (failed.Count, failed.Code, failed.Way));
        Assert.Equal(house.Log.Entries.Last(e => e.Verb == "signed_in").Read<SignedInEvent>().Source, failed.Source);
        var text = JsonSerializer.Serialize(entry);
        Assert.DoesNotContain("@", text);
        Assert.DoesNotContain("wrong password", text);
        Assert.DoesNotContain("127.0.0.1", text);
        await house.Desks.SignIns.FlushAsync(default);
        Assert.Single(house.Log.Entries, e => e.Verb == "sign_in_failed");
    }

    [Fact]
    public async Task Many_sources_are_told_apart_up_to_a_bound_and_counted_beyond_it()
    {
        using var town = GovernanceTown.Peopled();
        var book = new SignInBook(town.Log, town.Time);
        for (var i = 0; i < 40; i++)
            book.Failed(From($"10.0.0.{i}"), WayIn.Password, LoginErrors.WrongPassword());

        await book.FlushAsync(default);
        var failed = town.Log.Entries.Where(e => e.Verb == "sign_in_failed")
            .Select(e => e.Read<SignInFailed>()).ToList();
        Assert.Equal(33, failed.Count);
        Assert.Equal(40, failed.Sum(f => f.Count));
        Assert.Equal(8, failed.Single(f => f.Source == "others").Count);
    }

    [Fact]
    public async Task What_could_not_be_written_is_written_the_next_time()
    {
        using var town = GovernanceTown.Peopled();
        var full = true;
        using var log = new GovernanceLog(
            town.Written, (_, _) => full ? throw new SpoolUnavailableException("full") : Task.FromResult(1000L),
            town.Time, Microsoft.Extensions.Logging.Abstractions.NullLogger<GovernanceLog>.Instance);
        var book = new SignInBook(log, town.Time);
        book.Failed(From("10.0.0.1"), WayIn.Invitation, AccessErrors.BadInvite());
        await book.FlushAsync(default);
        book.Failed(From("10.0.0.1"), WayIn.Invitation, AccessErrors.BadInvite());
        full = false;
        await book.FlushAsync(default);
        Assert.Equal(2, Assert.Single(log.Entries, e => e.Verb == "sign_in_failed").Read<SignInFailed>().Count);
    }

    [Fact]
    public async Task A_session_is_recorded_before_its_cookie_is_set_and_ended_by_its_person_alone()
    {
        using var town = GovernanceTown.Peopled();
        var (book, sessions) = (new SignInBook(town.Log, town.Time), new Sessions(town.Log, town.Time));
        var desk = new CredentialDesk(town.Log, sessions, book, town.Time);
        var (id, secret) = sessions.Open(town.State.Roster.Live("dana")!);
        var dana = new Principal("dana", ByCookie: true) { Credential = id };
        Assert.True(Assert.Single(desk.Of(dana)).IsThis);
        Assert.Equal("provost.tokens.unknown", (await desk.EndAsync(new Principal("sam", true), id, default))?.Code);
        Assert.NotNull(sessions.Find(secret));
        Assert.Null(await desk.EndAsync(dana, id, default));
        Assert.Null(sessions.Find(secret));
        Assert.Equal(id, town.Log.Entries[^1].Read<SignedOut>().Credential);
    }

    private static Task<Reply> LoginAsync(ControlHouse house, string person, string password) => house.SendAsync(
        null, HttpMethod.Post, "/api/login",
        new JsonObject { ["mail"] = house.MailOf(person), ["password"] = password });

    private static DefaultHttpContext From(string address)
    {
        var call = new DefaultHttpContext();
        call.Connection.RemoteIpAddress = IPAddress.Parse(address);
        return call;
    }
}
