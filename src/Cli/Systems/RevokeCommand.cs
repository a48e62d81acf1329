using System.CommandLine;
using System.Text.Json.Nodes;
using Provost.Cli.Output;
using Provost.Cli.Session;

namespace Provost.Cli.Systems;

/// <summary><c>revoke</c>: ends a warrant, with your signature.</summary>
internal static class RevokeCommand
{
    public static Command Create()
    {
        var warrant = new Argument<string>("warrant")
        {
            Description = "The warrant's id, or system@version for the newest in force.",
        };
        var environment = Verb.Environment();
        var reason = new Option<string>("--reason") { Description = "Why; it is recorded.", Required = true };
        var key = new Option<string>("--key")
        {
            Description = $"Your key file (default {Credentials.DefaultKeyFile}).",
        };
        return Verb.Create(
            "revoke", "End a warrant before its time; over at every gateway before this returns.",
            [warrant, environment, reason, key],
            async (parse, client, cancellationToken) =>
            {
                var id = await FindAsync(
                    client, parse.GetValue(warrant)!, parse.GetValue(environment)!, cancellationToken);
                var at = $"/api/warrants/{id}/revocation";
                var proposal = await client.GetAsync(at, cancellationToken);
                Check(proposal, id);
                return await client.PostAsync(
                    at,
                    new JsonObject
                    {
                        ["envelope"] = Signing.Sign(proposal, parse.GetValue(key) ?? Credentials.DefaultKeyFile),
                        ["reason"] = parse.GetValue(reason),
                    },
                    cancellationToken);
            },
            answer =>
            {
                Print.Points(answer);
                var next = (string?)answer["serves"]?["version"];
                Print.Line($"Warrant {answer["warrant"]} is revoked. " + (next is not null
                    ? $"Release {next} serves now."
                    : "Nothing serves now: calls are refused with provost.no_warrant."));
            });
    }

    private static async Task<Guid> FindAsync(
        ControlClient client, string text, string environment, CancellationToken cancellationToken)
    {
        if (Guid.TryParse(text, out var id))
            return id;

        var (system, version) = Verb.Release(text);
        var page = await client.GetAsync($"/api/systems/{system}", cancellationToken);
        var here = (page["environments"] as JsonArray ?? [])
            .FirstOrDefault(e => (string?)e?["summary"]?["environment"] == environment);
        var release = (here?["releases"] as JsonArray ?? [])
            .FirstOrDefault(r => (string?)r?["version"] == Uri.UnescapeDataString(version));
        return Guid.TryParse((string?)release?["warrant"], out var found)
            ? found
            : throw new CommandFault(
                $"No warrant is in force for {text} in {environment}. See 'provost status {system}'.");
    }

    private static void Check(JsonNode proposal, Guid warrant)
    {
        var predicate = Signing.Statement(proposal)["predicate"]!;
        if ((string?)predicate["verb"] != "revoke" || (string?)predicate["object"] != warrant.ToString())
        {
            throw new CommandFault(
                $"The server proposes to {predicate["verb"]} {predicate["object"]}, not to revoke {warrant}. "
                + "Not signed.");
        }
    }
}
