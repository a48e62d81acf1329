using System.CommandLine;
using Provost.Cli.Serve;

namespace Provost.Cli;

/// <summary>All commands, in the order the help prints them.</summary>
internal static class CommandTree
{
    public static RootCommand Create(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return new RootCommand("Provost: the control plane for AI in production.")
        {
            ServeCommand.Create(),
            DemoCommand.Create(),
        };
    }
}
