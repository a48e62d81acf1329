using System.Net;
using System.Text.Json;
using Provost.Testing;

namespace Provost.Gateway.Tests.Pipeline;

/// <summary>
/// The key that an hour's payloads are sealed under must be on disk before its first use. Where it cannot be, there is
/// no record, and without a record nothing is released.
/// </summary>
public sealed class PayloadKeyTests : IDisposable
{
    private const string Secret = "Five days, said the model.";

    private readonly string _folder = Directory.CreateTempSubdirectory("provost-hour-keys-").FullName;
    private readonly ManualTime _time = new(TimeProvider.System.GetUtcNow());

    /// <summary>The disk of the keys, which a test can exchange.</summary>
    private string Disk => Path.Combine(_folder, "disk");

    public static TheoryData<string> BrokenDisks => ["full", "closed"];

    [Theory]
    [MemberData(nameof(BrokenDisks))]
    public async Task While_the_key_of_an_hour_cannot_be_written_nothing_is_released_and_then_all_goes_on(string broken)
    {
        Mount("good");
        await using var stage = await StartAsync();
        using (var before = await stage.ChatAsync(Chat.Ask()))
        {
            Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        }

        Mount(broken);
        using (var stranger = await stage.ChatAsync(Chat.Ask(), ("Authorization", "Bearer somebody")))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        }

        // the timers that make keys ahead and write down unknown callers fail on the way
        _time.Advance(TimeSpan.FromHours(1));
        await AssertNothingReleasedAsync(stage, Chat.Ask());
        stage.Upstream.Answer = call => FakeUpstream.StreamAsync(call, [Chat.Utf8(Chat.Stream([Secret]))]);
        await AssertNothingReleasedAsync(stage, Chat.AskStream());
        Assert.Null(stage.Retake(p => p.Order("pause")).Refusal); // an order needs no key
        using (var paused = await stage.ChatAsync(Chat.Ask()))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, paused.StatusCode);
        }

        Assert.Null(stage.Retake(p => p.Orders.Clear()).Refusal);
        var recorded = stage.Records().Count;

        Mount("good");
        using var streamed = await stage.ChatAsync(Chat.AskStream());
        Assert.Contains(Secret, await streamed.Content.ReadAsStringAsync());
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer(Secret));
        using var plain = await stage.ChatAsync(Chat.Ask());
        Assert.Contains(Secret, await plain.Content.ReadAsStringAsync());
        // a stream's intent and outcome, a plain outcome
        Assert.Equal(recorded + 3, (await stage.FinalRecordsAsync()).Count);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task AssertNothingReleasedAsync(Stage stage, string body)
    {
        using var response = await stage.ChatAsync(body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        using var refusal = JsonDocument.Parse(text);
        Assert.Equal(
            "provost.record_unavailable", refusal.RootElement.GetProperty("error").GetProperty("code").GetString());
        Assert.DoesNotContain(Secret, text);
    }

    private async Task<Stage> StartAsync()
    {
        var plan = new SnapshotPlan().Add(Manifest.System() + Manifest.Llm(), Manifest.Files);
        var stage = await Stage.StartAsync(
            plan, options: o => o with { HourKeyFolder = Path.Combine(Disk, "hour-keys") }, time: _time);
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer(Secret));
        return stage;
    }

    /// <summary>A good disk; one on which no folder can be made; one that takes nothing from anybody.</summary>
    private void Mount(string disk)
    {
        var target = Path.Combine(_folder, disk);
        switch (disk)
        {
            case "good":
                Directory.CreateDirectory(target);
                break;
            case "full":
                File.WriteAllText(target, "no folder");
                break;
            default:
                target = "/sys"; // root, too, is refused there
                break;
        }

        File.Delete(Disk);
        File.CreateSymbolicLink(Disk, target);
    }
}
