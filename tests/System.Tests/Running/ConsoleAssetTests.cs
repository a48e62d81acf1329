using Provost.WebConsole.Design;

namespace Provost.SystemTests.Running;

[Collection(nameof(Running))]
public sealed class ConsoleAssetTests(GovernedTown town)
{
    [Fact]
    public async Task Every_asset_of_the_console_arrives_whole_and_with_its_type()
    {
        await using var copy = await town.StartAsync();
        using var http = new HttpClient { BaseAddress = copy.Server.Control };
        var names = ConsoleAssets.Names.ToList();
        Assert.NotEmpty(names);
        foreach (var name in names)
        {
            using var response = await http.GetAsync(ConsoleAssets.Url(name));
            var content = await response.Content.ReadAsByteArrayAsync();
            Assert.True(response.IsSuccessStatusCode, $"{name}: {response.StatusCode}");
            Assert.True(content.Length > 0, $"{name} is empty");
            var expected = name.EndsWith(".css", StringComparison.Ordinal) ? "text/css" : "text/javascript";
            Assert.Equal(expected, response.Content.Headers.ContentType?.MediaType);
        }
    }
}
