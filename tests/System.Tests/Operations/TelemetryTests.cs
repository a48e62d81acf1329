using System.Net;
using Provost.SystemTests.Running;

namespace Provost.SystemTests.Operations;

/// <summary>What a server tells a collector, and what it never tells.</summary>
[Collection(nameof(Running))]
public sealed class TelemetryTests(GovernedTown town)
{
    private const string Stranger = "sk-a-key-of-somebody-else-0123456789";
    private const string LinkToken = "a-token-in-a-link-0123456789";

    [Fact]
    public async Task Metrics_traces_and_logs_arrive_by_otlp_without_a_prompt_an_answer_or_a_key()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var copy = town.Copy();
        await copy.StartAsync(new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address.ToString(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        });
        var answer = await TalkAsync(copy);
        Assert.Equal(0, await copy.Server.StopAsync()); // a clean stop sends what is left

        Assert.Contains("provost.gateway.calls", collector.Metrics);
        Assert.Contains("provost.gateway.call.duration", collector.Metrics);
        Assert.NotEmpty(collector.Spans);
        Assert.Contains(collector.Lines, l => l.StartsWith("Gateway listens on http", StringComparison.Ordinal));
        Assert.Contains(collector.Lines, l => l.Contains("calls in flight are drained", StringComparison.Ordinal));
        foreach (var signal in new[] { "/v1/metrics", "/v1/traces", "/v1/logs" })
        {
            Assert.Contains("provost", collector.Resource(signal));
        }

        string[] secrets =
        [
            BareClient.Prompt[..40], BareClient.Question, answer[..30], town.ChatKeys[0], Stranger, LinkToken,
            copy.Staff.Leo.Password,
        ];
        Assert.Empty(secrets.Where(collector.Holds));
    }

    /// <summary>Calls of every kind that could carry a secret into a name, a path or a line; gives an answer.</summary>
    private async Task<string> TalkAsync(Town copy)
    {
        using var client = copy.Client(town.ChatKeys[0]);
        var plain = await client.AskAsync(CancellationToken.None);
        Assert.Equal(HttpStatusCode.OK, plain.Status);
        Assert.NotNull(await client.StreamAsync(CancellationToken.None));
        using var stranger = copy.Client(Stranger);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.AskAsync(CancellationToken.None)).Status);
        (await copy.Staff.Leo.RunAsync("login", "--mail", copy.Staff.Leo.Mail)).Ok();
        using var http = new HttpClient();
        using var link = await http.GetAsync(new Uri(copy.Server.Control, $"/ack/{LinkToken}?token={LinkToken}"));
        var text = System.Text.Json.Nodes.JsonNode.Parse(plain.Body)!["choices"]![0]!["message"]!["content"]!;
        return (string)text!;
    }
}
