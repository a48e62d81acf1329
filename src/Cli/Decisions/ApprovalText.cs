using System.Text.Json.Nodes;
using Provost.Cli.Output;

namespace Provost.Cli.Decisions;

/// <summary>Who approved this model for this use, for people.</summary>
internal static class ApprovalText
{
    /// <summary>Characters of a client key that are no secret: <c>pk_</c> and ten.</summary>
    private const int OpenLength = 13;

    /// <summary>Where to ask. What is secret of a client key goes into no address.</summary>
    public static string Address(string of) => Verb.Query(
        "/api/answers/approval",
        ("of", of.StartsWith("pk_", StringComparison.Ordinal) && of.Length > OpenLength ? of[..OpenLength] : of));

    public static void Write(JsonArray answers)
    {
        foreach (var answer in answers)
        {
            Print.Line($"{answer!["system"]} ({answer["environment"]}), at {answer["at"]} UTC");
            Print.Line($"  {answer["says"]}");
            if (answer["model"] is { } model)
                Print.Line($"  Model: {model}; put forward by {answer["author"]?["name"] ?? "nobody known"}.");

            if (answer["approved"] is not { } approved)
                continue;

            Print.Line($"  Warrant {approved["warrant"]}, {approved["from"]} to {approved["until"]}; "
                + $"{answer["daysSince"]} days since approval.");
            foreach (var approval in approved["approvals"]!.AsArray())
            {
                Print.Line($"  {approval!["by"]?["name"]}, {approval["at"]}, key {approval["key"]}"
                    + ((bool?)approval["late"] == true ? ", late" : "")
                    + $"; shown: provost difference {approval["difference"]}");
            }
        }
    }
}
