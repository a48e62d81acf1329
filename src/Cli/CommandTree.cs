using System.CommandLine;
using System.CommandLine.Invocation;
using Provost.Cli.Adoptions;
using Provost.Cli.Decisions;
using Provost.Cli.Drills;
using Provost.Cli.Envelopes;
using Provost.Cli.Erasure;
using Provost.Cli.Evaluations;
using Provost.Cli.Exceptions;
using Provost.Cli.Findings;
using Provost.Cli.Guardrails;
using Provost.Cli.Handovers;
using Provost.Cli.Holds;
using Provost.Cli.Import;
using Provost.Cli.Incidents;
using Provost.Cli.Keys;
using Provost.Cli.Ledger;
using Provost.Cli.Notices;
using Provost.Cli.People;
using Provost.Cli.Retention;
using Provost.Cli.Reveals;
using Provost.Cli.Reviews;
using Provost.Cli.Rollbacks;
using Provost.Cli.Serve;
using Provost.Cli.Systems;
using Provost.Cli.Taxonomies;
using Provost.Cli.Vendors;

namespace Provost.Cli;

/// <summary>All commands, in the order the help prints them.</summary>
internal static class CommandTree
{
    public static RootCommand Create() => new("Provost: the control plane for AI in production.")
    {
        LoginCommand.Create(),
        InitCommand.Create(),
        ManifestCommands.Schema(),
        ManifestCommands.Plan(),
        ManifestCommands.Apply(),
        ImportCommand.Create(),
        TaxonomyCommand.Create(),
        AdoptCommand.Create(),
        ManifestCommands.Submit(),
        ApproveCommands.Waiting(),
        ApproveCommands.Approve(),
        RejectCommand.Create(),
        TestCommand.Create(),
        EnvelopeCommand.Create(),
        GateCommand.Create(),
        SystemCommands.Systems(),
        SystemCommands.Status(),
        FindingsCommand.Create(),
        GraphCommand.Create(),
        RecordCommand.Create(),
        ReviewCommands.Review(),
        ReviewCommands.Reviews(),
        DrillCommands.OnCall(),
        DrillCommands.Drill(),
        HandoverCommand.Owners(),
        HandoverCommand.Create(),
        DecisionCommands.Why(),
        DecisionCommands.Decisions(),
        DecisionCommands.Found(),
        DecisionCommands.Signals(),
        SystemCommands.Order("pause", "Refuse every new call of a system, at once."),
        SystemCommands.Order("kill", "Refuse every new call and cut those in flight."),
        RollbackCommand.Create(),
        ApproveCommands.Difference(),
        SystemCommands.Order("fallback", "Answer with the approved fallback."),
        SystemCommands.Resume(),
        RevokeCommand.Create(),
        ExceptionCommand.Create(),
        RetireCommand.Create(),
        IncidentCommands.Incidents(),
        IncidentCommands.Acknowledge(),
        NoticesCommand.Create(),
        VendorsCommand.Create(),
        KeysCommand.Create(),
        PeopleCommand.Create(),
        GuardrailsCommand.Create(),
        HoldCommand.Create(),
        EraseCommand.Create(),
        RetentionCommand.Create(),
        RevealCommand.Create(),
        LedgerCommand.Create(),
        ServeCommand.Create(),
        DemoCommand.Create(),
    };

    /// <summary>Runs what was typed. A command that cannot be read ends with 2: with 1 a pipeline would take a slip of
    /// the hand for a no.</summary>
    /// <exception cref="CommandFault">It cannot be done, files and connections that fail included.</exception>
    public static async Task<int> RunAsync(ParseResult parse, InvocationConfiguration configuration)
    {
        try
        {
            var code = await parse.InvokeAsync(configuration);
            return parse.Action is ParseErrorAction ? 2 : code;
        }
        catch (Exception fault) when (fault is HttpIOException or HttpRequestException)
        {
            throw new CommandFault(
                $"The server broke off: {fault.Message}\nSee whether it was done before you try again.", 3);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CommandFault($"{fault.Message}\nName a file or folder that you may read or write.", 2);
        }
    }
}
