using Provost.Gateway.Manifests.Schema;

namespace Provost.Gateway.Manifests;

/// <summary>What must hold between the keys of a System.</summary>
internal static class SystemChecks
{
    public static void Run(SystemDocument system, ReadContext context)
    {
        for (var i = 1; i < system.Escalation.Count; i++)
        {
            if (system.Escalation[i].After < system.Escalation[i - 1].After)
            {
                context.Error($"spec.escalation[{i}].after", "This step comes before the one above it.",
                    "Order the steps by time.");
            }
        }

        for (var i = 0; i < system.Escalation.Count; i++)
        {
            if (system.Escalation[i].Role == "deputy" && system.Owners?.Deputy is null)
            {
                context.Error($"spec.escalation[{i}].role", "There is no deputy.",
                    "Name one under spec.owners.deputy.");
            }
        }

        foreach (var source in system.DataSources.Where(s => !system.Intake.DataClasses.Contains(s.Class)))
        {
            context.Error("spec.dataSources",
                $"The class '{source.Class}' of {source.Name} is not among intake.dataClasses.",
                "Name it there: the tier is set by every class the system sees.");
        }
    }
}
