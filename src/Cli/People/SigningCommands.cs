using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Provost.Cli.Output;
using Provost.Cli.Session;
using Provost.Ledger.Statements;

namespace Provost.Cli.People;

/// <summary>Changes that wait: list, sign, withdraw; and the way back with the root key.</summary>
internal static class SigningCommands
{
    private const string Path = "/api/people/changes";

    public static Command Changes() => Verb.Create(
        "changes", "Which changes of people wait for signatures?", [],
        (_, client, cancellationToken) => client.GetAsync(Path, cancellationToken),
        answer =>
        {
            foreach (var item in answer["items"] as JsonArray ?? [])
                item!["signed"] = $"{(item["signedBy"] as JsonArray)?.Count ?? 0} of {item["needed"]}";

            Print.Table(
                answer, "No change waits.", ("Change", "id"), ("What", "change"), ("Person", "person.name"),
                ("Roles", "body.roles"), ("Asked by", "by.name"), ("Signed", "signed"), ("Until (UTC)", "until"));
        });

    public static Command Sign()
    {
        var change = Change();
        var key = new Option<string>("--key")
        {
            Description = $"Your key file (default {Credentials.DefaultKeyFile}).",
        };
        return Verb.Create(
            "sign", "Show a change of people, and sign for it.", [change, key],
            async (parse, client, cancellationToken) =>
            {
                var id = parse.GetValue(change);
                var waiting = await client.GetAsync(Path, cancellationToken);
                var found = (waiting["items"] as JsonArray ?? [])
                    .FirstOrDefault(w => (string?)w?["id"] == id.ToString())
                    ?? throw new CommandFault($"No change {id} waits. See 'provost people changes'.");
                Check(found);
                var envelope = Signing.Sign(found, parse.GetValue(key) ?? Credentials.DefaultKeyFile);
                var answer = await client.PostAsync(
                    $"{Path}/{id}/signatures", new JsonObject { ["envelope"] = envelope }, cancellationToken);
                answer["signed"] = found["body"]?.DeepClone();
                answer["name"] = found["person"]?["name"]?.DeepClone();
                return answer;
            },
            answer =>
            {
                Print.Line($"Signed for {answer["name"]}:");
                foreach (var (name, value) in answer["signed"]?.AsObject() ?? [])
                {
                    if (value is not null)
                        Print.Line($"  {name}: {Print.Member(answer, "signed." + name)}");
                }

                RosterCommands.Tell(answer);
            });
    }

    public static Command Withdraw()
    {
        var change = Change();
        return Verb.Create(
            "withdraw", "Take back a change that waits.", [change],
            async (parse, client, cancellationToken) =>
            {
                await client.DeleteAsync($"{Path}/{parse.GetValue(change)}", cancellationToken);
                return new JsonObject { ["withdrawn"] = parse.GetValue(change).ToString() };
            },
            _ => Print.Line("Withdrawn."));
    }

    /// <summary>When the bootstrap has ended and no two approvers can sign.</summary>
    public static Command Reopen()
    {
        var key = new Option<string>("--root-key")
        {
            Description = "The root key file, from where its custodians keep it.",
            Required = true,
        };
        return Verb.Create(
            "reopen", "Open the bootstrap again for a day, with the root key, when no two approvers can sign.", [key],
            async (parse, client, cancellationToken) =>
            {
                var standing = await client.GetAsync("/api/people/bootstrap", cancellationToken);
                var proposal = standing["reopening"] ?? throw new CommandFault(
                    "There is nothing to open: the bootstrap is open, two approvers can sign, or you are no platform "
                    + "administrator. Deactivate approvers who have left or lost their keys first.");
                var predicate = Signing.Statement(proposal)["predicate"]!;
                if ((string?)predicate["verb"] != "roster" || (string?)predicate["object"] != "bootstrap")
                {
                    throw new CommandFault(
                        $"The server proposes to {predicate["verb"]} {predicate["object"]}. Not signed.");
                }

                var envelope = Signing.Sign(proposal, parse.GetValue(key)!);
                return await client.PostAsync(
                    "/api/people/bootstrap", new JsonObject { ["envelope"] = envelope }, cancellationToken);
            },
            answer => Print.Line(
                $"Open until {answer["ends"]}, or until two approvers have keys. Add them now: provost people add"));
    }

    /// <summary>What is signed must be what is shown: the statement names the digest of the body.</summary>
    private static void Check(JsonNode waiting)
    {
        var predicate = Signing.Statement(waiting)["predicate"]!;
        using var body = JsonDocument.Parse(waiting["body"]!.ToJsonString());
        var person = (string?)predicate["object"];
        if ((string?)predicate["verb"] != "roster" || (string?)waiting["person"]?["person"] != person
            || (string?)waiting["body"]?["person"] != person
            || (string?)predicate["after"] != Digest.Of(CanonicalJson.From(body.RootElement)))
        {
            throw new CommandFault("The server shows another change than the statement it wants signed. Not signed.");
        }
    }

    private static Argument<Guid> Change() => new("change") { Description = "The change's id." };
}
