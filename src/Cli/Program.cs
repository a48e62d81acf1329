using System.CommandLine;

namespace Provost.Cli;

/// <summary>The command line of Provost. Every noun of the product has its folder; every folder its command.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        var root = CommandTree.Create();
        try
        {
            var faultsPass = new InvocationConfiguration { EnableDefaultExceptionHandler = false };
            return await CommandTree.RunAsync(root.Parse(args), faultsPass);
        }
        catch (CommandFault fault)
        {
            await Console.Error.WriteLineAsync(fault.Message);
            return fault.ExitCode;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped.");
            return 130;
        }
    }
}
