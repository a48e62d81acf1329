using System.Text.Json.Nodes;

namespace Provost.SystemTests.Running;

/// <summary>The official npm SDK, changed in base URL and key only: <c>calls.mjs</c> prints a line a call.</summary>
[Collection(nameof(Running))]
public sealed class NodeClientTests(GovernedTown town)
{
    [Fact]
    public async Task The_official_npm_client_is_served_protected_and_refused_as_it_should_be()
    {
        await using var copy = await town.StartAsync();
        var calls = await CallAsync(copy);

        Assert.True((bool)calls["plain"]["ok"]!, calls["plain"].ToJsonString());
        Assert.StartsWith("You can send an unused item back", (string)calls["plain"]["text"]!);
        Assert.True((int)calls["plain"]["tokens"]! > 0);

        Assert.EndsWith("the parcel reaches us.", (string)calls["stream"]["text"]!);
        Assert.Equal(0, (int)calls["stream"]["usageChunks"]!);
        Assert.True((int)calls["stream-usage"]["tokens"]! > 0);

        var leak = (string)calls["leak"]["text"]!;
        Assert.Contains("It was paid with card", leak);
        Assert.DoesNotContain(leak.Replace("3 November", ""), char.IsAsciiDigit);

        Assert.True((bool)calls["abort"]["ok"]!, calls["abort"].ToJsonString());
        Assert.False((bool)calls["changed"]["ok"]!);
        Assert.Equal(403, (int)calls["changed"]["status"]!);
        Assert.Equal("provost.composition_changed", (string)calls["changed"]["code"]!);

        Assert.Equal(0, await copy.Server.StopAsync());
        var outcomes = copy.VerifiedOutcomes().Values;
        Assert.Equal(calls.Count, outcomes.Count);
        Assert.Single(outcomes, o => (string)o["outcome"]! == "redacted");
        Assert.Single(outcomes, o => (string?)o["code"] == "provost.composition_changed");
    }

    private async Task<Dictionary<string, JsonNode>> CallAsync(Town copy)
    {
        var printed = await NodeProgram.RunAsync("node", ["calls.mjs"], new Dictionary<string, string>
        {
            ["BASE_URL"] = new Uri(copy.Server.Gateway, "/v1").ToString(),
            ["API_KEY"] = town.ChatKeys[0],
            ["MODEL"] = "gpt-5.2-2026-09-01",
            ["SYSTEM_PROMPT"] = BareClient.Prompt,
        });
        return printed.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!)
            .ToDictionary(call => (string)call["name"]!);
    }
}
