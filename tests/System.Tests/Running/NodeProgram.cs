using System.Diagnostics;

namespace Provost.SystemTests.Running;

/// <summary>A program of <c>tests/System.Tests/clients</c>, with its packages as its lock file names them.</summary>
internal static class NodeProgram
{
    /// <summary>What it printed; a failure fails the test with all of its output.</summary>
    /// <param name="client">The folder's name.</param>
    public static async Task<string> RunAsync(
        string client, string[] arguments, IReadOnlyDictionary<string, string>? variables = null)
    {
        await InstallAsync(client);
        return await StartAsync(Folder(client), "node", arguments, variables);
    }

    /// <summary>Where a client's program is.</summary>
    public static string Folder(string client) => Path.Combine(Repository.Root, "tests/System.Tests/clients", client);

    /// <summary>Puts the packages in place, once.</summary>
    public static async Task InstallAsync(string client)
    {
        if (!Directory.Exists(Path.Combine(Folder(client), "node_modules")))
            await StartAsync(Folder(client), "npm", ["ci", "--no-audit", "--no-fund"], null);
    }

    private static async Task<string> StartAsync(
        string folder, string command, string[] arguments, IReadOnlyDictionary<string, string>? variables)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables ?? new Dictionary<string, string>())
            start.Environment[name] = value;

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{command}: {output}{await errors}");
        return output;
    }
}
