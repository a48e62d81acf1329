using System.CommandLine;
using System.Text.Json.Nodes;
using Provost.Cli.Output;
using Provost.Cli.Session;

namespace Provost.Cli.Reviews;

/// <summary><c>provost review</c> and <c>provost reviews</c>: an owner looks at a system again and signs.</summary>
internal static class ReviewCommands
{
    public static Command Review()
    {
        var system = new Argument<string>("system") { Description = "The system." };
        var environment = Verb.Environment();
        var finding = new Option<string>("--finding")
        {
            Description = "What you found, in clear, without anything about a person; it is recorded.",
            Required = true,
        };
        var key = SignedContent.KeyOption();
        return Verb.Create(
            "review", "Look at a system again and sign what you found; its next review date moves.",
            [system, environment, finding, key],
            async (parse, client, cancellationToken) =>
            {
                var name = parse.GetValue(system)!;
                var at = $"/api/systems/{Uri.EscapeDataString(name)}/reviews";
                var body = new JsonObject
                {
                    ["finding"] = parse.GetValue(finding),
                    ["environment"] = parse.GetValue(environment),
                };
                var proposal = await client.PostAsync($"{at}/proposal", body, cancellationToken);
                var says = proposal["says"]!;
                Print.Line($"{says["system"]} in {says["environment"]}, terms {says["terms"]}, release "
                    + $"{(string?)says["release"] ?? "none"}: {says["finding"]}");
                if ((string?)says["system"] != name || (string?)says["finding"] != parse.GetValue(finding))
                    throw new CommandFault("The server proposes another review than you asked for. Not signed.");

                body["envelope"] = SignedContent.Sign(
                    proposal, "review", $"{name}/{parse.GetValue(environment)}", says,
                    parse.GetValue(key) ?? Credentials.DefaultKeyFile);
                return await client.PostAsync(at, body, cancellationToken);
            },
            answer => Print.Line($"Signed. {answer["system"]} is to be looked at again by {answer["due"]}."));
    }

    public static Command Reviews()
    {
        var system = new Option<string>("--system") { Description = "Of this system." };
        var overdue = new Option<bool>("--overdue") { Description = "Only those whose date is past." };
        var page = new PageOptions();
        return Verb.Create(
            "reviews", "When each system is to be looked at again, the most urgent first.",
            [system, overdue, page.Limit, page.After],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query(
                    "/api/reviews",
                    [
                        ("system", parse.GetValue(system)), ("overdue", parse.GetValue(overdue) ? "true" : null),
                        .. page.Of(parse),
                    ]),
                cancellationToken),
            answer => Print.Table(
                answer, "No system is to be reviewed.", ("System", "system"), ("Environment", "environment"),
                ("Tier", "tier"), ("Every", "every"), ("Due", "due"), ("Overdue", "overdue"), ("Last", "last"),
                ("By", "by.name"), ("Found", "finding")));
    }
}
