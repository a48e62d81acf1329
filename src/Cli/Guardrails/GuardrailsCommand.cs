using System.CommandLine;
using Provost.Cli.Output;
using Provost.Gateway.Guardrails;

namespace Provost.Cli.Guardrails;

/// <summary><c>provost guardrails</c>: the checks this build has, and the proof that they looked.</summary>
internal static class GuardrailsCommand
{
    public static Command Create()
    {
        var command = new Command("guardrails", "The guardrails of this build.");
        command.SetAction(_ =>
        {
            foreach (var id in GuardrailCatalog.Known)
                Print.Line(id);
            return 0;
        });
        command.Add(CoverageCommand.Create());
        return command;
    }
}
