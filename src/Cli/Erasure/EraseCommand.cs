using System.CommandLine;
using System.Text.Json.Nodes;
using Provost.Cli.Output;
using Provost.Cli.Session;

namespace Provost.Cli.Erasure;

/// <summary><c>provost erase</c>: destroys the content about a person or of a decision; the proofs stand.</summary>
internal static class EraseCommand
{
    public static Command Create()
    {
        var subject = new Option<string>("--subject") { Description = "A person, by the alias in the log." };
        var person = new Option<string>("--person") { Description = "A person, as clients name them." };
        var decision = new Option<string>("--decision") { Description = "One decision." };
        var basis = new Option<string>("--basis")
        {
            Description = "The rule it rests on, in clear: it stands in the log for good. Needed to erase.",
        };
        var despite = new Option<string>("--despite")
        {
            Description = "Why it outweighs a law that asks to keep the content, in clear.",
        };
        var key = SignedContent.KeyOption();
        var command = Verb.Create(
            "erase", "Destroy the content about a person or of one decision. Every proof still holds.",
            [subject, person, decision, basis, despite, key],
            async (parse, client, cancellationToken) =>
            {
                var proposal = await client.PostAsync(
                    "/api/erasures/proposal",
                    new JsonObject
                    {
                        ["subject"] = parse.GetValue(subject),
                        ["person"] = parse.GetValue(person),
                        ["decision"] = parse.GetValue(decision),
                        ["basis"] = parse.GetValue(basis)
                            ?? throw new CommandFault("Name the rule it rests on: --basis \"GDPR Art. 17(1)(b)\".", 2),
                        ["despite"] = parse.GetValue(despite),
                    },
                    cancellationToken);
                var says = proposal["says"]!;
                var target = (string?)says["decision"] ?? (string)says["subject"]!;
                var envelope = SignedContent.Sign(
                    proposal, "erase", target, says, parse.GetValue(key) ?? Credentials.DefaultKeyFile);
                return await client.PostAsync(
                    "/api/erasures", new JsonObject { ["says"] = says.DeepClone(), ["envelope"] = envelope },
                    cancellationToken);
            },
            answer =>
            {
                Print.Line($"Erased: {answer["keys"]} keys and {answer["payloads"]} single payloads are destroyed.");
                Print.Line($"Complete on {answer["completeOn"]} (UTC), when the last backup of keys is gone.");
                Print.Line($"Entry {answer["erasure"]} says so in the log.");
            });
        command.Add(List());
        return command;
    }

    private static Command List()
    {
        var subject = new Option<string>("--of") { Description = "Of this alias." };
        var page = new PageOptions();
        return Verb.Create(
            "list", "Every erasure, newest first: by whom, on which basis, complete when.",
            [subject, page.Limit, page.After],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query("/api/erasures", [("subject", parse.GetValue(subject)), .. page.Of(parse)]),
                cancellationToken),
            answer => Print.Table(
                answer, "Nothing was erased.", ("When", "at"), ("By", "by"), ("Subject", "says.subject"),
                ("Decision", "says.decision"), ("Basis", "says.basis"), ("Despite", "says.duties"),
                ("Complete on", "says.completeOn")));
    }
}
