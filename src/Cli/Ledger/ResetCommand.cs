using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Provost.Cli.Output;
using Provost.Cli.Session;
using Provost.Ledger.Statements;

namespace Provost.Cli.Ledger;

/// <summary><c>provost ledger reset</c>: the root key lets the signer go on from the log as it stands.</summary>
internal static class ResetCommand
{
    public static Command Create()
    {
        var range = new Option<string>("--range")
        {
            Description = "FIRST-LAST: the entries that are not, or not provably, what was signed before.",
            Required = true,
        };
        var reason = new Option<string>("--reason")
        {
            Description = "What happened and who decided; kept with the entry.",
            Required = true,
        };
        var key = RootKey.Option();
        return Verb.Create(
            "reset", "Let the signer sign again after it lost its memory or a backup was put back, by the root key.",
            [range, reason, key],
            async (parse, client, cancellationToken) =>
            {
                var asked = parse.GetValue(range)!;
                var proposal = await client.GetAsync(
                    Verb.Query("/api/ledger/reset", ("range", asked)), cancellationToken);
                return await client.PostAsync(
                    "/api/ledger/reset",
                    new JsonObject
                    {
                        ["envelope"] = RootKey.Sign(proposal, "reset", asked, parse.GetValue(key)!),
                        ["body"] = proposal["body"]!.DeepClone(),
                        ["reason"] = parse.GetValue(reason),
                    },
                    cancellationToken);
            },
            answer => Print.Line((string?)answer["refusal"] is { } refusal
                ? $"Entries {answer["range"]} are reset in the log, but the signer still refuses: {refusal}"
                : $"Entries {answer["range"]} are reset; the signer signs again. Everybody who remembers a checkpoint "
                    + "of before will be shown this by 'provost ledger verify'."));
    }
}

/// <summary>What the root key's custodians sign: shown by the server, held against its digest, signed here.</summary>
internal static class RootKey
{
    public static Option<string> Option() => new("--root-key")
    {
        Description = "The root key file, from where its custodians keep it.",
        Required = true,
    };

    /// <summary>Signs a proposal that says exactly this verb, this object, and the body beside it.</summary>
    public static JsonNode Sign(JsonNode proposal, string verb, string subject, string keyFile)
    {
        var predicate = Signing.Statement(proposal)["predicate"]!;
        using var body = JsonDocument.Parse(proposal["body"]!.ToJsonString());
        if ((string?)predicate["verb"] != verb || (string?)predicate["object"] != subject
            || (string?)predicate["after"] != Digest.Of(CanonicalJson.From(body.RootElement)))
        {
            throw new CommandFault(
                $"The server proposes to {predicate["verb"]} {predicate["object"]}, which is not what was asked. "
                + "Not signed.");
        }

        return Signing.Sign(proposal, keyFile);
    }
}
