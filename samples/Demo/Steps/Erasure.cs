using Provost.Stage;

namespace Provost.Demo.Steps;

/// <summary>Step 10: a person's data is held, then erased; every proof still holds.</summary>
internal static class Erasure
{
    private const string Basis = "GDPR Art. 17(1)(b), request 4711";

    public static async Task PlayAsync(Cast cast, StepReport report, CancellationToken cancellationToken)
    {
        report.Chapter("10. A person's data is erased");
        var (leo, ana, dana) = (cast.Staff.Leo, cast.Staff.Ana, cast.Staff.Dana);
        var (hers, his) = ("", "");
        await report.CheckAsync("compliance reads what a customer was told, for a recorded purpose; nobody else does",
            async () =>
            {
                hers = await AskAsync(cast, "customer-ada", "Can Ada send it back?", cancellationToken);
                his = await AskAsync(cast, "customer-bob", "Can Bob send it back?", cancellationToken);
                var read = (await ReadAsync(leo, hers)).Ok();
                NotSeenException.Unless(read.Output.Contains("Can Ada send it back?"), read.Output);
                foreach (var other in new[] { dana, cast.Staff.Pat })
                {
                    var refused = await ReadAsync(other, hers);
                    NotSeenException.Unless(refused.ExitCode == 1, refused.Output);
                }
            });
        await report.CheckAsync("a legal hold blocks the erasure until two persons have ended it", async () =>
        {
            var hold = (string)(await leo.RunAsync(
                "hold", "place", "--system", "refund-assistant", "--basis", "case 17", "--json")).Ok().Json["id"]!;
            var refused = await EraseAsync(leo);
            NotSeenException.Unless(refused.ExitCode == 1 && refused.Errors.Contains("case 17"), refused.Errors);
            (await leo.RunAsync("hold", "release", hold, "--basis", "case 17 is closed")).Ok();
            var alone = await leo.RunAsync("hold", "release", hold, "--confirm");
            NotSeenException.Unless(alone.ExitCode == 1, alone.Output);
            (await ana.RunAsync("hold", "release", hold, "--confirm")).Ok();
        });
        await report.CheckAsync("her content is gone, said to be erased, by whom and when complete; his is not",
            async () =>
            {
                var erased = (await EraseAsync(leo)).Ok();
                NotSeenException.Unless(erased.Output.Contains("Complete on"), erased.Output);
                var gone = await ReadAsync(leo, hers);
                NotSeenException.Unless(gone.ExitCode == 1 && gone.Errors.Contains(Basis), gone.Output + gone.Errors);
                var why = (await leo.RunAsync("why", hers, "--json")).Ok().Output;
                NotSeenException.Unless(why.Contains("Leo Marin") && why.Contains("completeOn"), why);
                var kept = (await ReadAsync(leo, his)).Ok();
                NotSeenException.Unless(kept.Output.Contains("Can Bob send it back?"), kept.Output);
            });
        await report.CheckAsync("every proof still holds, and the verifier says what was erased and why", async () =>
        {
            var verified = (await leo.RunAsync(
                "ledger", "verify", Path.Combine(cast.Server.Data, "ledger"),
                "--trust", Path.Combine(cast.Server.Data, "trust.json"))).Ok();
            NotSeenException.Unless(
                verified.Output.Contains("PROVED") && verified.Output.Contains("content of 1 entries erased")
                && verified.Output.Contains(Basis) && verified.Output.Contains("complete on"), verified.Output);
        });
    }

    /// <summary>One call about a customer; returns the decision once its entry is in the index.</summary>
    private static async Task<string> AskAsync(
        Cast cast, string customer, string question, CancellationToken cancellationToken)
    {
        var manifest = cast.Repositories.CheckOut("refund-assistant");
        var caller = new ChatCaller(
            cast.Server.Gateway, cast.ChatKey, Repositories.Prompt(manifest), customer);
        var answer = await caller.AskAsync(question);
        NotSeenException.Unless(answer.Status == 200, $"{answer.Status} {answer.Error}");
        var decision = answer.Header("Provost-Decision");
        await Wait.UntilAsync(cast, TimeSpan.FromSeconds(20), async () =>
            (await cast.Staff.Leo.RunAsync("why", decision, "--json")) is { ExitCode: 0 } found ? found.Json : null,
            cancellationToken);
        return decision;
    }

    private static Task<CommandAnswer> ReadAsync(Persona person, string decision) =>
        person.RunAsync("reveal", "one", decision, "--purpose", "request 4711");

    private static Task<CommandAnswer> EraseAsync(Persona person) =>
        person.RunAsync("erase", "--person", "customer-ada", "--basis", Basis);
}
