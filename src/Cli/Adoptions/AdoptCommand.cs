using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Provost.Cli.Output;
using Provost.Cli.Session;
using Provost.Gateway.Snapshot;
using Provost.Gateway.Warrants;

namespace Provost.Cli.Adoptions;

/// <summary><c>provost adopt</c>: traffic passes, ungoverned and marked so, until its first approval or an
/// end.</summary>
internal static class AdoptCommand
{
    public static Command Create()
    {
        var system = new Argument<string>("system") { Description = "The system; it must be registered." };
        var environment = Verb.Environment();
        var until = new Option<string>("--until")
        {
            Description = "When it ends: a date or an instant (UTC), or days as 14d; at most 30 days in a row.",
            Required = true,
        };
        var provider = new Option<string>("--provider")
        {
            Description = "Where its calls go: a provider of the settings (needed where there are several).",
        };
        var reason = new Option<string>("--reason")
        {
            Description = "Why; stands in the log in clear, so name nobody in it.",
        };
        var key = SignedContent.KeyOption();
        var command = Verb.Create(
            "adopt", "Let a registered system's traffic pass before its first approval, marked UNGOVERNED.",
            [system, environment, until, provider, reason, key],
            async (parse, client, cancellationToken) =>
            {
                var order = new JsonObject
                {
                    ["system"] = parse.GetValue(system),
                    ["environment"] = parse.GetValue(environment),
                    ["until"] = Until(parse.GetValue(until)!),
                    ["provider"] = parse.GetValue(provider),
                    ["reason"] = parse.GetValue(reason),
                };
                var proposal = await client.PostAsync("/api/adoptions/proposal", order, cancellationToken);
                var content = Show(proposal);
                if (content.System != parse.GetValue(system) || content.Environment != parse.GetValue(environment)
                    || (parse.GetValue(provider) is { } asked && content.Provider != asked))
                {
                    throw new CommandFault("The server proposes another adoption than you asked for. Not signed.");
                }

                return await client.PostAsync(
                    "/api/adoptions",
                    new JsonObject
                    {
                        ["content"] = proposal["content"]!.DeepClone(),
                        ["envelope"] = Sign(proposal, content, parse.GetValue(key)),
                    },
                    cancellationToken);
            },
            Signed);
        command.Add(SignIt());
        command.Add(End());
        command.Add(List());
        command.Add(One());
        return command;
    }

    private static Command SignIt()
    {
        var id = Id();
        var key = SignedContent.KeyOption();
        return Verb.Create(
            "sign", "Be the second person of a renewal: sign, and it is in force.", [id, key],
            async (parse, client, cancellationToken) =>
            {
                var at = $"/api/adoptions/{Uri.EscapeDataString(parse.GetValue(id)!)}/signature";
                var proposal = await client.GetAsync(at, cancellationToken);
                var content = Show(proposal);
                if (content.Id.ToString() != parse.GetValue(id))
                    throw new CommandFault("The server proposes another adoption than you named. Not signed.");

                return await client.PostAsync(
                    at, new JsonObject { ["envelope"] = Sign(proposal, content, parse.GetValue(key)) },
                    cancellationToken);
            },
            Signed);
    }

    private static Command End()
    {
        var id = Id();
        var reason = new Option<string>("--reason") { Description = "Why; it is recorded.", Required = true };
        return Verb.Create(
            "end", "End an adoption at once.", [id, reason],
            (parse, client, cancellationToken) => client.PostAsync(
                $"/api/adoptions/{Uri.EscapeDataString(parse.GetValue(id)!)}/end",
                new JsonObject { ["reason"] = parse.GetValue(reason) }, cancellationToken),
            Signed);
    }

    private static Command List()
    {
        var system = new Option<string>("--system") { Description = "Of this system." };
        var inForce = new Option<bool>("--in-force") { Description = "Only those in force now." };
        var page = new PageOptions();
        return Verb.Create(
            "list", "Every adoption, newest first.", [system, inForce, page.Limit, page.After],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query(
                    "/api/adoptions",
                    [
                        ("system", parse.GetValue(system)), ("inForce", parse.GetValue(inForce) ? "true" : null),
                        .. page.Of(parse),
                    ]),
                cancellationToken),
            answer => Print.Table(
                answer, "No adoption.", ("Adoption", "id"), ("System", "system"), ("Environment", "environment"),
                ("Provider", "provider"), ("Standing", "standing"), ("Since", "since"), ("Until", "until"),
                ("Reason", "reason")));
    }

    private static Command One()
    {
        var id = Id();
        return Verb.Create(
            "show", "One adoption: who signed it, until when, how it ended.", [id],
            (parse, client, cancellationToken) => client.GetAsync(
                $"/api/adoptions/{Uri.EscapeDataString(parse.GetValue(id)!)}", cancellationToken),
            answer =>
            {
                Print.Line($"{answer["system"]} in {answer["environment"]} by {answer["provider"]}: "
                    + $"{answer["standing"]}, until {answer["until"]}; in a row since {answer["since"]}, until "
                    + $"{answer["latest"]} at the latest (UTC).");
                Print.Line($"Because: {answer["reason"]}");
                var signers = (answer["signedBy"] as JsonArray ?? []).Select(p => Print.Member(p, "name"));
                Print.Line($"Signed by {string.Join(" and ", signers)}.");
                if ((string?)answer["endReason"] is { } why)
                    Print.Line($"Ended by {Print.Member(answer, "endedBy.name")}: {why}");
                Print.Line($"Its decisions: provost decisions --adoption {answer["id"]}");
            });
    }

    private static Argument<string> Id() => new("adoption") { Description = "The adoption's id." };

    private static void Signed(JsonNode answer)
    {
        Print.Points(answer);
        Print.Line(
            (string?)answer["standing"] == "asked"
                ? $"Signed. It goes on from another: a second person signs it: provost adopt sign {answer["adoption"]}"
                : $"Adoption {answer["adoption"]} is {answer["standing"]}.");
    }

    /// <summary>The content as it would be signed, shown first.</summary>
    private static AdoptionContent Show(JsonNode proposal)
    {
        var content = JsonSerializer.Deserialize(
            proposal["content"]!.ToJsonString(), SnapshotJson.Default.AdoptionContent)
            ?? throw new CommandFault("The server proposes nothing. Not signed.");
        Print.Line($"Traffic of {content.System} in {content.Environment} (tier {content.Tier}) passes UNGOVERNED to "
            + $"{content.Provider} until {content.Until.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC. "
            + $"Because: {content.Reason}");
        return content;
    }

    private static JsonNode Sign(JsonNode proposal, AdoptionContent content, string? keyFile)
    {
        var predicate = Signing.Statement(proposal)["predicate"];
        return (string?)predicate?["verb"] == AdoptionContent.Verb
            && (string?)predicate["object"] == content.Id.ToString()
            && (string?)predicate["after"] == content.DigestOf()
            ? Signing.Sign(proposal, keyFile ?? Credentials.DefaultKeyFile)
            : throw new CommandFault("The server's statement says something else than it showed. Not signed.");
    }

    private static string Until(string text)
    {
        var longest = (int)AdoptionContent.Longest.TotalDays;
        return text.EndsWith('d') && int.TryParse(text[..^1], CultureInfo.InvariantCulture, out var days)
            ? days > 0 && days <= longest
                ? Instants.Text(TimeProvider.System.GetUtcNow().AddDays(days))
                : throw new CommandFault($"--until: an adoption lasts 1 to {longest} days, not {days}.", 2)
            : Instants.Read("--until", text, "days as 14d, or ");
    }
}
