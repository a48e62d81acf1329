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
        var folder = Path.Combine(Repository.Root, "tests/System.Tests/clients", client);
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
            await StartAsync(folder, "npm", ["ci", "--no-audit", "--no-fund"], null);

        return await StartAsync(folder, "node", arguments, variables);
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
