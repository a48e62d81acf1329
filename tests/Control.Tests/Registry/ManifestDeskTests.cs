using System.Text.Json.Nodes;
using Provost.Ledger.Statements;
using Provost.Testing;

namespace Provost.Control.Tests.Registry;

public sealed class ManifestDeskTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_manifest_names_files_that_its_sender_has_and_not_those_whose_digest_they_know()
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        (await house.ApplyAsync("mia", house.Manifest(), "A secret of the desk.\n")).Ok();

        var bytes = "A secret of the desk.\n"u8.ToArray();
        var stolen = new JsonObject
        {
            ["file"] = "provost.yaml",
            ["manifest"] = house.Manifest().Replace("desk", "shop", StringComparison.Ordinal),
            ["files"] = new JsonObject { ["prompt.md"] = Digest.Of(bytes) },
        };
        var refused = await house.SendAsync("leo", HttpMethod.Post, "/api/plan", stolen.DeepClone());
        Assert.Equal(400, (int)refused.Status);
        Assert.Contains("prompt.md", refused.Json.ToJsonString());
        Assert.DoesNotContain("A secret", refused.Json.ToJsonString());

        using var content = new ByteArrayContent(bytes);
        (await house.SendAsync("leo", HttpMethod.Put, $"/api/blobs/{Digest.Of(bytes)}", content)).Ok();
        (await house.SendAsync("leo", HttpMethod.Post, "/api/plan", stolen)).Ok();
    }
}
