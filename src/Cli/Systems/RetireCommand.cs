using System.CommandLine;
using System.Text.Json.Nodes;
using Provost.Cli.Output;
using Provost.Cli.Session;

namespace Provost.Cli.Systems;

/// <summary><c>retire</c>: ends a system for good, with your signature.</summary>
internal static class RetireCommand
{
    public static Command Create()
    {
        var system = new Argument<string>("system") { Description = "The system's name." };
        var reason = new Option<string>("--reason") { Description = "Why; it is recorded.", Required = true };
        var key = SignedContent.KeyOption();
        return Verb.Create(
            "retire", "End a system for good: keys and warrants end, its name is not used again, its record stays.",
            [system, reason, key],
            async (parse, client, cancellationToken) =>
            {
                var name = parse.GetValue(system)!;
                var at = $"/api/systems/{Uri.EscapeDataString(name)}/retirement";
                var proposal = await client.GetAsync(at, cancellationToken);
                return await client.PostAsync(
                    at,
                    new JsonObject
                    {
                        ["envelope"] = SignedContent.Sign(
                            proposal, "retire", name, proposal["says"]!,
                            parse.GetValue(key) ?? Credentials.DefaultKeyFile),
                        ["reason"] = parse.GetValue(reason),
                    },
                    cancellationToken);
            },
            answer =>
            {
                Print.Points(answer);
                Print.Line($"{answer["system"]} is retired: {answer["keys"]} client keys and {answer["warrants"]} "
                    + "warrants ended.");
            });
    }
}
