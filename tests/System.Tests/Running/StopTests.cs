using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Http;
using Provost.Stage;
using Provost.Testing;

namespace Provost.SystemTests.Running;

/// <summary>One server for a data folder, and an end that cuts nobody off.</summary>
[Collection(nameof(Running))]
public sealed class StopTests(GovernedTown town)
{
    [Fact]
    public async Task A_second_server_on_the_same_data_refuses_and_says_what_to_do()
    {
        await using var copy = await town.StartAsync();
        string[] arguments =
        [
            "--data", copy.Data, "--data-address", "127.0.0.1:0", "--control-address", "127.0.0.1:0",
            .. copy.Arguments,
        ];
        using var second = Process.Start(
            new ProcessStartInfo(Checkout.Binary("Server", "Provost.Server"), arguments)
            {
                UseShellExecute = false,
                RedirectStandardError = true,
            })!;
        var said = await second.StandardError.ReadToEndAsync();
        await second.WaitForExitAsync();

        Assert.Equal(1, second.ExitCode);
        Assert.Contains($"Another Provost server is using {copy.Data}", said);
        Assert.Contains("--data", said);
        using var client = copy.Client(town.ChatKeys[0]);
        Assert.Equal("", (await client.AskAsync(CancellationToken.None)).Code ?? "");
        Assert.Equal(0, await copy.Server.StopAsync());
    }

    [Fact]
    public async Task A_stop_lets_a_stream_in_flight_come_to_its_end_and_records_it()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        upstream.Answer = async call =>
        {
            await FakeUpstream.StreamAsync(call, [Chunk("A refund takes ")]);
            await goOn.Task;
            await call.Response.Body.WriteAsync(Chunk("five working days."));
            await call.Response.WriteAsync("data: [DONE]\n\n");
        };
        await using var copy = town.Copy();
        new ServerSettings(upstream.Address).Write(copy.Folder);
        await copy.StartAsync();

        using var client = copy.Client(town.ChatKeys[0]);
        using var response = await client.SendAsync(stream: true, CancellationToken.None);
        var decision = response.Headers.GetValues("Provost-Decision").Single();
        var stopping = copy.Server.StopAsync();
        await copy.Server.SaidAsync("calls in flight are drained", Town.Limit);
        Assert.False(stopping.IsCompleted);
        goOn.SetResult();
        var body = await response.Content.ReadAsStringAsync();

        Assert.Equal(0, await stopping);
        Assert.Contains("five working days", body);
        Assert.EndsWith("data: [DONE]\n\n", body);
        Assert.Equal("complete", (string)copy.VerifiedOutcomes()[decision]["ended"]!);
    }

    private static byte[] Chunk(string text) => Encoding.UTF8.GetBytes(
        "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"gpt-5.2-2026-09-01\","
        + $"\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}},\"finish_reason\":null}}]}}\n\n");
}
