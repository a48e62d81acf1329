using System.CommandLine;
using System.Text.Json.Nodes;
using Provost.Cli.Output;
using Provost.Cli.Session;

namespace Provost.Cli.Systems;

/// <summary>What runs, how it does, and the acts that tighten or loosen it.</summary>
internal static class SystemCommands
{
    public static Command Systems()
    {
        var asOf = Verb.AsOf();
        var text = new Option<string>("--find") { Description = "Whose name or unit holds this." };
        var unit = new Option<string>("--unit") { Description = "Of this unit." };
        var tier = new Option<string>("--tier") { Description = "Of this tier." };
        var state = new Option<string>("--state")
        {
            Description = "draft, registered, approved, serving, ungoverned, suspended or retired.",
        };
        var owner = new Option<string>("--owner") { Description = "Owned by this person, by id." };
        var environment = new Option<string>("--environment", "-e")
        {
            Description = "In this environment: production, experimental.",
        };
        var stale = new Option<bool>("--stale") { Description = "Whose record nothing has confirmed for 7 days." };
        var page = new PageOptions();
        return Verb.Create(
            "systems", "Which AI runs, with version, owners and state?",
            [text, unit, tier, environment, state, owner, stale, asOf, page.Limit, page.After],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query(
                    "/api/systems",
                    [
                        ("q", parse.GetValue(text)), ("unit", parse.GetValue(unit)), ("tier", parse.GetValue(tier)),
                        ("environment", parse.GetValue(environment)),
                        ("state", parse.GetValue(state)), ("owner", parse.GetValue(owner)),
                        ("stale", parse.GetValue(stale) ? "true" : null), ("asOf", parse.GetValue(asOf)),
                        .. page.Of(parse),
                    ]),
                cancellationToken),
            answer => Print.Table(
                answer, "No system is as asked.", ("System", "name"), ("Environment", "environment"),
                ("Tier", "tier"), ("State", "state"), ("Release", "release.version"),
                ("Technical owner", "owners.technical.name"), ("Last confirmed", "verified"), ("Stale", "isStale")));
    }

    public static Command Status()
    {
        var system = Name();
        var asOf = Verb.AsOf();
        return Verb.Create(
            "status", "Who approved it, how does it do against that, who is on the hook?", [system, asOf],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query(
                    $"/api/systems/{Uri.EscapeDataString(parse.GetValue(system)!)}", ("asOf", parse.GetValue(asOf))),
                cancellationToken),
            StatusText.Write);
    }

    /// <summary><c>pause</c>, <c>kill</c>, <c>fallback</c>: one step, in force before the command returns.</summary>
    public static Command Order(string kind, string description)
    {
        var system = Name();
        var environment = Verb.Environment();
        var reason = new Option<string>("--reason") { Description = "Why; it is recorded." };
        var test = new Option<bool>("--test")
        {
            Description = "Pause: prove that you may and that gateways answer; recorded as a drill, clients notice "
                + "nothing.",
        };
        return Verb.Create(
            kind,
            description,
            kind == "pause" ? [system, environment, reason, test] : [system, environment, reason],
            (parse, client, cancellationToken) => kind == "pause" && parse.GetValue(test)
            ? client.PostAsync(
                $"/api/systems/{Uri.EscapeDataString(parse.GetValue(system)!)}/rehearsals",
                new JsonObject { ["environment"] = parse.GetValue(environment) }, cancellationToken)
            : client.PostAsync(
                $"/api/systems/{Uri.EscapeDataString(parse.GetValue(system)!)}/orders",
                new JsonObject
                {
                    ["environment"] = parse.GetValue(environment),
                    ["kind"] = kind,
                    ["reason"] = parse.GetValue(reason) ?? "",
                },
                cancellationToken),
            answer =>
            {
                Print.Points(answer);
                if (answer["rehearsal"] is { } rehearsal)
                    Print.Line($"Drill {rehearsal} is recorded: you may pause it, and nothing was paused.");
            });
    }

    public static Command Resume()
    {
        var system = Name();
        var environment = Verb.Environment();
        var reason = new Option<string>("--reason") { Description = "The evidence; it is recorded.", Required = true };
        var key = new Option<string>("--key")
        {
            Description = $"Your key file (default {Credentials.DefaultKeyFile}).",
        };
        return Verb.Create(
            "resume", "End the orders in force, with your signature.", [system, environment, reason, key],
            async (parse, client, cancellationToken) =>
            {
                var at = $"/api/systems/{Uri.EscapeDataString(parse.GetValue(system)!)}/resume";
                var where = parse.GetValue(environment)!;
                var proposal = await client.GetAsync(Verb.Query(at, ("environment", where)), cancellationToken);
                return await client.PostAsync(
                    at,
                    new JsonObject
                    {
                        ["environment"] = where,
                        ["envelope"] = Signing.Sign(proposal, parse.GetValue(key) ?? Credentials.DefaultKeyFile),
                        ["reason"] = parse.GetValue(reason),
                    },
                    cancellationToken);
            },
            answer => Print.Line($"Resumed. Ended: {Print.Member(answer, "ended")}."));
    }

    private static Argument<string> Name() => new("system") { Description = "The system's name." };
}
