using System.Net.Http;
using Provost.Testing;

namespace Provost.Control.Tests.Decisions;

public sealed class ExportDeskTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task An_export_is_recorded_with_its_filters_before_it_leaves()
    {
        await using var house = await ControlHouse.OpenAsync(
            await database.ReadyAsync(TestContext.Current.CancellationToken));
        await house.PeopleAsync();

        (await house.SendAsync(
            "leo", HttpMethod.Get, "/api/decisions/export?format=json&system=desk&outcome=blocked")).Ok();

        var written = house.Written[^1];
        Assert.Equal(("ledger_exported", house.IdOf("leo")), (written.Verb, written.Actor.Id));
        Assert.Equal(
            """{"query":["format=json","outcome=blocked","system=desk"],"entries":0,"size":7,"manifest":null}""",
            written.Body.GetRawText());
    }

    [Theory]
    [InlineData("dana")]
    [InlineData("ana")]
    [InlineData("pat")]
    public async Task Nobody_but_compliance_takes_decisions_out(string person)
    {
        await using var house = await ControlHouse.OpenAsync(
            await database.ReadyAsync(TestContext.Current.CancellationToken));
        await house.PeopleAsync();
        (await house.ApplyAsync("mia", house.Manifest())).Ok(); // dana is an owner of desk
        var before = house.Written.Count;

        var answer = await house.SendAsync(person, HttpMethod.Get, "/api/decisions/export?format=json&system=desk");

        Assert.Equal(person == "dana" ? "provost.decisions.export" : "provost.decisions.not_yours", answer.Code);
        Assert.Equal(before, house.Written.Count);
    }
}
