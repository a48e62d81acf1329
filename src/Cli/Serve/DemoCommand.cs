using System.CommandLine;

namespace Provost.Cli.Serve;

/// <summary><c>provost demo</c>: plays the story of the README through the public surfaces.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var command = new Command("demo", "Play the demo and leave the console open.")
        {
            new Option<bool>("--ci") { Description = "Check every step, then stop; exit code 0 only if all held." },
            new Option<string>("--data") { Description = "Keep what the demo records in this folder." },
        };
        command.SetAction((parse, cancellationToken) =>
            Sibling.RunAsync("Demo", parse.Tokens.Skip(1).Select(t => t.Value), cancellationToken));
        return command;
    }
}
