using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Provost.Cli.Output;
using Provost.Cli.Session;
using Provost.Gateway.Snapshot;
using Provost.Gateway.Warrants;

namespace Provost.Cli.Exceptions;

/// <summary><c>provost exception</c>: break-glass, signed by two, over by itself.</summary>
internal static class ExceptionCommand
{
    private static readonly int LongestHours = (int)ExceptionContent.Longest.TotalHours;

    public static Command Create()
    {
        var system = new Argument<string>("system") { Description = "The system." };
        var environment = Verb.Environment();
        var scope = new Option<string>("--scope")
        {
            Description = "What: release=VERSION (or digest), guardrail=input:ID or guardrail=output:ID.",
            Required = true,
        };
        var reason = new Option<string>("--reason")
        {
            Description = "Why; stands in the log in clear, so name nobody in it.",
            Required = true,
        };
        var until = new Option<string>("--until")
        {
            Description = "When it ends: an instant (UTC), or hours as 12h; at most 72 hours.",
            Required = true,
        };
        var key = SignedContent.KeyOption();
        var ask = Verb.Create(
            "ask", "Ask for an exception, with your signature; another person signs it next.",
            [system, environment, scope, reason, until, key],
            async (parse, client, cancellationToken) =>
            {
                var order = new JsonObject
                {
                    ["system"] = parse.GetValue(system),
                    ["environment"] = parse.GetValue(environment),
                    ["scope"] = parse.GetValue(scope),
                    ["reason"] = parse.GetValue(reason),
                    ["until"] = Until(parse.GetValue(until)!),
                };
                var proposal = await client.PostAsync("/api/exceptions/proposal", order, cancellationToken);
                var content = Show(proposal);
                if (content.System != parse.GetValue(system) || content.Environment != parse.GetValue(environment)
                    || content.Reason != parse.GetValue(reason))
                {
                    throw new CommandFault("The server proposes another exception than you asked for. Not signed.");
                }

                return await client.PostAsync(
                    "/api/exceptions",
                    new JsonObject
                    {
                        ["content"] = proposal["content"]!.DeepClone(),
                        ["envelope"] = Sign(proposal, content, parse.GetValue(key)),
                    },
                    cancellationToken);
            },
            answer => Print.Line($"Asked. Another person signs it: provost exception sign {answer["exception"]}"));
        return new Command(
            "exception", "Break-glass: one narrow thing beside the warrant, two persons, 72 hours at most.")
        {
            ask, SignIt(), End(), List(), One(),
        };
    }

    private static Command SignIt()
    {
        var id = Id();
        var key = SignedContent.KeyOption();
        return Verb.Create(
            "sign", "Be the second person: sign, and it is in force.", [id, key],
            async (parse, client, cancellationToken) =>
            {
                var at = $"/api/exceptions/{Uri.EscapeDataString(parse.GetValue(id)!)}/signature";
                var proposal = await client.GetAsync(at, cancellationToken);
                var content = Show(proposal);
                if (content.Id.ToString() != parse.GetValue(id))
                    throw new CommandFault("The server proposes another exception than you named. Not signed.");

                return await client.PostAsync(
                    at, new JsonObject { ["envelope"] = Sign(proposal, content, parse.GetValue(key)) },
                    cancellationToken);
            },
            answer =>
            {
                Print.Points(answer);
                Print.Line($"Exception {answer["exception"]} is {answer["standing"]}.");
            });
    }

    private static Command End()
    {
        var id = Id();
        var reason = new Option<string>("--reason") { Description = "Why; it is recorded.", Required = true };
        return Verb.Create(
            "end", "End an exception at once.", [id, reason],
            (parse, client, cancellationToken) => client.PostAsync(
                $"/api/exceptions/{Uri.EscapeDataString(parse.GetValue(id)!)}/end",
                new JsonObject { ["reason"] = parse.GetValue(reason) }, cancellationToken),
            answer =>
            {
                Print.Points(answer);
                Print.Line($"Exception {answer["exception"]} is {answer["standing"]}.");
            });
    }

    private static Command List()
    {
        var system = new Option<string>("--system") { Description = "Of this system." };
        var inForce = new Option<bool>("--in-force") { Description = "Only those in force now." };
        var page = new PageOptions();
        return Verb.Create(
            "list", "Every exception, newest first.", [system, inForce, page.Limit, page.After],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query(
                    "/api/exceptions",
                    [
                        ("system", parse.GetValue(system)), ("inForce", parse.GetValue(inForce) ? "true" : null),
                        .. page.Of(parse),
                    ]),
                cancellationToken),
            answer => Print.Table(
                answer, "No exception.", ("Exception", "id"), ("System", "system"), ("Environment", "environment"),
                ("Scope", "scope"), ("Standing", "standing"), ("Until", "until"), ("Asked by", "askedBy.name"),
                ("Granted by", "grantedBy.name"), ("Reason", "reason")));
    }

    private static Command One()
    {
        var id = Id();
        return Verb.Create(
            "show", "One exception, with how many decisions were made under it.", [id],
            (parse, client, cancellationToken) => client.GetAsync(
                $"/api/exceptions/{Uri.EscapeDataString(parse.GetValue(id)!)}", cancellationToken),
            answer =>
            {
                var exception = answer["exception"]!;
                Print.Line($"{exception["scope"]} on {exception["system"]} in {exception["environment"]}: "
                    + $"{exception["standing"]}, until {exception["until"]} UTC.");
                Print.Line($"Because: {exception["reason"]}");
                Print.Line($"Signed by {Print.Member(exception, "askedBy.name")} and "
                    + $"{Print.Member(exception, "grantedBy.name")}.");
                Print.Line($"{answer["decisions"]} decisions were made under it.");
            });
    }

    private static Argument<string> Id() => new("exception") { Description = "The exception's id." };

    /// <summary>The content as it would be signed, shown first.</summary>
    private static ExceptionContent Show(JsonNode proposal)
    {
        var content = JsonSerializer.Deserialize(
            proposal["content"]!.ToJsonString(), SnapshotJson.Default.ExceptionContent)
            ?? throw new CommandFault("The server proposes nothing. Not signed.");
        Print.Line($"{content.Scope()} on {content.System} in {content.Environment}, until "
            + $"{content.Until.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC. Because: {content.Reason}");
        return content;
    }

    private static JsonNode Sign(JsonNode proposal, ExceptionContent content, string? keyFile)
    {
        var predicate = Signing.Statement(proposal)["predicate"];
        return (string?)predicate?["verb"] == "exception" && (string?)predicate["object"] == content.Id.ToString()
            && (string?)predicate["after"] == content.DigestOf()
            ? Signing.Sign(proposal, keyFile ?? Credentials.DefaultKeyFile)
            : throw new CommandFault("The server's statement says something else than it showed. Not signed.");
    }

    private static string Until(string text)
    {
        var now = TimeProvider.System.GetUtcNow();
        return text.EndsWith('h') && int.TryParse(text[..^1], CultureInfo.InvariantCulture, out var hours)
            ? hours > 0 && hours <= LongestHours
                ? Instants.Text(now.AddHours(hours))
                : throw new CommandFault($"--until: an exception lasts 1 to {LongestHours} hours, not {hours}.", 2)
            : Instants.Read("--until", text, "hours as 12h, or ");
    }
}
