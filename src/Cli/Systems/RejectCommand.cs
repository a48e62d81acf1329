using System.CommandLine;
using System.Text.Json.Nodes;
using Provost.Cli.Output;
using Provost.Cli.Session;

namespace Provost.Cli.Systems;

/// <summary><c>reject</c>: says no to a release with your signature; it returns to its author.</summary>
internal static class RejectCommand
{
    public static Command Create()
    {
        var release = new Argument<string>("release") { Description = "system@version" };
        var environment = Verb.Environment();
        var reason = new Option<string>("--reason")
        {
            Description = "Why, for the author: stands in the log in clear, so name nobody in it.",
            Required = true,
        };
        var key = SignedContent.KeyOption();
        return Verb.Create(
            "reject", "Say no to a release, with your signature; it returns to its author with the reason.",
            [release, environment, reason, key],
            async (parse, client, cancellationToken) =>
            {
                var (system, version) = Verb.Release(parse.GetValue(release)!);
                var at = $"/api/systems/{system}/releases/{version}/rejections";
                var (where, why) = (parse.GetValue(environment)!, parse.GetValue(reason)!);
                var ask = new JsonObject { ["environment"] = where, ["reason"] = why };
                var proposal = await client.PostAsync($"{at}/proposal", ask, cancellationToken);
                var digest = (string)proposal["release"]!;
                var shown = new JsonObject
                {
                    ["system"] = Uri.UnescapeDataString(system),
                    ["environment"] = where,
                    ["release"] = digest,
                    ["reason"] = why,
                };
                return await client.PostAsync(
                    at,
                    new JsonObject
                    {
                        ["environment"] = where,
                        ["reason"] = why,
                        ["envelope"] = SignedContent.Sign(
                            proposal, "reject", digest, shown, parse.GetValue(key) ?? Credentials.DefaultKeyFile),
                    },
                    cancellationToken);
            },
            answer => Print.Line($"Rejected: {answer["reason"]} It is back with its author."));
    }
}
