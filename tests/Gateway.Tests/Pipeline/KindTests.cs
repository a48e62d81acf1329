using System.Net;
using Provost.Testing;

namespace Provost.Gateway.Tests.Pipeline;

/// <summary>Which kinds of system are called which way.</summary>
public sealed class KindTests
{
    private const string Tool = """{"type":"function","function":{"name":"find"}}""";

    [Fact]
    public async Task An_agent_is_served_when_the_tools_that_it_is_offered_are_the_granted_ones()
    {
        await using var stage = await StageAsync("agent", """
            model: { provider: openai, name: gpt-1 }
              tools:
                - name: find
                  definition: { type: function, function: { name: find } }
                  grant: { purpose: Look up., reviewBy: 2027-05-31 }
            """);
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer());

        using var granted = await stage.ChatAsync(Ask($"\"tools\":[{Tool}],"));
        using var more = await stage.ChatAsync(
            Ask($"\"tools\":[{Tool},{Tool.Replace("find", "send", StringComparison.Ordinal)}],"));
        using var none = await stage.ChatAsync(Ask(""));

        Assert.Equal(HttpStatusCode.OK, granted.StatusCode);
        foreach (var refused in new[] { more, none })
        {
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.Contains("provost.composition_changed", await refused.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task A_vendor_s_endpoint_is_served_as_an_application_is()
    {
        await using var stage = await StageAsync("vendor", """
            model: { provider: openai, name: gpt-1 }
              endpoint: https://vendor.example/v1
              terms: { noticeDays: 60, reapproval: true, pays: us, contact: https://v.example/s, contract: MSA 4 }
            """);
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer());

        using var response = await stage.ChatAsync(Ask(""));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_chain_is_refused_by_name_and_its_components_are_what_is_called()
    {
        await using var stage = await StageAsync("chain", $$"""
            components: [ { system: other, release: sha256:{{new string('0', 64)}} } ]
            """);

        using var response = await stage.ChatAsync(Ask(""));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("provost.kind.chain", await response.Content.ReadAsStringAsync());
        Assert.Empty(stage.Upstream.Received);
    }

    private static string Ask(string extra) =>
        $"{{\"model\":\"gpt-1\",{extra}\"messages\":[{{\"role\":\"user\",\"content\":\"How long?\"}}]}}";

    private static Task<Stage> StageAsync(string kind, string spec) => Stage.StartAsync(
        new SnapshotPlan().Add(
            Manifest.System(kind) + $$"""
            apiVersion: provost/v1
            kind: Release
            metadata: { system: refunds, version: 1.0.0 }
            spec:
              {{spec}}

            """,
            Manifest.NoFiles));
}
