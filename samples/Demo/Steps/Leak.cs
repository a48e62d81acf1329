using Provost.Stage;
using Provost.Upstreams;

namespace Provost.Demo.Steps;

/// <summary>Step 5: the model leaks a card number in the middle of a stream, split over chunks.</summary>
internal static class Leak
{
    public static async Task PlayAsync(Cast cast, StepReport report, CancellationToken cancellationToken)
    {
        report.Chapter("5. The model leaks a card number while it streams");
        var manifest = cast.Repositories.CheckOut("refund-assistant");
        var caller = new ChatCaller(cast.Server.Gateway, cast.ChatKey, Repositories.Prompt(manifest));
        await report.CheckAsync("the upstream really leaks it, asked directly", async () =>
        {
            var prompt = Repositories.Prompt(manifest);
            var direct = new ChatCaller(cast.Upstreams.Address, "none", prompt);
            var answer = await direct.StreamAsync("Send me the receipt");
            NotSeenException.Unless(answer.Text.Contains(ChatUpstream.LeakedCard), answer.Text);
        });
        await report.CheckAsync("through the gateway not one digit arrives, the rest of the answer does", async () =>
        {
            var answer = await caller.StreamAsync("Send me the receipt");
            NotSeenException.Unless(answer.Text.Contains("It was paid with card"), answer.Text + answer.Error);
            NotSeenException.Unless(!answer.Text.Contains('4') && !answer.Text.Contains("11"), answer.Text);
        });
    }
}
