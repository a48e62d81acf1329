using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Provost.Stage;

/// <summary>What a command of the CLI answered.</summary>
/// <param name="ExitCode">0 done, 1 refused or failed, 2 used wrongly, 3 no server.</param>
public sealed record CommandAnswer(int ExitCode, string Output, string Errors)
{
    /// <summary>The output of a command that was given <c>--json</c>.</summary>
    public JsonNode Json => JsonNode.Parse(Output) ?? throw new InvalidOperationException($"No JSON: {Output}");

    /// <summary>This answer, if the command succeeded.</summary>
    /// <exception cref="InvalidOperationException">It did not; the message holds what it printed.</exception>
    public CommandAnswer Ok() => ExitCode == 0
        ? this
        : throw new InvalidOperationException($"The command ended with {ExitCode}: {Errors}{Output}");
}

/// <summary>A person at a terminal of their own: name, address, a folder with credentials and key, the CLI.</summary>
public sealed class Persona(string name, string mail, string home, Func<Uri> control)
{
    public string Name => name;

    public string Mail => mail;

    /// <summary>Random per run: nobody types it.</summary>
    public string Password { get; init; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));

    /// <summary>Runs one command of the CLI as this person.</summary>
    public async Task<CommandAnswer> RunAsync(params string[] arguments)
    {
        Directory.CreateDirectory(home);
        var start = new ProcessStartInfo(Checkout.Binary("Cli", "provost"), arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["PROVOST_HOME"] = home,
                ["PROVOST_SERVER"] = control().ToString(),
                ["PROVOST_PASSWORD"] = Password,
                ["NO_COLOR"] = "1",
            },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new CommandAnswer(process.ExitCode, await output, await errors);
    }
}
