using System.CommandLine;
using System.Text.Json.Nodes;
using Provost.Cli.Output;
using Provost.Cli.Session;
using Provost.Gateway.Warrants;

namespace Provost.Cli.Systems;

/// <summary><c>approvals</c> and <c>approve</c>: the difference is shown, then signed.</summary>
internal static class ApproveCommands
{
    /// <summary><c>approvals</c>: what waits for whom.</summary>
    public static Command Waiting()
    {
        var mine = new Option<bool>("--mine") { Description = "Only what waits for your signature." };
        var system = new Option<string>("--system") { Description = "Only releases of this system." };
        var returned = new Option<bool>("--returned")
        {
            Description = "What was rejected and is back with its author; with --mine, what is back with you.",
        };
        var after = new Option<int?>("--after") { Description = "Continue a list where it ended." };
        return Verb.Create(
            "approvals", "Which releases wait for approval, and for whom?", [mine, system, returned, after],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query(
                    parse.GetValue(returned) ? "/api/rejections" : "/api/approvals",
                    ("mine", parse.GetValue(mine) ? "true" : null),
                    ("system", parse.GetValue(system)), ("after", parse.GetValue(after)?.ToString())),
                cancellationToken),
            WriteWaiting);
    }

    public static Command Approve()
    {
        var release = new Argument<string>("release") { Description = "system@version" };
        var environment = Verb.Environment();
        var key = new Option<string>("--key")
        {
            Description = $"Your key file (default {Credentials.DefaultKeyFile}).",
        };
        var manifest = new Option<string>("--manifest")
        {
            Description = "Your own checkout's manifest: the digest is computed again from it before you sign, and you "
                + "sign that it was. Tier high needs one such approval.",
        };
        var condition = new Option<string[]>("--condition")
        {
            Description = "What your approval is tied to; stands in the warrant. May be given again.",
            DefaultValueFactory = _ => [],
        };
        var until = new Option<string>("--until")
        {
            Description = "The conditions' end (RFC 3339): the warrant ends then at the latest.",
        };
        return Verb.Create(
            "approve", "Show what changed, and sign for it.", [release, environment, key, manifest, condition, until],
            async (parse, client, cancellationToken) =>
            {
                var (system, version) = Verb.Release(parse.GetValue(release)!);
                var at = $"/api/systems/{system}/releases/{version}";
                var where = parse.GetValue(environment)!;
                var origin = parse.GetValue(manifest) is null ? DigestOrigin.Server : DigestOrigin.Checkout;
                var proposal = await client.GetAsync(
                    Verb.Query(
                        $"{at}/approval",
                        [
                            ("environment", where), ("digestFrom", origin), ("until", parse.GetValue(until)),
                            .. parse.GetValue(condition)!.Select(c => ("condition", (string?)c)),
                        ]),
                    cancellationToken);
                Check(proposal, parse.GetValue(release)!, parse.GetValue(manifest), origin);
                Check(proposal, parse.GetValue(condition)!);
                var body = new JsonObject
                {
                    ["environment"] = where,
                    ["envelope"] = Signing.Sign(proposal, parse.GetValue(key) ?? Credentials.DefaultKeyFile),
                };
                var answer = await client.PostAsync($"{at}/approvals", body, cancellationToken);
                answer["difference"] = proposal["difference"]?.DeepClone();
                return answer;
            },
            answer =>
            {
                Print.Differences(answer["difference"]);
                Print.Line((string?)answer["warrant"] is { } warrant
                    ? $"Signed. The quorum is reached: warrant {warrant} is issued."
                    : $"Signed. Still missing: {Print.Member(answer, "missing")}.");
            });
    }

    /// <summary><c>difference</c>: what approvers were shown, as it was kept.</summary>
    public static Command Difference()
    {
        var digest = new Argument<string>("digest")
        {
            Description = "The digest that the approvals name (provost why, provost status).",
        };
        return Verb.Create(
            "difference", "What were the approvers of a release shown when they signed?", [digest],
            (parse, client, cancellationToken) => client.GetAsync(
                $"/api/differences/{Uri.EscapeDataString(parse.GetValue(digest)!)}", cancellationToken),
            answer =>
            {
                foreach (var signed in answer["signed"] as JsonArray ?? [])
                {
                    Print.Line($"{signed?["system"]}@{signed?["version"]} in {signed?["environment"]}: signed by "
                        + $"{signed?["by"]?["name"]}, {signed?["at"]} UTC");
                }

                Print.Differences(answer["changes"]);
            });
    }

    private static void WriteWaiting(JsonNode answer)
    {
        if ((answer["items"] as JsonArray)?.FirstOrDefault()?["rejectedAt"] is not null)
        {
            Print.Table(
                answer, "", ("System", "system"), ("Version", "version"), ("Environment", "environment"),
                ("Author", "author.name"), ("Rejected", "rejectedAt"), ("By", "rejectedBy.name"),
                ("Reason", "reason"));
            return;
        }

        Print.Table(
            answer, "Nothing of that kind waits.", ("System", "system"), ("Version", "version"),
            ("Environment", "environment"), ("Tier", "tier"), ("Submitted", "submittedAt"), ("Author", "author.name"),
            ("Missing", "missing"), ("Asks you", "asksYou"));
    }

    /// <summary>The conditions are the signer's own words, all of them and no others.</summary>
    private static void Check(JsonNode proposal, string[] conditions)
    {
        var said = (Signing.Statement(proposal)["predicate"]!["conditions"] as JsonArray ?? [])
            .Select(c => c is JsonObject whole ? (string?)whole["text"] : (string?)c);
        if (!said.SequenceEqual(conditions))
            throw new CommandFault("The server proposes to sign other conditions than you gave. Not signed.");
    }

    /// <summary>What is signed must be what was asked for: the statement's own words decide.</summary>
    private static void Check(JsonNode proposal, string release, string? manifest, string origin)
    {
        var predicate = Signing.Statement(proposal)["predicate"]!;
        var named = release.Split('@')[0];
        if ((string?)predicate["system"] != named)
        {
            throw new CommandFault(
                $"The server proposes a statement about {predicate["system"]}, not {named}. Not signed.");
        }

        if ((string?)predicate["digestFrom"] != origin)
        {
            throw new CommandFault(
                $"The server proposes to sign that the digest comes from {predicate["digestFrom"] ?? "nowhere"}, but "
                + $"it comes from {origin}. Not signed.");
        }

        if (manifest is null)
            return;

        var (computed, terms) = ManifestUpload.DigestsOf(manifest, release.Split('@')[1]);
        if (computed != (string?)predicate["release"])
        {
            throw new CommandFault(
                $"Your checkout makes {computed}, the server proposes {predicate["release"]}. Not signed.");
        }

        if (terms is not null && terms != (string?)predicate["terms"])
        {
            throw new CommandFault(
                $"Your checkout's System document makes the terms {terms}, the server proposes {predicate["terms"]}. "
                + "Not signed.");
        }
    }
}
