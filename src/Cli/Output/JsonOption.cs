using System.CommandLine;

namespace Provost.Cli.Output;

/// <summary><c>--json</c>: the answer as it came, for programs.</summary>
internal static class JsonOption
{
    public static Option<bool> Create() => new("--json") { Description = "Print the answer as JSON." };
}
