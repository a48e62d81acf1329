using System.CommandLine;
using System.Text.Json.Nodes;
using Provost.Cli.Output;
using Provost.Cli.Session;

namespace Provost.Cli.Taxonomies;

/// <summary><c>provost taxonomy</c>: the edition in force, what another would do, and its two signatures.</summary>
internal static class TaxonomyCommand
{
    public static Command Create() => new(
        "taxonomy", "The risk taxonomy: tiers, words, rules and duties, one edition for all teams.")
    {
        Show(), Plan(), Apply(),
    };

    private static Command Show()
    {
        var edition = new Option<int?>("--edition") { Description = "This edition; without it the one in force." };
        return Verb.Create(
            "show", "Print an edition as a file: the start of the next one.", [edition],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query(
                    "/api/taxonomy",
                    ("edition", parse.GetValue(edition)?.ToString(System.Globalization.CultureInfo.InvariantCulture))),
                cancellationToken),
            answer => Print.Answer(answer["document"]!, json: true, _ => { }));
    }

    private static Command Plan()
    {
        var file = File();
        return Verb.Create(
            "plan", "Say what an edition would do to every system; changes nothing.", [file],
            (parse, client, cancellationToken) =>
                client.PostAsync("/api/taxonomy/plan", Read(parse.GetValue(file)!), cancellationToken),
            PrintPlan);
    }

    private static Command Apply()
    {
        var file = File();
        var key = SignedContent.KeyOption();
        return Verb.Create(
            "apply", "Sign an edition: the first person brings it, the second puts it in force.", [file, key],
            async (parse, client, cancellationToken) =>
            {
                var body = Read(parse.GetValue(file)!);
                var document = Document(body, parse.GetValue(file)!);
                var proposal = await client.PostAsync("/api/taxonomy/proposal", body, cancellationToken);
                PrintPlan(proposal["plan"]!);
                var edition = (int?)document["edition"]
                    ?? throw new CommandFault("The file has no edition. Nothing is signed.");
                body["envelope"] = SignedContent.Sign(
                    proposal, "taxonomy", $"edition {edition}", document,
                    parse.GetValue(key) ?? Credentials.DefaultKeyFile);
                return await client.PostAsync("/api/taxonomy", body, cancellationToken);
            },
            answer => Print.Line((bool)answer["inForce"]!
                ? $"Edition {answer["edition"]} is in force."
                : $"Edition {answer["edition"]} waits: another person applies the same file."));
    }

    private static void PrintPlan(JsonNode plan)
    {
        Print.Line($"Edition {plan["edition"]}, {plan["digest"]}");
        foreach (var change in plan["changes"] as JsonArray ?? [])
        {
            var word = (string?)change?["change"];
            if (word == "same")
                continue;

            Print.Line($"{change?["key"]?["system"]} in {change?["key"]?["environment"]}: {word}, "
                + $"{change?["before"]} now, {change?["after"]} then");
            foreach (var reason in change?["reasons"] as JsonArray ?? [])
                Print.Line($"  {reason}");
            foreach (var fault in change?["faults"] as JsonArray ?? [])
                Print.Line($"  {fault?["path"]}: {fault?["message"]} {fault?["remedy"]}");
            Print.Differences(change?["duties"]);
        }

        Print.Line((int)plan["frozen"]! == 0
            ? "It asks more of no system."
            : $"It asks more of {plan["frozen"]}: their releases freeze, and what serves is approved again within "
                + $"{plan["reapproval"]} or suspended.");
    }

    private static Argument<string> File() => new("file") { Description = "The edition, as JSON." };

    private static JsonObject Read(string path) => new()
    {
        ["file"] = Path.GetFileName(path),
        ["edition"] = System.IO.File.ReadAllText(path),
    };

    /// <summary>What the file says, as this side reads it: the digest that is signed is computed here.</summary>
    private static JsonNode Document(JsonObject body, string path)
    {
        try
        {
            return JsonNode.Parse((string)body["edition"]!)
                ?? throw new CommandFault($"{path} is empty. Nothing is signed.", 2);
        }
        catch (System.Text.Json.JsonException broken)
        {
            throw new CommandFault($"{path} cannot be read: {broken.Message} Nothing is signed.", 2);
        }
    }
}
