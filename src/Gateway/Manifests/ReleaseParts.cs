using System.Text.Json.Nodes;

namespace Provost.Gateway.Manifests;

/// <summary>A part of a chain.</summary>
/// <param name="Release">Digest.</param>
public sealed record ReleaseComponent(string System, string Release)
{
    internal static IReadOnlyList<ReleaseComponent> From(JsonObject spec) => spec["components"] is JsonArray
        ? [.. spec.Objects("components").Select(c => new ReleaseComponent(c.Text("system"), c.Text("release")))]
        : [];
}

/// <summary>Data that a release was made, tuned, tested or grounded with.</summary>
/// <param name="Use"><c>training</c>, <c>tuning</c>, <c>evaluation</c> or <c>grounding</c>.</param>
public sealed record ReleaseDataSet(string Name, string Version, string Digest, string Use)
{
    internal static IReadOnlyList<ReleaseDataSet> From(JsonObject spec) => spec["dataSets"] is JsonArray
        ? [.. spec.Objects("dataSets").Select(d => new ReleaseDataSet(
            d.Text("name"), d.Text("version"), d.Text("digest"), d.Text("use")))]
        : [];
}

/// <summary>Where an application's passages come from, as declared: the gateway does not see the index.</summary>
/// <param name="Passages">Which messages of a call hold them; null where they cannot be told apart.</param>
public sealed record ReleaseRetrieval(string Index, string Version, string? Digest, PassageSelector? Passages)
{
    internal static ReleaseRetrieval? From(JsonObject spec) => spec["retrieval"] is JsonObject retrieval
        ? new ReleaseRetrieval(
            retrieval.Text("index"), retrieval.Text("version"), retrieval.OptionalText("digest"),
            retrieval.OptionalText("passages") is { } passages ? PassageSelector.Parse(passages) : null)
        : null;
}

/// <summary>Weights on top of a model.</summary>
public sealed record ReleaseAdapter(string Name, string Digest);

/// <summary>An agent's permission to use a tool.</summary>
public sealed record ToolGrant(string Purpose, DateOnly ReviewBy);

/// <summary>What a vendor's endpoint is approved under.</summary>
/// <param name="Pays"><c>us</c>, <c>provider</c> or <c>shared</c>.</param>
public sealed record ReleaseTerms(
    string Endpoint, int NoticeDays, bool Reapproval, string Pays, string Contact, string Contract)
{
    internal static ReleaseTerms? From(JsonObject spec) => spec["terms"] is JsonObject terms
        ? new ReleaseTerms(
            spec.Text("endpoint"), (int)terms.Integer("noticeDays"), terms.Flag("reapproval"), terms.Text("pays"),
            terms.Text("contact"), terms.Text("contract"))
        : null;
}
