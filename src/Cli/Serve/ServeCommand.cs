using System.CommandLine;

namespace Provost.Cli.Serve;

/// <summary><c>provost serve</c>: starts the server binary that stands beside this one.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var command = new Command("serve", "Start the server: gateway on 7400, console and API on 7401.")
        {
            new Option<string>("--data") { Description = "Folder for everything the server keeps (default .provost)." },
            new Option<string>("--settings") { Description = "Platform settings: providers, channels, triager." },
            new Option<string>("--database")
            {
                Description = "PostgreSQL connection string; without it a private cluster.",
            },
            new Option<string>("--org") { Description = "The organisation's name, fixed at first start." },
            new Option<string>("--origin") { Description = "The ledger's origin, fixed at first start." },
            new Option<string>("--data-address")
            {
                Description = "Address of the AI traffic (default 127.0.0.1:7400).",
            },
            new Option<string>("--control-address")
            {
                Description = "Address of console, API and ledger (default 127.0.0.1:7401).",
            },
        };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parse, cancellationToken) =>
            Sibling.RunAsync("Server", parse.Tokens.Skip(1).Select(t => t.Value), cancellationToken));
        return command;
    }
}
