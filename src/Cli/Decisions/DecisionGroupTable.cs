using System.Text.Json.Nodes;
using Provost.Cli.Output;

namespace Provost.Cli.Decisions;

/// <summary>Counts by group and outcome as a table: one row a group, one column an outcome.</summary>
internal static class DecisionGroupTable
{
    public static void Write(JsonNode answer)
    {
        var outcomes = (answer["outcomes"] as JsonObject ?? []).Select(o => o.Key).ToList();
        Print.Table(
            new JsonObject { ["items"] = answer["groups"]!.DeepClone() }, "No decision fits.",
            [
                ((string)answer["by"]!, "value"), ("all", "count"),
                .. outcomes.Select(outcome => (outcome, "outcomes." + outcome)),
            ]);
        Print.Line($"{answer["count"]} decisions in all.");
        if ((long)answer["rest"]! is > 0 and var rest)
            Print.Line($"{rest} of them are in smaller groups that are not listed.");
    }
}
