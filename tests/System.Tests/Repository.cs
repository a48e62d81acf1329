using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Provost.SystemTests;

/// <summary>The checkout that these tests were built from, as files and text.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Paths, relative with '/', of every file that git tracks or would track.</summary>
    public static IReadOnlyList<string> Files { get; } = ListFiles();

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static IEnumerable<string> Sources(string under = "") =>
        Files.Where(f => f.EndsWith(".cs", StringComparison.Ordinal) && f.StartsWith(under, StringComparison.Ordinal));

    private static string FindRoot([CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(here)!);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Provost.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests do not stand inside a checkout.");
    }

    private static string[] ListFiles()
    {
        using var git = Process.Start(new ProcessStartInfo("git")
        {
            ArgumentList = { "-C", Root, "ls-files", "--cached", "--others", "--exclude-standard" },
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var lines = git.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        return [.. lines.Where(f => File.Exists(Path.Combine(Root, f)))];
    }
}
