using System.Net;
using System.Text.Json.Nodes;
using Provost.Stage;
using Provost.Testing;

namespace Provost.SystemTests.Running;

/// <summary>A provider puts another model behind the name that was approved, while the server runs.</summary>
[Collection(nameof(Running))]
public sealed class ServedModelTests(GovernedTown town)
{
    private const string Asked = "gpt-5.2-2026-09-01";
    private const string Swapped = "gpt-5.3-mini";
    private const string Fallback = "A colleague will get back to you within a day.";

    /// <summary>A pinned name is held to the character: the first answer is refused. A floating one passes until the
    /// declared response engages.</summary>
    [Theory]
    [InlineData("pinned", HttpStatusCode.Forbidden)]
    [InlineData("floating", HttpStatusCode.OK)]
    public async Task A_swap_pages_opens_an_incident_and_engages_what_was_declared(string kind, HttpStatusCode first)
    {
        var served = Asked;
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.Answer = call => FakeUpstream.PlainAsync(call, Answer(served));
        await using var pages = await PageReceiver.StartAsync(CancellationToken.None);
        await using var copy = town.Copy();
        new ServerSettings(upstream.Address) { Pages = pages }.Write(copy.Folder);
        await copy.StartAsync();
        await copy.Staff.ReleaseAsync(await ManifestAsync(copy, kind), "refund-assistant@3.3.0");
        using var client = copy.Client(town.ChatKeys[0]);
        Assert.Equal(HttpStatusCode.OK, (await client.AskAsync(CancellationToken.None)).Status);

        served = Swapped;
        var paged = pages.NextAsync(Town.Limit, ["refund-assistant", Swapped], CancellationToken.None);
        var swapped = await client.AskAsync(CancellationToken.None);
        Assert.Equal(first, swapped.Status);
        Assert.DoesNotContain(kind == "pinned" ? Swapped : Fallback, swapped.Body);
        await paged;
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var engaged = swapped;
        await Patience.UntilAsync(
            Town.Limit, "the fallback", () => pace.WaitForNextTickAsync(CancellationToken.None).AsTask(), async () =>
            {
                engaged = await client.AskAsync(CancellationToken.None);
                return engaged.Body.Contains(Fallback, StringComparison.Ordinal);
            });

        var incidents = (await copy.Staff.Leo.RunAsync("incidents", "--open", "--json")).Ok().Json["items"]!.AsArray();
        Assert.Equal("refund-assistant", (string)Assert.Single(incidents)!["system"]!);
        Assert.Contains(
            Swapped, (await copy.Staff.Leo.RunAsync("vendors", "seen", "--not-approved")).Ok().Output);
        Assert.Equal(0, await copy.Server.StopAsync());
        var record = copy.VerifiedOutcomes()[swapped.Decision];
        Assert.Equal(Asked, (string)record["modelRequested"]!);
        Assert.Equal(Swapped, (string)record["modelServed"]!);
    }

    private static async Task<string> ManifestAsync(Town copy, string kind)
    {
        var manifest = new Repositories(Path.Combine(copy.Folder, "repositories")).CheckOut("refund-assistant");
        await Repositories.EditAsync(manifest, "provost.yaml", "version: 3.2.0", "version: 3.3.0");
        await Repositories.EditAsync(
            manifest, "provost.yaml", "onBreach: [ {", "onBreach: [ { signal: served, do: [ page, fallback ] }, {");
        if (kind == "floating")
        {
            await Repositories.EditAsync(
                manifest, "provost.yaml", $"name: {Asked}\n", $"name: {Asked}\n    floating: true\n");
        }

        return manifest;
    }

    private static string Answer(string model) => new JsonObject
    {
        ["id"] = "chatcmpl-1",
        ["object"] = "chat.completion",
        ["created"] = 1700000000,
        ["model"] = model,
        ["choices"] = new JsonArray(new JsonObject
        {
            ["index"] = 0,
            ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = "Five days." },
            ["finish_reason"] = "stop",
        }),
    }.ToJsonString();
}
