using System.Net;
using System.Text.Json.Nodes;
using Provost.Control.Vendors;
using Provost.Testing;

namespace Provost.Control.Tests.Vendors;

/// <summary>Notices and terms of providers through the API, down to what the gateway admits.</summary>
public sealed class VendorDeskTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Source = "https://provider.example/deprecations";

    [Fact]
    public async Task A_notice_opens_a_task_for_each_release_that_uses_the_model()
    {
        await using var house = await ServingAsync();
        var answer = (await AddAsync(house, "leo", days: 40)).Ok();
        Assert.Equal(1, (int)answer["dependents"]!);

        var task = Assert.Single((await GetAsync(house, "/api/vendors/tasks"))["items"]!.AsArray())!;
        Assert.Equal(("desk", "1.0.0", 40, true), ((string)task["system"]!, (string)task["release"]!["version"]!,
            (int)task["daysLeft"]!, (bool)task["live"]!));
        Assert.Equal(house.IdOf("sam"), (string)task["owner"]!["person"]!);
        Assert.Equal(house.IdOf("dana"), (string)task["costOwner"]!["person"]!);
        Assert.Null((string?)task["pays"]);

        house.Time.Advance(TimeSpan.FromDays(10));
        Assert.Equal(30, (int)(await GetAsync(house, "/api/vendors/tasks"))["items"]![0]!["daysLeft"]!);
        Assert.Empty((await GetAsync(house, "/api/vendors/tasks?system=other"))["items"]!.AsArray());
    }

    [Fact]
    public async Task The_snapshot_tells_gateways_the_earliest_end_of_each_model()
    {
        await using var house = await ServingAsync();
        (await AddAsync(house, "leo", days: 40)).Ok();
        (await AddAsync(house, "sam", days: 20)).Ok();

        var shutdown = Assert.Single(house.Holder.Current!.Document.Shutdowns!);
        Assert.Equal(("openai", "gpt-test"), (shutdown.Provider, shutdown.Model));
        Assert.Equal(house.Time.GetUtcNow().AddDays(20), shutdown.At);
    }

    [Fact]
    public async Task A_notice_is_withdrawn_by_the_signature_of_another_person_alone()
    {
        await using var house = await ServingAsync();
        var notice = (string)(await AddAsync(house, "leo", days: 40)).Ok()["added"]![0]!["id"]!;

        Assert.Equal("provost.vendors.second_person", (await WithdrawAsync(house, "leo", notice)).Code);
        Assert.Equal("provost.vendors.second_person", (await WithdrawAsync(house, "sam", notice)).Code);
        Assert.Equal(
            "provost.statement.not_yours", (await WithdrawAsync(house, "ana", notice, signer: "max")).Code);
        Assert.Equal(
            "provost.statement.differs",
            (await WithdrawAsync(house, "ana", notice, saying: "the provider has taken it back")).Code);
        (await WithdrawAsync(house, "ana", notice)).Ok();

        Assert.Null(house.Holder.Current!.Document.Shutdowns);
        Assert.Equal("provost.vendors.unknown", (await WithdrawAsync(house, "max", notice)).Code);
    }

    [Theory]
    [InlineData("dana")]
    [InlineData("ana")]
    [InlineData("pat")]
    public async Task Notices_and_terms_are_kept_by_who_may_pause_every_system(string person)
    {
        await using var house = await ServingAsync();
        Assert.Equal("provost.vendors.may_not_note", (await AddAsync(house, person, days: 40)).Code);
        Assert.Equal("provost.vendors.may_not_note", (await SetTermsAsync(house, person)).Code);
    }

    [Fact]
    public async Task A_feed_is_taken_whole_or_not_at_all_and_twice_is_once()
    {
        await using var house = await ServingAsync();
        var broken = await FeedAsync(house, Notice(house, "gpt-a"), Notice(house, "gpt b"));
        Assert.Equal("provost.vendors.field", broken.Code);
        Assert.Contains("Notice 2 of the feed", broken.Json.ToJsonString(), StringComparison.Ordinal);
        Assert.Empty(house.Log.State.Vendors.Notices);

        var first = (await FeedAsync(house, Notice(house, "gpt-a"), Notice(house, "gpt-a"))).Ok();
        Assert.Equal((1, 1), (first["added"]!.AsArray().Count, (int)first["known"]!));
        var second = (await FeedAsync(house, Notice(house, "gpt-a"), Notice(house, "gpt-b"))).Ok();
        Assert.Equal((1, 1), (second["added"]!.AsArray().Count, (int)second["known"]!));
        var third = (await FeedAsync(house, Notice(house, "gpt-a"), Notice(house, "gpt-b"))).Ok();
        Assert.Equal((0, 2), (third["added"]!.AsArray().Count, (int)third["known"]!));
        Assert.Equal(2, house.Log.State.Vendors.Notices.Count);
        Assert.Equal("provost.vendors.feed", (await FeedAsync(house)).Code);
    }

    [Fact]
    public async Task A_notice_by_hand_that_stands_already_is_a_conflict()
    {
        await using var house = await ServingAsync();
        (await AddAsync(house, "leo", days: 40)).Ok();
        Assert.Equal("provost.vendors.noted", (await AddAsync(house, "leo", days: 40)).Code);
    }

    [Theory]
    [InlineData("source", "http://provider.example/")]
    [InlineData("source", "see the mail")]
    [InlineData("provider", "Open AI")]
    [InlineData("model", "")]
    public async Task A_notice_that_nobody_could_check_is_refused_with_its_field(string field, string value)
    {
        await using var house = await ServingAsync();
        var notice = Notice(house, "gpt-a");
        notice[field] = value;

        var answer = await house.SendAsync("leo", HttpMethod.Post, "/api/vendors/notices", notice);

        Assert.Equal((HttpStatusCode.BadRequest, "provost.vendors.field"), (answer.Status, answer.Code));
        Assert.Contains(field, answer.Json.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Terms_that_are_missing_for_tier_high_are_a_finding_until_they_are_recorded()
    {
        await using var house = await ServingAsync();
        var state = house.Log.State.Registry.Find("desk", "production")!;
        Assert.Equal("limited", state.Tier);
        Assert.Empty((await GetAsync(house, "/api/vendors"))["items"]![0]!["findings"]!.AsArray());

        (await SetTermsAsync(house, "leo")).Ok();
        (await AddAsync(house, "leo", days: 40)).Ok();
        var vendor = (await GetAsync(house, "/api/vendors?provider=openai"))["items"]![0]!;
        Assert.Equal("shared", (string)vendor["terms"]!["pays"]!);
        Assert.Equal(
            "The end of gpt-test was noted 40 days before; the terms promise 90.",
            (string)Assert.Single(vendor["findings"]!.AsArray())!);
        Assert.Equal("shared", (string)(await GetAsync(house, "/api/vendors/tasks"))["items"]![0]!["pays"]!);
    }

    [Fact]
    public async Task Owners_are_told_at_each_step_and_the_deputy_too_when_a_week_is_left()
    {
        await using var house = await ServingAsync();
        (await AddAsync(house, "leo", days: 60)).Ok();
        int[] told = [];
        foreach (var after in new[] { 0, 20, 10, 10, 6, 7, 6, 0.5, 0.5, 1 })
        {
            house.Time.Advance(TimeSpan.FromDays(after));
            told = [.. told, .. VendorShutdowns.Due(house.Log.State, house.Time.GetUtcNow()).Select(d => d.Days)];
        }

        Assert.Equal([90, 90, 30, 30, 14, 7, 1, 1, 0], told);
        house.Time.Advance(-TimeSpan.FromDays(1));
        var due = Assert.Single(VendorShutdowns.Due(house.Log.State, house.Time.GetUtcNow()));
        Assert.Equal("desk (production): openai ends gpt-test today", due.Title);
        Assert.Contains(due.Lines, line => line.Contains("is not recorded", StringComparison.Ordinal));
        Assert.Equal([house.IdOf("sam"), house.IdOf("dana")], due.To.Select(t => t.Person));
    }

    [Fact]
    public async Task Lists_come_by_pages()
    {
        await using var house = await ServingAsync();
        (await FeedAsync(house, Notice(house, "gpt-a"), Notice(house, "gpt-b"), Notice(house, "gpt-c"))).Ok();

        var first = await GetAsync(house, "/api/vendors/notices?limit=2");
        var second = await GetAsync(house, $"/api/vendors/notices?limit=2&after={(string)first["next"]!}");

        Assert.Equal(
            ["gpt-c", "gpt-b", "gpt-a"],
            first["items"]!.AsArray().Concat(second["items"]!.AsArray()).Select(n => (string)n!["model"]!));
        Assert.Null((string?)second["next"]);
    }

    private async Task<ControlHouse> ServingAsync()
    {
        var house = await ControlHouse.OpenAsync(
            await database.ReadyAsync(TestContext.Current.CancellationToken));
        await house.PeopleAsync();
        (await house.ApplyAsync("mia", house.Manifest())).Ok();
        await house.WarrantAsync();
        return house;
    }

    private static JsonObject Notice(ControlHouse house, string model, int days = 40) => new()
    {
        ["provider"] = "openai",
        ["model"] = model,
        ["shutdown"] = house.Time.GetUtcNow().AddDays(days).ToString("O"),
        ["source"] = Source,
    };

    private static Task<Reply> AddAsync(ControlHouse house, string person, int days) =>
        house.SendAsync(person, HttpMethod.Post, "/api/vendors/notices", Notice(house, "gpt-test", days));

    private static Task<Reply> FeedAsync(ControlHouse house, params JsonNode[] notices) => house.SendAsync(
        "leo", HttpMethod.Post, "/api/vendors/notices/feed", new JsonObject { ["notices"] = new JsonArray(notices) });

    private static Task<Reply> SetTermsAsync(ControlHouse house, string person) => house.SendAsync(
        person, HttpMethod.Post, "/api/vendors/openai/terms", new JsonObject
        {
            ["noticeDays"] = 90,
            ["reapproval"] = true,
            ["pays"] = "shared",
            ["contact"] = "security@provider.example",
            ["source"] = "Contract 17",
        });

    private static async Task<Reply> WithdrawAsync(
        ControlHouse house, string person, string notice, string? signer = null, string saying = "It was wrong.")
    {
        var at = $"/api/vendors/notices/{notice}/withdrawal";
        var proposal = await house.SendAsync(person, HttpMethod.Get, $"{at}?basis=It%20was%20wrong.");
        return proposal.Status != HttpStatusCode.OK
            ? proposal
            : await house.SendAsync(person, HttpMethod.Post, at, new JsonObject
            {
                ["basis"] = saying,
                ["envelope"] = house.Sign(signer ?? person, proposal.Json),
            });
    }

    private static async Task<JsonNode> GetAsync(ControlHouse house, string path) =>
        (await house.SendAsync("dana", HttpMethod.Get, path)).Ok();
}
