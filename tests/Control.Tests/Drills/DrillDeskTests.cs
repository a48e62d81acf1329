using System.Text.Json.Nodes;
using Provost.Control.Drills;
using Provost.Control.Response;
using Provost.Control.Response.Channels;
using Provost.Testing;

namespace Provost.Control.Tests.Drills;

public sealed class DrillDeskTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_drill_goes_out_through_the_real_channels_and_its_button_proves_who_is_reached()
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        (await house.ApplyAsync("mia", house.Manifest())).Ok();
        var (dead, live) = (new Phone("smtp", isDead: true), new Phone("webhook"));
        house.Desks.Drills.Use(new DrillWays(
            person => new Contact(person, "Dana", house.MailOf("dana")), [dead, live],
            new Uri("https://console.acme.example"), TimeSpan.FromSeconds(5)));

        var called = (await CallAsync(house, "sam", "dana")).Ok();
        Assert.Equal(("waiting", "webhook: rang"), ((string)called["standing"]!, (string)called["said"]!));
        var page = Assert.Single(live.Got);
        Assert.StartsWith("DRILL", page.Title);
        Assert.Contains(page.AcknowledgeLink!.AbsoluteUri, page.ToText());
        Assert.Equal("provost.drills.too_soon", (await CallAsync(house, "leo", "dana")).Code);
        Assert.Equal("provost.drills.persons", (await CallAsync(house, "ana", "sam")).Code);

        Assert.True((bool)(await LineAsync(house, "dana"))["unreached"]!);
        var token = page.AcknowledgeLink.Segments[^1];
        Assert.Null((await house.Desks.Drills.AnswerAsync(token, CancellationToken.None)).Fault);
        Assert.Null((await house.Desks.Drills.AnswerAsync(token, CancellationToken.None)).Fault);
        Assert.NotNull((await house.Desks.Drills.AnswerAsync("made-up", CancellationToken.None)).Fault);
        Assert.False((bool)(await LineAsync(house, "dana"))["unreached"]!);
    }

    [Fact]
    public async Task Without_a_channel_it_is_said_to_be_not_delivered()
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.SetUpAsync();

        var called = (await CallAsync(house, "pat", "pat")).Ok();

        Assert.Equal(
            ("not delivered", "none: no channel is set up"), ((string)called["standing"]!, (string)called["said"]!));
        var lost = (await house.SendAsync("pat", HttpMethod.Get, "/api/drills?standing=not%20delivered")).Ok();
        Assert.Single(lost["items"]!.AsArray());
        Assert.Equal(
            "provost.list.filter", (await house.SendAsync("pat", HttpMethod.Get, "/api/drills?standing=lost")).Code);
    }

    private static Task<Reply> CallAsync(ControlHouse house, string by, string person) => house.SendAsync(
        by, HttpMethod.Post, "/api/drills", new JsonObject { ["person"] = house.MailOf(person) });

    private static async Task<JsonNode> LineAsync(ControlHouse house, string person) =>
        (await house.SendAsync("mia", HttpMethod.Get, "/api/oncall")).Ok()["items"]!.AsArray()
            .Single(l => (string)l!["person"]!["person"]! == house.IdOf(person))!;

    private sealed class Phone(string id, bool isDead = false) : IAlertChannel
    {
        public string Id => id;

        public List<PageMessage> Got { get; } = [];

        public Task<DeliveryOutcome> SendAsync(PageMessage page, Contact to, CancellationToken cancellationToken)
        {
            if (isDead)
                throw new IOException("no line");

            Got.Add(page);
            return Task.FromResult<DeliveryOutcome>(new DeliveryOutcome.Delivered("rang"));
        }
    }
}
