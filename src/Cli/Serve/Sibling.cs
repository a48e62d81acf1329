using System.Diagnostics;

namespace Provost.Cli.Serve;

/// <summary>Another binary of this build: beside the CLI, or next to it in the checkout's artifacts.</summary>
internal static class Sibling
{
    public static async Task<int> RunAsync(
        string project, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(Find(project), arguments) { UseShellExecute = false })
            ?? throw new CommandFault($"Provost.{project} did not start.");

        // Ctrl-C reaches the whole process group; a plain termination reaches only us, so it is passed on.
        await using var stop = cancellationToken.Register(() => Signal(process));
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode;
    }

    private static string Find(string project)
    {
        var name = $"Provost.{project}";
        var here = AppContext.BaseDirectory;
        var configuration = new DirectoryInfo(here).Name;
        string[] candidates =
        [
            Path.Combine(here, name),
            Path.GetFullPath(Path.Combine(here, "..", "..", project, configuration, name)),
        ];
        return candidates.FirstOrDefault(File.Exists)
            ?? throw new CommandFault($"{name} was not found beside the CLI. Build it: dotnet build Provost.slnx");
    }

    private static void Signal(Process process)
    {
        if (!process.HasExited)
        {
            using var kill = Process.Start(new ProcessStartInfo("kill", ["-TERM", $"{process.Id}"])
            {
                UseShellExecute = false,
            });
            kill?.WaitForExit();
        }
    }
}
