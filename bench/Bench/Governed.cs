using System.Diagnostics;
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

    /// <summary>The server's process.</summary>
    public int Id => _server.Id;

    public Target Target() =>
        new("provost", _server.Gateway.Port, Process.GetProcessById(_server.Id), _key)
        {
            IsOwned = false,
            QuietLooks = 6, // payloads are re-wrapped once a second
        };

    public static async Task<Governed> StartAsync(string folder, int upstreamPort)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var upstream = new Uri($"http://127.0.0.1:{upstreamPort}");
        var server = await ServerProcess.StartAsync(
            Path.Combine(folder, "data"), new ServerSettings(upstream).Write(folder), (0, 0), patience.Token);
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

    /// <summary>Setup, the people, a release under warrant, a key whose caps are above any load.</summary>
    private static async Task<string> GovernAsync(ServerProcess server, string folder, CancellationToken patience)
    {
        var staff = new Staff(Path.Combine(folder, "homes"), () => server.Control);
        await staff.SetUpAsync(await server.SetupCodeAsync(patience));
        await staff.JoinAsync();
        await staff.ReleaseAsync(await ManifestAsync(folder), $"{System}@1.0.0");
        return await staff.IssueKeyAsync(
            System, "--rate", "1000000", "--concurrency", "10000", "--spend", "1000000");
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
}
