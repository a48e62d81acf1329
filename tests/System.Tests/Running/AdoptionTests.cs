using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Chat;

namespace Provost.SystemTests.Running;

/// <summary>A system that was there before Provost: refused, then adopted, then over, with the official
/// client.</summary>
[Collection(nameof(Running))]
public sealed class AdoptionTests(GovernedTown town)
{
    private const string System = "returns-desk";

    /// <summary>How long the adoption lasts: as long as the town needs for a kill and a start, and a little.</summary>
    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task Traffic_passes_marked_while_adopted_and_not_after_though_control_and_database_are_away()
    {
        await using var copy = await town.StartAsync();
        var key = await RegisterAsync(copy);
        var refused = await Assert.ThrowsAsync<ClientResultException>(() => CallAsync(copy, key));
        Assert.Contains("provost.no_warrant", refused.GetRawResponse()!.Content.ToString());
        Assert.Contains(
            "provost.adoptions.no_standing", (await AdoptAsync(copy.Staff.Ana, "5d")).Errors);

        var end = DateTimeOffset.FromUnixTimeSeconds((TimeProvider.System.GetUtcNow() + Lasts).ToUnixTimeSeconds());
        var adopted = (await AdoptAsync(copy.Staff.Dana, $"{end.UtcDateTime:O}")).Ok();
        Assert.Contains("in force", adopted.Output);
        var served = (await CallAsync(copy, key)).GetRawResponse();
        Assert.True(served.Headers.TryGetValue("Provost-Ungoverned", out var adoption));
        Assert.True(served.Headers.TryGetValue("Provost-Decision", out var decision));
        Assert.False(served.Headers.TryGetValue("Provost-Warrant", out _));
        await ShownAsync(copy, adoption!, decision!);

        await copy.Server.KillAsync();
        await copy.DisposeAsync();
        File.AppendAllText(
            Path.Combine(copy.Data, "postgres", "postgresql.auto.conf"), "this is no setting\n");
        await copy.StartServingAsync();
        using var client = copy.Client(key);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var seen = new List<Received>();
        while (seen is not [.., { Code: not null }] && TimeProvider.System.GetUtcNow() < end + Town.Limit)
        {
            await pace.WaitForNextTickAsync(CancellationToken.None);
            seen.Add(await client.AskAsync(CancellationToken.None));
        }

        Assert.True(seen.Count > 1, "Nothing passed without control and database.");
        Assert.Equal("provost.adoption_over", seen[^1].Code);
        Assert.True(TimeProvider.System.GetUtcNow() >= end, "It ended before its time.");
        await copy.Server.KillAsync();
        await copy.DisposeAsync();
    }

    private static async Task<string> RegisterAsync(Town copy)
    {
        var staff = copy.Staff;
        var file = Path.Combine(copy.Folder, "inventory.csv");
        await File.WriteAllTextAsync(
            file,
            "name,unit,kind,purpose,business_owner,technical_owner,population,exposure,data_classes,autonomy,"
            + $"annex_iii\n{System},care,llm,Answers.,{staff.Dana.Mail},{staff.Sam.Mail},"
            + "All,1 USD,public,answers,none\n");
        (await staff.Kim.RunAsync("import", file)).Ok();
        return await staff.IssueKeyAsync(System);
    }

    private static Task<Stage.CommandAnswer> AdoptAsync(Stage.Persona person, string until) =>
        person.RunAsync("adopt", System, "--until", until, "--provider", "openai");

    /// <summary>Every place says that nobody approved it, and a bundle of it verifies without the server.</summary>
    private static async Task ShownAsync(Town copy, string adoption, string decision)
    {
        var leo = copy.Staff.Leo;
        Assert.Contains("ungoverned", (await leo.RunAsync("systems", "--state", "ungoverned")).Ok().Output);
        Assert.Contains("UNGOVERNED", (await leo.RunAsync("findings", "--system", System)).Ok().Output);
        Assert.Contains("in force", (await leo.RunAsync("adopt", "show", adoption)).Ok().Output);
        await Stage.Patience.UntilAsync(
            Town.Limit, "the decision in the index", copy.Server.NextLineAsync,
            async () => (await leo.RunAsync("decisions", "--adoption", adoption)).Ok().Output
                .Contains(decision[^12..], StringComparison.Ordinal));
        Assert.Contains("UNGOVERNED", (await leo.RunAsync("why", decision)).Ok().Output);

        var file = Path.Combine(copy.Folder, "returns.zip");
        var trust = Path.Combine(copy.Data, "trust.json");
        (await leo.RunAsync("ledger", "export", "--system", System, "--out", file)).Ok();
        var report = (await leo.RunAsync("ledger", "verify", file, "--trust", trust)).Ok().Output;
        Assert.Contains("passed UNGOVERNED: nothing of them was approved", report);
        var theirs = Provost.Testing.GoVerifier.Run("bundle", "--trust", trust, file);
        Assert.True(theirs.Ok, theirs.Said);
    }

    private static Task<ClientResult<ChatCompletion>> CallAsync(Town copy, string key) => new ChatClient(
        "gpt-5.2-2026-09-01",
        new ApiKeyCredential(key),
        new OpenAIClientOptions
        {
            Endpoint = new Uri(copy.Server.Gateway, "/v1"),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
        }).CompleteChatAsync(
            [new SystemChatMessage("You look after returns."), new UserChatMessage("Can I send it back?")],
            new ChatCompletionOptions { Temperature = 0.9f });
}
