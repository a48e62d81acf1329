using Provost.Stage;

namespace Provost.Demo.Steps;

/// <summary>Step 2: a manifest is applied; nothing serves until the owner and a second person have approved.</summary>
internal static class FirstWarrant
{
    public const string Release = "refund-assistant@3.2.0";

    public static async Task PlayAsync(Cast cast, StepReport report, CancellationToken cancellationToken)
    {
        report.Chapter("2. A system is described, submitted, approved");
        var manifest = cast.Repositories.CheckOut("refund-assistant");
        await report.CheckAsync("the manifest is applied and the release submitted by its author", async () =>
        {
            (await cast.Staff.Mia.RunAsync("plan", manifest)).Ok();
            (await cast.Staff.Mia.RunAsync("apply", manifest)).Ok();
            (await cast.Staff.Mia.RunAsync("submit", Release)).Ok();
            cast.ChatKey = await cast.Staff.IssueKeyAsync("refund-assistant");
        });
        await report.CheckAsync("with a key and without a warrant the call is refused: provost.no_warrant", async () =>
        {
            var answer = await CallerAsync(cast, manifest);
            NotSeenException.Unless(
                answer.Status == 403 && answer.RefusedWith("provost.no_warrant"), $"{answer.Status} {answer.Error}");
        });
        await report.CheckAsync("the author's own approval does not count", async () =>
        {
            var answer = await cast.Staff.Mia.RunAsync("approve", Release);
            NotSeenException.Unless(answer.ExitCode == 1 && answer.Errors.Contains("author"), answer.Errors);
        });
        await report.CheckAsync("one approval is not enough", async () =>
        {
            (await cast.Staff.Dana.RunAsync("approve", Release)).Ok();
            var answer = await CallerAsync(cast, manifest);
            NotSeenException.Unless(answer.RefusedWith("provost.no_warrant"), $"{answer.Status} {answer.Error}");
        });
        await report.CheckAsync("owner and a second person: the warrant is issued", async () =>
        {
            var answer = (await cast.Staff.Ana.RunAsync("approve", Release, "--json")).Ok();
            NotSeenException.Unless(answer.Json["warrant"] is not null, answer.Output);
        });
    }

    private static async Task<ChatAnswer> CallerAsync(Cast cast, string manifest) => await new ChatCaller(
        cast.Server.Gateway, cast.ChatKey, Repositories.Prompt(manifest)).AskAsync("Can I send it back?");
}
