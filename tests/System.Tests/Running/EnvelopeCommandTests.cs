using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Provost.Stage;
using Provost.Testing;

namespace Provost.SystemTests.Running;

/// <summary>Envelopes through a running server, its command line and its gateway.</summary>
[Collection(nameof(Running))]
public sealed class EnvelopeCommandTests(GovernedTown town)
{
    private const int PerDay = 20;
    private static readonly TimeSpan Turning = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Twenty_variants_of_a_day_serve_each_under_its_own_digest_and_the_next_is_refused()
    {
        // the server's day is the real one: within a test that sees it turn, a twenty-first is the first of the next
        Assert.SkipWhen(
            DateTime.UtcNow.TimeOfDay > TimeSpan.FromHours(24) - Turning, "The day (UTC) turns within minutes.");
        await using var copy = await town.StartAsync();
        var variants = await ApproveAsync(copy);
        var mia = copy.Staff.Mia;
        (await mia.RunAsync("apply", variants)).Ok();
        var issued = new Dictionary<string, (string Warrant, string Temperature)>();
        for (var i = 1; i <= PerDay; i++)
        {
            var answer = (await mia.RunAsync("submit", $"refund-assistant@3.3.{i}", "--json")).Ok().Json;
            Assert.Equal("issued", (string)answer["variant"]!["standing"]!);
            issued.Add((string)answer["digest"]!, ((string)answer["variant"]!["warrant"]!, Temperature(i)));
        }

        var over = (await mia.RunAsync("submit", $"refund-assistant@3.3.{PerDay + 1}")).Ok().Output;
        Assert.Contains("all 20 variants of today (UTC) are used", over);
        Assert.Contains("It waits for:", over);

        var asked = new Dictionary<string, string>();
        var keys = 0;
        foreach (var (digest, (_, temperature)) in issued)
        {
            var decision = await AskAsync(copy, town.ChatKeys[keys++ % town.ChatKeys.Count], temperature);
            asked.Add(decision, digest);
        }

        var shown = (await mia.RunAsync("envelope", "list", "--system", "refund-assistant")).Ok().Output;
        Assert.Contains("closed", shown);
        var bundle = Path.Combine(copy.Folder, "variants.zip");
        await IndexedAsync(() => copy.Staff.Leo.RunAsync("ledger", "receipt", asked.Keys.Last(), "--out", bundle));
        (await copy.Staff.Leo.RunAsync("ledger", "export", "--system", "refund-assistant", "--out", bundle)).Ok();
        Assert.Equal(0, await copy.Server.StopAsync());

        var outcomes = copy.VerifiedOutcomes();
        Assert.All(asked, a =>
        {
            Assert.Equal(a.Value, (string)outcomes[a.Key]["release"]!);
            Assert.Equal(issued[a.Value].Warrant, (string)outcomes[a.Key]["warrant"]!);
        });
        var trust = Path.Combine(copy.Data, "trust.json");
        var report = (await copy.Staff.Leo.RunAsync("ledger", "verify", bundle, "--trust", trust)).Ok().Output;
        Assert.Contains("20 warrants of these stand in an envelope that persons approved", report);
        var theirs = GoVerifier.Run("bundle", "--trust", trust, bundle);
        Assert.True(theirs.Ok, theirs.Said);
    }

    [Fact]
    public async Task A_server_that_is_killed_between_submission_and_warrant_issues_it_after_the_start()
    {
        await using var copy = await town.StartAsync();
        var variants = await ApproveAsync(copy);
        var mia = copy.Staff.Mia;
        var digest = (string)(await mia.RunAsync("apply", variants, "--json")).Ok().Json["releases"]!.AsArray()
            .Single(r => (string)r!["version"]! == "3.3.1")!["digest"]!;
        var cut = mia.RunAsync("submit", "refund-assistant@3.3.1");
        await UntilAsync(copy, "a test of the variant", async () => (await mia.RunAsync("test", "--list", "--json"))
            .Ok().Json["items"]!.AsArray().Any(t => (string)t!["version"]! == "3.3.1"));
        await copy.Server.KillAsync();
        await cut;
        await copy.DisposeAsync();

        await copy.StartAsync();
        await UntilAsync(copy, "the variant's warrant", async () => (await mia.RunAsync(
            "gate", "--digest", digest, "--env", "production")).ExitCode == 0);
    }

