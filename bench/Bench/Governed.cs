using System.Diagnostics;
using System.Text.Json.Nodes;
using Provost.Stage;

namespace Provost.Bench;

/// <summary>
/// A governed server with everything on: people, a release approved by two of them, guardrails on both sides, each call
/// bound, inspected and recorded before release, PostgreSQL behind.
/// </summary>
internal sealed class Governed : IAsyncDisposable
{
    private const string System = "bench-assistant";

    private readonly ServerProcess _server;
    private readonly string _key;

    private Governed(ServerProcess server, string key) => (_server, _key) = (server, key);

    public Target Target() =>
        new("provost", _server.Gateway.Port, Process.GetProcessById(_server.Id), _key) { IsOwned = false };

    public static async Task<Governed> StartAsync(string folder, int upstreamPort)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var settings = Path.Combine(folder, "settings.json");
        await File.WriteAllTextAsync(settings, Settings(upstreamPort).ToJsonString());
        var server = await ServerProcess.StartAsync(
            Path.Combine(folder, "data"),
            ["--settings", settings, "--org", "acme.example", "--origin", "acme.example/provost-demo"],
            (0, 0),
            patience.Token);
        try
        {
            return new Governed(server, await GovernAsync(server, folder, patience.Token));
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>Setup, three persons, a release under warrant, a key whose caps are above any load.</summary>
    private static async Task<string> GovernAsync(ServerProcess server, string folder, CancellationToken patience)
    {
        Persona Person(string name) =>
            new(name, $"{name}@acme.example", Path.Combine(folder, "homes", name), () => server.Control);

        async Task JoinAsync(Persona administrator, Persona person, params string[] role)
        {
            var invited = (await administrator.RunAsync(
                ["people", "add", "--name", person.Name, "--mail", person.Mail, "--json", .. role])).Ok();
            (await person.RunAsync("login", "--invite", (string)invited.Json["invite"]!)).Ok();
            (await person.RunAsync("people", "key")).Ok();
        }

        var (pat, mia, dana, ana) = (Person("pat"), Person("mia"), Person("dana"), Person("ana"));
        var code = await server.SetupCodeAsync(patience);
        (await pat.RunAsync("login", "--setup", code, "--name", pat.Name, "--mail", pat.Mail)).Ok();

        // the second approver comes last: from then on the roster needs two signatures
        await JoinAsync(pat, dana);
        await JoinAsync(pat, Person("sam"));
        await JoinAsync(pat, ana, "--role", "approver");
        await JoinAsync(pat, mia, "--role", "approver");

        (await mia.RunAsync("apply", await ManifestAsync(folder))).Ok();
        (await mia.RunAsync("submit", $"{System}@1.0.0")).Ok();
        (await dana.RunAsync("approve", $"{System}@1.0.0")).Ok();
        (await ana.RunAsync("approve", $"{System}@1.0.0")).Ok();
        var issued = (await dana.RunAsync(
            "keys", "issue", System,
            "--rate", "1000000", "--concurrency", "10000", "--spend", "1000000", "--json")).Ok();
        return (string)issued.Json["key"]!;
    }

    /// <summary>The committed manifest beside the prompt that the load sends.</summary>
    private static async Task<string> ManifestAsync(string folder)
    {
        var repository = Directory.CreateDirectory(Path.Combine(folder, "repository")).FullName;
        var manifest = Path.Combine(repository, "provost.yaml");
        File.Copy(Path.Combine(Checkout.Root, "bench", "governed", "provost.yaml"), manifest);
        await File.WriteAllTextAsync(Path.Combine(repository, "prompt.md"), Wire.SystemPrompt);
        await File.WriteAllTextAsync(
            Path.Combine(repository, "evaluation.jsonl"),
            """{"question":"How long does a refund take?","expect":"five working days"}""" + "\n");
        return manifest;
    }

    private static JsonObject Settings(int upstreamPort) => new()
    {
        ["providers"] = new JsonObject
        {
            ["openai"] = new JsonObject
            {
                ["dialect"] = "openai",
                ["baseUrl"] = $"http://127.0.0.1:{upstreamPort}",
            },
        },
    };
}
