using System.Text.Json.Nodes;
using Provost.Ledger.Statements;

namespace Provost.Cli.Session;

/// <summary>Signs the exact bytes that the server proposes, after the caller has shown what they say.</summary>
internal static class Signing
{
    /// <summary>The DSSE envelope, as JSON, over the payload in <paramref name="proposal"/>.</summary>
    public static JsonNode Sign(JsonNode proposal, string keyFile)
    {
        using var key = PersonKey.Load(keyFile);
        return Sign(proposal, key);
    }

    /// <summary>The same with a key at hand.</summary>
    public static JsonNode Sign(JsonNode proposal, Ed25519PrivateKey key)
    {
        var type = (string)proposal["payloadType"]!;
        var payload = Convert.FromBase64String((string)proposal["payload"]!);
        return JsonNode.Parse(Dsse.Write(Dsse.Sign(type, payload, key)))!;
    }

    /// <summary>The statement inside a proposal, to be shown and checked before it is signed.</summary>
    public static JsonNode Statement(JsonNode proposal) =>
        JsonNode.Parse(Convert.FromBase64String((string)proposal["payload"]!))!;
}
