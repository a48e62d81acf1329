using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

/// <summary>Acts of the root key as Control writes them into the log; a test changes one part.</summary>
internal static class RootActs
{
    private const string InToto = "application/vnd.in-toto+json";

    /// <summary>Adds the record <c>gov.TYPE</c> with its statement, and has it signed into a checkpoint.</summary>
    public static void Add(
        SampleLog log, string type, JsonObject body, string verb, string subject, Ed25519PrivateKey? key = null,
        string org = "acme", string? after = null, string time = "2026-11-21T09:00:00.000000Z")
    {
        var payload = Canonical(new JsonObject
        {
            ["predicate"] = new JsonObject
            {
                ["after"] = after ?? Digest.Of(Canonical(body)),
                ["object"] = subject,
                ["org"] = org,
                ["verb"] = verb,
            },
            ["predicateType"] = "https://provost.dev/act/v1",
        });
        var envelope = Dsse.Write(key is null ? log.SignAsRoot(InToto, payload) : Dsse.Sign(InToto, payload, key));
        Add(log, type, body, time, JsonNode.Parse(envelope));
    }

    /// <summary>Adds the record <c>gov.TYPE</c> without a statement, and has it signed into a checkpoint.</summary>
    public static void Add(SampleLog log, string type, JsonObject body, string time, JsonNode? statement = null)
    {
        log.Add("gov", "node-0", record: number => Encoding.UTF8.GetString(Canonical(new JsonObject
        {
            ["body"] = body.DeepClone(),
            ["node"] = "node-0",
            ["nodeSeq"] = number,
            ["statement"] = statement,
            ["time"] = time,
            ["type"] = $"gov.{type}",
        })));
        log.Commit();
    }

    private static byte[] Canonical(JsonObject json)
    {
        using var document = JsonDocument.Parse(json.ToJsonString());
        return CanonicalJson.From(document.RootElement);
    }
}
