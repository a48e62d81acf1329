namespace Provost.Cli;

/// <summary>A command could not do what was asked; the message says what happened and what to do next.</summary>
internal sealed class CommandFault(string message, int exitCode = 1) : Exception(message)
{
    /// <summary>1: refused or failed. 2: used wrongly. 3: the server cannot be reached.</summary>
    public int ExitCode { get; } = exitCode;
}
