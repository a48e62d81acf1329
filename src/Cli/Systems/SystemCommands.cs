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
        return Verb.Create(
            "systems", "Which AI runs, with version, owners and state?", [asOf],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query("/api/systems", ("asOf", parse.GetValue(asOf))), cancellationToken),
            answer => Print.Table(
                answer, "No system is registered.", ("System", "name"), ("Environment", "environment"),
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
            answer => Print.Line(answer.ToJsonString(new() { WriteIndented = true })));
    }

    /// <summary><c>pause</c>, <c>kill</c>, <c>rollback</c>: one step, in force before the command returns.</summary>
    public static Command Order(string kind, string description)
    {
        var system = Name();
        var environment = Verb.Environment();
        var reason = new Option<string>("--reason") { Description = "Why; it is recorded." };
        var release = new Option<string>("--release") { Description = "Rollback: the digest to restore." };
        var test = new Option<bool>("--test")
        {
            Description = "Pause: prove that you may and that gateways answer; recorded as a drill, clients notice "
                + "nothing.",
        };
        return Verb.Create(
            kind,
            description,
            kind switch
            {
                "rollback" => [system, environment, reason, release],
                "pause" => [system, environment, reason, test],
                _ => [system, environment, reason],
            },
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
                    ["release"] = kind == "rollback" ? parse.GetValue(release) : null,
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
