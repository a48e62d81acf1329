using Provost.Stage;

namespace Provost.Demo.Steps;

/// <summary>Step 4: one sentence of the prompt changes; it is refused until the change is approved.</summary>
internal static class OneSentence
{
    private const string Before = "Answer in two sentences.";
    private const string After = "Answer in one sentence.";

    public static async Task PlayAsync(Cast cast, StepReport report, CancellationToken cancellationToken)
    {
        report.Chapter("4. One sentence of the prompt changes");
        var manifest = cast.Repositories.CheckOut("refund-assistant");
        var changed = Repositories.Prompt(manifest).Replace(Before, After, StringComparison.Ordinal);
        var caller = new ChatCaller(cast.Server.Gateway, cast.ChatKey, changed);
        await report.CheckAsync("the client that changed it is refused: provost.composition_changed", async () =>
        {
            var answer = await caller.AskAsync("Can I send it back?");
            NotSeenException.Unless(
                answer.Status == 403 && answer.RefusedWith("provost.composition_changed"),
                $"{answer.Status} {answer.Error}");
        });
        await report.CheckAsync("the manifest is changed too, and the difference is shown", async () =>
        {
            await Repositories.EditAsync(manifest, "prompts/refund.md", Before, After);
            await Repositories.EditAsync(manifest, "provost.yaml", "version: 3.2.0", "version: 3.2.1");
            var plan = (await cast.Staff.Mia.RunAsync("plan", manifest)).Ok();
            NotSeenException.Unless(
                plan.Output.Contains("two") && plan.Output.Contains("one"), $"No difference in: {plan.Output}");
        });
        await report.CheckAsync("approved by owner and second person, the changed call is served", async () =>
        {
            await cast.Staff.ReleaseAsync(manifest, "refund-assistant@3.2.1");
            var answer = await caller.AskAsync("Can I send it back?");
            NotSeenException.Unless(answer.Status == 200, $"{answer.Status} {answer.Error}");
        });
    }
}
