using System.Text.Json.Nodes;
using Provost.Control.Gate;
using Provost.Testing;

namespace Provost.Control.Tests.Gate;

/// <summary>What the gate answered stands in the log, and who polls cannot fill it.</summary>
public sealed class GateBookTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task An_answer_stands_in_the_log_once_an_hour_and_another_answer_at_once()
    {
        await using var house = await HouseAsync();
        var digest = (string)(await house.ApplyAsync("mia", house.Manifest())).Ok()["releases"]![0]!["digest"]!;
        for (var i = 0; i < 5; i++)
            await AskAsync(house, digest);

        var only = Assert.Single(Written(house));
        Assert.Equal((false, "gate", "production"), (only.Admitted, only.By, only.Environment));
        Assert.Equal(["desk"], only.Systems);
        Assert.Equal(["not_submitted"], only.Missing);

        await house.WarrantAsync();
        await AskAsync(house, digest);
        Assert.Equal([false, true], Written(house).Select(w => w.Admitted));
        Assert.Equal(4, Written(house)[1].Unwritten);

        house.Time.Advance(TimeSpan.FromHours(1));
        await AskAsync(house, digest);
        Assert.Equal(3, Written(house).Count);
        await AskAsync(house, digest, "leo"); // another asker has answers of their own
        Assert.Equal(4, Written(house).Count);
    }

    [Fact]
    public async Task One_who_asks_about_everything_writes_sixty_entries_an_hour_and_the_rest_is_counted()
    {
        await using var house = await HouseAsync();
        for (var i = 0; i < GateBook.MostAnHour + 40; i++)
            await AskAsync(house, $"sha256:{i:x64}");

        Assert.Equal(GateBook.MostAnHour, Written(house).Count);
        house.Time.Advance(TimeSpan.FromHours(1));
        await AskAsync(house, $"sha256:{0:x64}");
        Assert.Equal(40, Written(house)[^1].Unwritten);
    }

    [Fact]
    public async Task A_review_of_the_cluster_is_written_with_its_workload_and_what_it_misspells_is_not()
    {
        await using var house = await HouseAsync();
        var review = JsonNode.Parse("""
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","operation":"CREATE",
            "kind":{"kind":"Pod"},"namespace":"care","name":"NAME",
            "object":{"metadata":{"annotations":{"provost.dev/release":"a secret that somebody pasted"}}}}}
            """.Replace("NAME", new string('n', 400), StringComparison.Ordinal))!;
        (await house.SendAsync("mia", HttpMethod.Post, "/api/admission?environment=production", review)).Ok();
        var written = Assert.Single(Written(house));
        Assert.Equal(("admission", false), (written.By, written.Admitted));
        Assert.Equal(["malformed"], written.Missing);
        Assert.StartsWith("Pod care/nnn", written.Workload);
        Assert.Equal(200, written.Workload!.Length);
        Assert.Empty(written.Releases);
        Assert.DoesNotContain("pasted", string.Concat(house.Written.Select(w => w.Body.GetRawText())));
    }

    [Fact]
    public async Task The_list_is_filtered_and_paged()
    {
        await using var house = await HouseAsync();
        await AskAsync(house, $"sha256:{1:x64}");
        await AskAsync(house, $"sha256:{2:x64}");
        var first = await ListAsync(house, "?limit=1");
        var line = Assert.Single(first["items"]!.AsArray())!;
        Assert.Equal($"sha256:{2:x64}", (string)line["releases"]![0]!);
        Assert.Equal("mia", (string)line["asker"]!["name"]!);
        Assert.Equal(
            $"sha256:{1:x64}",
            (string)(await ListAsync(house, $"?after={first["next"]}"))["items"]![0]!["releases"]![0]!);
        Assert.Single((await ListAsync(house, $"?digest=sha256:{1:x64}"))["items"]!.AsArray());
        Assert.Empty((await ListAsync(house, "?admitted=true"))["items"]!.AsArray());
        Assert.Empty((await ListAsync(house, "?system=desk"))["items"]!.AsArray());
        Assert.Empty((await ListAsync(house, "?environment=staging"))["items"]!.AsArray());
    }

    private static List<GateAsked> Written(ControlHouse house) =>
        [.. house.Log.Entries.Where(e => e.Verb == GateAsked.Verb).Select(e => e.Read<GateAsked>())];

    private static async Task AskAsync(ControlHouse house, string digest, string person = "mia") =>
        (await house.SendAsync(
            person, HttpMethod.Get, $"/api/gate?digest={digest}&environment=production")).Ok();

    private static async Task<JsonNode> ListAsync(ControlHouse house, string query) =>
        (await house.SendAsync("leo", HttpMethod.Get, "/api/gate/answers" + query)).Ok();

    private async Task<ControlHouse> HouseAsync()
    {
        var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        return house;
    }
}
