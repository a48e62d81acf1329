using System.CommandLine;

namespace Provost.Cli.Tests;

/// <summary>Tests at the terminal run one after the other: its output and its home are the process's.</summary>
[CollectionDefinition(nameof(Terminal), DisableParallelization = true)]
public sealed class TerminalTests;

/// <summary>A person's terminal with an empty home: runs commands of the tree in this process.</summary>
internal sealed class Terminal : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("provost-home-").FullName;
    private readonly TextWriter _output = Console.Out;

    public Terminal() => Environment.SetEnvironmentVariable("PROVOST_HOME", _folder);

    /// <summary>Runs one command; gives the exit code and what it printed, faults included.</summary>
    public (int Code, string Said) Run(params string[] arguments)
    {
        using var said = new StringWriter();
        Console.SetOut(said);
        try
        {
            var faultsPass = new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = said };
            return (
                CommandTree.RunAsync(CommandTree.Create().Parse(arguments), faultsPass).GetAwaiter().GetResult(),
                said.ToString());
        }
        catch (CommandFault fault)
        {
            return (fault.ExitCode, fault.Message);
        }
        finally
        {
            Console.SetOut(_output);
        }
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("PROVOST_HOME", null);
        Directory.Delete(_folder, recursive: true);
    }
}
