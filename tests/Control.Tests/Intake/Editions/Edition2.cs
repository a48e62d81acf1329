using System.Text.Json;
using System.Text.Json.Nodes;
using Provost.Control.Intake;
using Provost.Control.Intake.Editions;

namespace Provost.Control.Tests.Intake.Editions;

/// <summary>An organisation's edition 2: that of the build, with what every later edition says of each tier, and an own
/// tier "weighty" between limited and high that a hundred thousand at stake chooses.</summary>
internal static class Edition2
{
    public static JsonObject Document(Action<JsonObject>? alter = null)
    {
        var document = JsonNode.Parse(Taxonomy.BuiltIn.ToJson().GetRawText())!.AsObject();
        document["edition"] = 2;
        document["source"] = "Edition 1 and the policy of the organisation.";
        document["reapproval"] = "30d";
        var tiers = document["tiers"]!.AsArray();
        for (var at = 0; at < 3; at++)
            Fill(tiers[at]!.AsObject(), at == 0 ? "12mo" : "6mo");

        var weighty = tiers[1]!.DeepClone().AsObject();
        weighty["id"] = "weighty";
        weighty["floor"] = "limited";
        weighty["meaning"] = "Much money, little else.";
        weighty["quorum"]!["also"] = new JsonArray("compliance");
        tiers.Insert(2, weighty);
        document.Tier("high")["quorum"]!["also"] = new JsonArray("compliance");
        Rule(document, "weighty-money", "weighty", """
            { "exposureAtLeast": { "USD": "100000", "EUR": "100000", "GBP": "80000", "CHF": "100000" } }
            """);
        alter?.Invoke(document);
        return document;
    }

    public static JsonObject Tier(this JsonObject document, string id) =>
        document["tiers"]!.AsArray().Single(t => (string?)t!["id"] == id)!.AsObject();

    public static void Rule(this JsonObject document, string id, string tier, string when) =>
        document["rules"]!.AsArray().Add(new JsonObject
        {
            ["id"] = id,
            ["tier"] = tier,
            ["when"] = JsonNode.Parse(when),
            ["reason"] = "The policy says so.",
        });

    public static JsonElement Element(this JsonObject document) =>
        JsonDocument.Parse(document.ToJsonString()).RootElement;

    public static ReadEdition Read(this JsonObject document) => TaxonomyReader.Read(document.Element()).Value;

    private static void Fill(JsonObject tier, string often)
    {
        tier["signals"] = new JsonArray();
        tier["evidence"] = new JsonArray();
        tier["reviewEvery"] = often;
        tier["oversight"] = JsonNode.Parse(
            """{ "autonomy": ["answers", "recommends", "decides", "acts"], "offices": [] }""");
    }
}