    private static Task UntilAsync(Town copy, string what, Func<Task<bool>> ask) =>
        Patience.UntilAsync(Town.Limit, what, copy.Server.NextLineAsync, ask);

    /// <summary>Has 3.3.0 approved with an envelope.</summary>
    /// <returns>The manifest with more variants than a day may have.</returns>
    private static async Task<string> ApproveAsync(Town copy)
    {
        var manifest = new Repositories(Path.Combine(copy.Folder, "repositories")).CheckOut("refund-assistant");
        var text = await File.ReadAllTextAsync(manifest);
        var origin = text[(text.IndexOf("---\n", StringComparison.Ordinal) + 4)..].Replace(
            "version: 3.2.0", "version: 3.3.0", StringComparison.Ordinal).TrimEnd() + $$"""

              envelope:
                vary: { parameters: { temperature: { min: 0, max: 0.5 } } }
                minimum: { correct: 0.9 }
                perDay: {{PerDay}}
                until: {{TimeProvider.System.GetUtcNow().AddDays(30):yyyy-MM-dd}}

            """;
        await File.WriteAllTextAsync(manifest, text.TrimEnd() + "\n---\n" + origin);
        var last = await copy.Staff.ReleaseAsync(manifest, "refund-assistant@3.3.0");
        Assert.NotNull(last.Json["warrant"]);
        var digest = (await copy.Staff.Mia.RunAsync("plan", manifest, "--offline", "--json")).Ok().Json["releases"]!
            .AsArray().Single(r => (string)r!["version"]! == "3.3.0")!["digest"]!;
        var all = Enumerable.Range(1, PerDay + 1).Select(i => origin
            .Replace("version: 3.3.0", $"version: 3.3.{i}", StringComparison.Ordinal)
            .Replace("temperature: 0.2 }", $"temperature: {Temperature(i)} }}", StringComparison.Ordinal)
            + $"  parent: {digest}\n");
        var variants = Path.Combine(Path.GetDirectoryName(manifest)!, "variants.yaml");
        var system = text[..text.IndexOf("---\n", StringComparison.Ordinal)];
        await File.WriteAllTextAsync(variants, string.Join("---\n", all.Prepend(system)));
        return variants;
    }

    private static string Temperature(int i) => (0.01m * (i + 20)).ToString(CultureInfo.InvariantCulture);

    /// <summary>One call of the variant with this temperature; its decision.</summary>
    private static async Task<string> AskAsync(Town copy, string key, string temperature)
    {
        using var http = new HttpClient { BaseAddress = copy.Server.Gateway };
        var body = new JsonObject
        {
            ["model"] = "gpt-5.2-2026-09-01",
            ["temperature"] = decimal.Parse(temperature, CultureInfo.InvariantCulture),
            ["messages"] = new JsonArray(
                new JsonObject { ["role"] = "system", ["content"] = BareClient.Prompt },
                new JsonObject { ["role"] = "user", ["content"] = BareClient.Question }),
            ["metadata"] = new JsonObject { ["region"] = "eu", ["data_class"] = "customer" },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
        };
        using var answer = await http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return answer.Headers.GetValues("Provost-Decision").Single();
    }

    private static async Task IndexedAsync(Func<Task<CommandAnswer>> runAsync)
    {
        using var limit = new CancellationTokenSource(Town.Limit);
        while ((await runAsync()).ExitCode != 0)
            limit.Token.ThrowIfCancellationRequested();
    }
}
