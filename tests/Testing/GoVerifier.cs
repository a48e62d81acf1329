using System.Diagnostics;

namespace Provost.Testing;

/// <summary>What the second implementation said: its exit code and its one line.</summary>
public sealed record GoVerdict(bool Ok, string Said);

/// <summary>
/// The verifier in <c>tests/go-verifier</c>, which shares no code with the product: built once a run with Debian's Go
/// and its golang.org/x/mod, without a network.
/// </summary>
public static class GoVerifier
{
    private const string Libraries = "/usr/share/gocode";

    private static readonly Lazy<string> Executable = new(Build);

    /// <summary>Runs it; an argument it does not understand is a mistake of the test.</summary>
    public static GoVerdict Run(params string[] arguments)
    {
        var (code, said) = Start(Executable.Value, arguments, Path.GetTempPath());
        return code is 0 or 1
            ? new GoVerdict(code == 0, said.Trim())
            : throw new InvalidOperationException($"The verifier ended with {code}: {said}");
    }

    private static string Build()
    {
        if (!Directory.Exists(Path.Combine(Libraries, "src/golang.org/x/mod/sumdb")))
            throw new InvalidOperationException("Go or its golang.org/x/mod is missing. Run eng/install.sh test.");

        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Provost.slnx")))
            root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("Not in a checkout.");

        var executable = Path.Combine(root, "artifacts/bin/go-verifier/go-verifier");
        var (code, said) = Start("go", ["build", "-o", executable, "."], Path.Combine(root, "tests/go-verifier"));
        return code == 0 ? executable : throw new InvalidOperationException($"go build: {said}");
    }

    private static (int Code, string Said) Start(string command, IEnumerable<string> arguments, string folder)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // libraries come from Debian's package alone: no module is looked up anywhere
        start.Environment["GO111MODULE"] = "off";
        start.Environment["GOPATH"] = Libraries;
        start.Environment["GOFLAGS"] = "";
        start.Environment["GOCACHE"] = Path.Combine(Path.GetTempPath(), "provost-go-build");
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}
