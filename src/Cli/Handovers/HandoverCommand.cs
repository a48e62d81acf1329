using System.CommandLine;
using System.Text.Json.Nodes;
using Provost.Cli.Output;
using Provost.Cli.Session;

namespace Provost.Cli.Handovers;

/// <summary><c>provost handover</c>: offices change hands by two signatures, an offer and an acceptance.</summary>
internal static class HandoverCommand
{
    public static Command Create()
    {
        var system = new Argument<string?>("system")
        {
            Description = "The system's name.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var business = Office("business");
        var technical = Office("technical");
        var deputy = Office("deputy");
        var reason = new Option<string>("--reason") { Description = "Why; it is recorded." };
        var key = SignedContent.KeyOption();
        var command = Verb.Create(
            "handover", "Offer offices of a system; each counts when the person named accepts it.",
            [system, business, technical, deputy, reason, key],
            async (parse, client, cancellationToken) =>
            {
                var at = Address(parse.GetValue(system));
                var why = parse.GetValue(reason);
                if (string.IsNullOrWhiteSpace(why))
                    throw new CommandFault("A handover says why: --reason \"Sam has left\".", 2);

                var proposal = await client.PostAsync(
                    $"{at}/handover/proposal",
                    new JsonObject
                    {
                        ["business"] = parse.GetValue(business),
                        ["technical"] = parse.GetValue(technical),
                        ["deputy"] = parse.GetValue(deputy),
                    },
                    cancellationToken);
                foreach (var office in new[] { "business", "technical", "deputy" })
                {
                    if ((string?)proposal["says"]?[office] is { } person)
                        Print.Line($"{office}: {proposal["persons"]?[person]} ({person})");
                }

                return await client.PostAsync(
                    $"{at}/handover",
                    new JsonObject
                    {
                        ["says"] = proposal["says"]!.DeepClone(),
                        ["envelope"] = Signed(proposal, "handover", parse.GetValue(system)!, parse.GetValue(key)),
                        ["reason"] = why,
                    },
                    cancellationToken);
            },
            answer => Print.Line(answer["offered"] is null
                ? "Nothing is offered any more; the owners in force stay."
                : $"Offered. It counts from the acceptance on: provost handover accept {answer["system"]}"));
        command.Add(Accept());
        return command;
    }

    /// <summary><c>provost owners</c>: who holds which office, orphans first.</summary>
    public static Command Owners()
    {
        var state = new Option<string>("--state") { Description = "vacant, offered, named or held." };
        var system = new Option<string>("--system") { Description = "Of this system." };
        var person = new Option<string>("--person") { Description = "Held by or offered to this person, by id." };
        var asOf = Verb.AsOf();
        var page = new PageOptions();
        return Verb.Create(
            "owners", "Who holds which office of which system, without an owner first?",
            [state, system, person, asOf, page.Limit, page.After],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query(
                    "/api/owners",
                    [
                        ("state", parse.GetValue(state)), ("system", parse.GetValue(system)),
                        ("person", parse.GetValue(person)), ("asOf", parse.GetValue(asOf)), .. page.Of(parse),
                    ]),
                cancellationToken),
            answer => Print.Table(
                answer, "No office is as asked.", ("System", "system"), ("Environment", "environment"),
                ("Office", "office"), ("Person", "person.name"), ("State", "state"), ("Since", "since"),
                ("Left", "leftAt"), ("Offered to", "offered.name"), ("Last reached", "reached"),
                ("Pause rehearsed", "rehearsed"), ("Suspends", "suspendsAt")));
    }

    private static Command Accept()
    {
        var system = new Argument<string>("system") { Description = "The system's name." };
        var key = SignedContent.KeyOption();
        return Verb.Create(
            "accept", "Take the office that you were named for, with your signature.", [system, key],
            async (parse, client, cancellationToken) =>
            {
                var name = parse.GetValue(system)!;
                var at = $"{Address(name)}/acceptance";
                var proposal = await client.GetAsync(at, cancellationToken);
                var owners = proposal["says"]?["owners"] as JsonObject ?? [];
                foreach (var (office, person) in owners.Where(o => o.Value is not null))
                    Print.Line($"{office}: {proposal["persons"]?[(string)person!]} ({person})");

                var envelope = Signed(proposal, "accept_ownership", name, parse.GetValue(key));
                return await client.PostAsync(at, new JsonObject { ["envelope"] = envelope }, cancellationToken);
            },
            answer => Print.Line(
                $"Accepted. Owners of {answer["system"]}: {answer["owners"]?["business"]?["name"]} (business), "
                + $"{answer["owners"]?["technical"]?["name"]} (technical)."));
    }

    private static JsonNode Signed(JsonNode proposal, string verb, string system, string? key) => SignedContent.Sign(
        proposal, verb, system, proposal["says"]!, key ?? Credentials.DefaultKeyFile);

    private static string Address(string? system) => string.IsNullOrEmpty(system)
        ? throw new CommandFault("Name the system: provost handover SYSTEM --technical PERSON --reason WHY", 2)
        : $"/api/systems/{Uri.EscapeDataString(system)}";

    private static Option<string> Office(string office) => new($"--{office}")
    {
        Description = $"Who is to be the {(office == "deputy" ? "deputy" : office + " owner")}: a mail address.",
    };
}
