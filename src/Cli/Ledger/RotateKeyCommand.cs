using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Provost.Cli.Output;

namespace Provost.Cli.Ledger;

/// <summary><c>provost ledger rotate-key</c>: another key signs checkpoints, without a new log.</summary>
internal static class RotateKeyCommand
{
    public static Command Create()
    {
        var reason = new Option<string>("--reason")
        {
            Description = "Why the key is replaced; kept with the entry.",
            Required = true,
        };
        var overlap = new Option<int>("--overlap-days")
        {
            Description = "How long both keys sign, so that who verifies can take over the new one (1 to 90).",
            DefaultValueFactory = _ => 30,
        };
        var key = RootKey.Option();
        return Verb.Create(
            "rotate-key", "Replace the key that signs checkpoints, by the root key; the log goes on.",
            [reason, overlap, key],
            async (parse, client, cancellationToken) =>
            {
                var days = parse.GetValue(overlap).ToString(CultureInfo.InvariantCulture);
                var proposal = await client.GetAsync(
                    Verb.Query("/api/ledger/rotation", ("overlapDays", days)), cancellationToken);
                var next = (string?)proposal["body"]?["key"] ?? "";
                return await client.PostAsync(
                    "/api/ledger/rotation",
                    new JsonObject
                    {
                        ["envelope"] = RootKey.Sign(proposal, "rotate", next, parse.GetValue(key)!),
                        ["body"] = proposal["body"]!.DeepClone(),
                        ["reason"] = parse.GetValue(reason),
                    },
                    cancellationToken);
            },
            answer =>
            {
                Print.Line($"New key: {answer["key"]}");
                Print.Line($"The former signs beside it until {answer["until"]}. Until then whoever verifies takes it "
                    + "over: provost ledger trust LEDGER --trust trust.json --out trust-new.json");
            });
    }
}
