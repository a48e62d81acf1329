using System.Text.Json.Nodes;
using Provost.Cli.Output;

namespace Provost.Cli.Decisions;

/// <summary>One decision for people: what happened, why, who approved, what was checked, who is paged.</summary>
internal static class StoryText
{
    public static void Write(JsonNode answer)
    {
        var (row, story) = (answer["decision"]!, answer["story"]!);
        Print.Line($"Decision {row["id"]}, {row["time"]} UTC");
        Print.Line($"{row["system"] ?? "not bound to a system"}, {row["environment"] ?? "no environment"}");
        Print.Line((string)story["happened"]!);
        if ((string?)row["adoption"] is { } adoption)
            Print.Line($"UNGOVERNED: it passed under adoption {adoption}: provost adopt show {adoption}");
        if ((string?)row["underException"] is { } exception)
            Print.Line($"Made under exception {exception}: provost exception show {exception}");
        Section("Why it went this way (from the record)", story["reasons"], reason => (string)reason["words"]!);
        Section("What was checked", story["checked"], Checked);
        Approved(answer["approved"], answer["constraints"]);
        Section("Before and after", story["steps"], Step);
        if ((bool?)story["areStepsWhole"] == false)
            Print.Line("  There are more steps than this answer lists.");
        Section(
            "Paged now, in this order", answer["pagedNow"],
            duty => $"{duty["person"]?["name"]}, {duty["role"]}, after {(long?)duty["afterMs"] / 60_000} min");
        var proof = answer["proof"]!;
        Print.Line("");
        Print.Line($"Entry {proof["leaf"]} of the log, hash {proof["leafHash"]}; "
            + (proof["checkpoint"] is null ? "no signed checkpoint yet." : "checkpoint and all else with --json."));
    }

    /// <summary>Why a model scored as it did.</summary>
    public static void Explanation(JsonNode answer)
    {
        Print.Line($"The recorded score is {answer["recorded"]}.");
        Section("The scorer gave these reasons", answer["reasonCodes"], code => code.ToString());
        Section("Feature by feature, the strongest first", answer["effects"], effect => (string)effect["words"]!);
        Print.Line("");
        Print.Line($"{answer["words"]} Method: {answer["method"]}.");
        Print.Line("Effects of features together are not seen this way.");
    }

    private static void Approved(JsonNode? approved, JsonNode? constraints)
    {
        Print.Line("");
        if (approved is null)
        {
            Print.Line("Approved by nobody: the call was bound to no warrant.");
            return;
        }

        var who = (approved["approvals"] as JsonArray ?? []).Select(a => (string?)a?["by"]?["name"]).Distinct();
        Print.Line($"Release {approved["release"]?["version"]}, approved by {string.Join(" and ", who)}; warrant "
            + $"{approved["warrant"]}, {approved["from"]} to {approved["until"]} UTC.");
        foreach (var seen in (approved["approvals"] as JsonArray ?? [])
            .Select(a => (string?)a?["difference"]).Distinct())
            Print.Line($"What they were shown and signed: provost difference {seen}");
        if ((bool?)approved["late"] == true)
            Print.Line("LATE: it was serving before it was approved.");
        foreach (var condition in approved["conditions"] as JsonArray ?? [])
        {
            Print.Line($"On condition: {condition?["text"]}"
                + (condition?["until"] is { } until ? $" (until {until} UTC)" : ""));
        }

        if (constraints is not null)
            Print.Line($"For: {constraints["purpose"]} {constraints["population"]}. Tier {constraints["tier"]}.");
    }

    private static string Checked(JsonNode control) =>
        $"{control["guardrail"]} on {control["surface"]}: {control["words"]}";

    private static string Step(JsonNode step)
    {
        var place = (bool)step["isBefore"]! ? "before" : "after";
        return $"{step["time"]} {place}, {step["relation"]}: {step["system"]} {step["outcome"]} {step["decision"]}";
    }

    private static void Section(string heading, JsonNode? items, Func<JsonNode, string> line)
    {
        if (items is not JsonArray { Count: > 0 } some)
            return;

        Print.Line("");
        Print.Line(heading);
        foreach (var item in some)
            Print.Line("  " + line(item!));
    }
}
