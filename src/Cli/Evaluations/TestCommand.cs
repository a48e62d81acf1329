using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Provost.Cli.Output;
using Provost.Cli.Session;

namespace Provost.Cli.Evaluations;

/// <summary><c>provost test</c>: replays a release's evaluation set before anybody approves it. Exit code 0: every
/// minimum is reached; 1: not; 2: asked wrongly.</summary>
internal static class TestCommand
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var release = new Option<string>("--release") { Description = "What to test: system@version." };
        var junit = new Option<string>("--junit") { Description = "Write the cases to this file as JUnit XML." };
        var list = new Option<bool>("--list") { Description = "List tests instead, newest first." };
        var json = JsonOption.Create();
        var page = new PageOptions();
        var command = new Command(
            "test", "Replay a release's evaluation set through the gateway; the server scores and signs the result.")
        {
            release, junit, list, json, page.Limit, page.After,
        };
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ControlClient.Open();
            var named = parse.GetValue(release);
            if (parse.GetValue(list))
                return await ListAsync(client, named, page.Of(parse), parse.GetValue(json), cancellationToken);

            if (named is null)
                throw new CommandFault("Say which release to test: --release system@version", 2);

            // before the test runs: its cases cost money, and would be lost
            var junitIn = Path.GetDirectoryName(Path.GetFullPath(parse.GetValue(junit) ?? "junit.xml"));
            if (!Directory.Exists(junitIn))
                throw new CommandFault($"--junit: there is no folder {junitIn}. Make it first.", 2);

            var detail = await RunAsync(client, named, parse.GetValue(json), cancellationToken);
            if (parse.GetValue(junit) is { } file)
                JUnit(named, detail).Save(file);

            Print.Answer(detail, parse.GetValue(json), Write);
            return (string?)detail["test"]?["standing"] == "passed" ? 0 : 1;
        });
        return command;
    }

    private static async Task<JsonNode> RunAsync(
        ControlClient client, string named, bool isQuiet, CancellationToken cancellationToken)
    {
        var (system, version) = Verb.Release(named);
        var detail = await client.PostAsync(
            $"/api/systems/{system}/releases/{version}/tests", new JsonObject(), cancellationToken);
        var shown = -1;
        while ((string?)detail["test"]?["standing"] == "running")
        {
            var done = (int?)detail["done"] ?? 0;
            if (!isQuiet && done != shown)
            {
                Print.Line($"{done} of {detail["total"]} cases, {detail["failing"]} of them fail");
                shown = done;
            }

            await Task.Delay(Pace, TimeProvider.System, cancellationToken);
            detail = await client.GetAsync($"/api/tests/{detail["test"]!["id"]}", cancellationToken);
        }

        return detail;
    }

    private static async Task<int> ListAsync(
        ControlClient client, string? named, (string Name, string? Value)[] page, bool json,
        CancellationToken cancellationToken)
    {
        var (system, version) = named is null ? (null, null) : Verb.Release(named);
        var answer = await client.GetAsync(
            Verb.Query(
                "/api/tests",
                [
                    ("system", system is null ? null : Uri.UnescapeDataString(system)),
                    ("version", version is null ? null : Uri.UnescapeDataString(version)), .. page,
                ]),
            cancellationToken);
        return Print.Answer(answer, json, of => Print.Table(
            of, "No release was tested.", ("Test", "id"), ("System", "system"), ("Version", "version"),
            ("Standing", "standing"), ("Begun", "begunAt"), ("Counts until", "countsUntil"), ("By", "by.name"),
            ("Short of", "shortfalls")));
    }

    private static void Write(JsonNode detail)
    {
        var test = detail["test"]!;
        foreach (var item in (detail["cases"] as JsonArray ?? []).Where(c => c?["failure"] is not null).Take(20))
            Print.Line($"  {item!["id"]}: {item["failure"]}");

        foreach (var measure in test["measures"] as JsonArray ?? [])
        {
            var interval = measure?["low"] is null ? "" : $", 95 % between {measure["low"]} and {measure["high"]}";
            var minimum = measure?["minimum"] is null ? "" : $", at least {measure["minimum"]}";
            Print.Line($"{measure?["name"]}: {measure?["value"] ?? "cannot be told"} of {measure?["n"]}"
                + $"{interval}{minimum}");
        }

        if (test["judge"] is { } judge)
            Print.Line($"Judged by {judge["provider"]}/{judge["model"]}, told {judge["prompt"]}.");

        foreach (var shortfall in test["shortfalls"] as JsonArray ?? [])
            Print.Line($"SHORT: {shortfall}");

        Print.Line($"Test {test["id"]}: {test["standing"]}"
            + (test["fault"] is null ? "" : $", {test["fault"]}")
            + (test["countsUntil"] is null ? "." : $"; the signed result counts until {test["countsUntil"]} UTC."));
    }

    /// <summary>One test case for each case of the set and for each minimum.</summary>
    private static XDocument JUnit(string named, JsonNode detail)
    {
        var test = detail["test"]!;
        var cases = (detail["cases"] as JsonArray ?? []).Select(c => Case(
            named, (string)c!["id"]!, (string?)c["failure"])).ToList();
        var shortfalls = (test["shortfalls"] as JsonArray ?? []).Select(s => (string)s!).ToList();
        cases.AddRange((test["measures"] as JsonArray ?? [])
            .Where(m => m?["minimum"] is not null)
            .Select(m => Case(
                named, $"minimum {m!["name"]}",
                shortfalls.Find(s => s.StartsWith($"{m["name"]} ", StringComparison.Ordinal)))));
        if ((string?)test["standing"] is not ("passed" or "failed"))
            cases.Add(Case(named, "run", (string?)test["fault"] ?? "there is no result"));

        return new XDocument(new XElement(
            "testsuite",
            new XAttribute("name", named),
            new XAttribute("tests", cases.Count.ToString(CultureInfo.InvariantCulture)),
            new XAttribute("failures", cases.Count(c => c.HasElements).ToString(CultureInfo.InvariantCulture)),
            cases));
    }

    private static XElement Case(string named, string name, string? failure) => new(
        "testcase", new XAttribute("classname", named), new XAttribute("name", name),
        failure is null ? null : new XElement("failure", new XAttribute("message", failure)));
}
