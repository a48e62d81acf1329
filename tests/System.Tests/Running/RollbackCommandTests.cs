using Provost.Stage;

namespace Provost.SystemTests.Running;

/// <summary>The way back, what was signed and what the gate answered, by the command line of a running
/// server.</summary>
[Collection(nameof(Running))]
public sealed class RollbackCommandTests(GovernedTown town)
{
    [Fact]
    public async Task A_rollback_is_rehearsed_through_the_gateway_and_moves_no_traffic()
    {
        await using var copy = await town.StartAsync();
        var staff = copy.Staff;
        var done = (await staff.Mia.RunAsync("rollback", "refund-assistant", "--rehearse")).Ok();
        Assert.Contains("was restored in", done.Output);
        Assert.Contains("no traffic was moved", done.Output);
        var list = (await staff.Leo.RunAsync("rollback", "refund-assistant", "--list", "--json")).Ok().Json;
        var rehearsal = Assert.Single(list["items"]!.AsArray())!;
        Assert.Equal("passed", (string)rehearsal["standing"]!);
        Assert.Equal(3, rehearsal["calls"]!.AsArray().Count);
        Assert.All(rehearsal["calls"]!.AsArray(), c => Assert.Equal("fallback", (string)c!["outcome"]!));
        var status = (await staff.Leo.RunAsync("status", "refund-assistant", "--json")).Ok().Json;
        Assert.Equal("serving", (string)status["environments"]![0]!["summary"]!["state"]!);
        Assert.Equal(2, (await staff.Mia.RunAsync(
            "rollback", "refund-assistant", "--rehearse", "--release", "3.2.0")).ExitCode);
        Assert.Equal(1, (await staff.Mia.RunAsync(
            "rollback", "refund-assistant", "--rehearse", "--leaving", "9.9.9")).ExitCode);
    }

    [Fact]
    public async Task What_was_signed_is_shown_and_an_answer_of_the_gate_is_listed()
    {
        await using var copy = await town.StartAsync();
        var staff = copy.Staff;
        var status = (await staff.Ana.RunAsync("status", "refund-assistant", "--json")).Ok().Json;
        var page = status["environments"]![0]!;
        var digest = (string)page["approved"]!["approvals"]![0]!["difference"]!;
        var seen = (await staff.Ana.RunAsync("difference", digest)).Ok();
        Assert.Contains("signed by Dana Okafor", seen.Output);
        Assert.Contains("file:prompts/refund.md", seen.Output);

        var release = (string)page["approved"]!["release"]!["digest"]!;
        (await staff.Mia.RunAsync("gate", "--digest", release, "--env", "production")).Ok();
        var answers = (await staff.Leo.RunAsync("gate", "--list", "--system", "refund-assistant", "--json")).Ok();
        var answer = Assert.Single(answers.Json["items"]!.AsArray())!;
        Assert.True((bool)answer["admitted"]!);
        Assert.Equal("Mia Chen", (string)answer["asker"]!["name"]!);
    }
}
