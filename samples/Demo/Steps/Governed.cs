using Provost.Stage;

namespace Provost.Demo.Steps;

/// <summary>Step 3: the same call succeeds; one question says who approved it, under what, who is paged.</summary>
internal static class Governed
{
    public static async Task PlayAsync(Cast cast, StepReport report, CancellationToken cancellationToken)
    {
        report.Chapter("3. The same client call, governed");
        var manifest = cast.Repositories.CheckOut("refund-assistant");
        var caller = new ChatCaller(cast.Server.Gateway, cast.ChatKey, Repositories.Prompt(manifest));
        var decision = "";
        await report.CheckAsync("the call is served and names its decision, release and warrant", async () =>
        {
            var answer = await caller.AskAsync("Can I send it back?");
            decision = answer.Header("Provost-Decision");
            NotSeenException.Unless(
                answer.Status == 200
                && decision.Length == 36
                && answer.Header("Provost-Release").StartsWith("sha256:", StringComparison.Ordinal)
                && answer.Header("Provost-Warrant").Length == 36
                && answer.Header("Provost-Outcome") == "allowed",
                $"{answer.Status} {answer.Error} {string.Join(", ", answer.Headers)}");
        });
        await report.CheckAsync("'why' names who approved it, the constraints, and who gets paged", async () =>
        {
            var why = await Wait.UntilAsync(cast, TimeSpan.FromSeconds(20), async () =>
            {
                var answer = await cast.Staff.Leo.RunAsync("why", decision, "--json");
                return answer.ExitCode == 0 ? answer.Json : null;
            }, cancellationToken);
            var text = why.ToJsonString();
            NotSeenException.Unless(
                text.Contains("Dana Okafor") && text.Contains("Ana Ruiz") && text.Contains("Sam Adeyemi")
                && text.Contains("pii"), text);
        });
        await report.CheckAsync("a card number in the question is redacted before the model sees it", async () =>
        {
            var answer = await caller.AskAsync("I paid with 4000 0566 5566 5556, can I send it back?");
            NotSeenException.Unless(answer.Header("Provost-Outcome") == "redacted", answer.Header("Provost-Outcome"));
        });
    }
}
