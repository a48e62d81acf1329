using Provost.Gateway.Manifests.Schema;

namespace Provost.Gateway.Manifests;

/// <summary>The keys of a Release document by kind of system: those that add to an LLM application, or are made of
/// other systems, and where each is found.</summary>
internal static class ReleaseKinds
{
    private const string Envelope = "envelope";

    /// <summary>The keys of an LLM application for kinds of which nothing varies without approval: no
    /// envelope.</summary>
    private static IEnumerable<Field> Unvaried => ReleaseSchema.Llm.Fields.Where(f => f.Name != Envelope);

    private static string[] UnvariedLacking => [.. ReleaseSchema.LackingKeys, Envelope];

    /// <summary>The spec of an agent: an LLM application whose tools are each granted.</summary>
    public static ObjectType Agent { get; } = new("a mapping",
    [
        .. Unvaried.Select(f => f.Name == "tools"
            ? new Field("tools", new ListType(GrantedTool(), min: 1, max: 128),
                "Tools the agent is offered, in order, exactly; each with its grant.") { Required = true }
            : f),
    ], UnvariedLacking);

    /// <summary>The spec of a vendor's endpoint that is used as it is.</summary>
    public static ObjectType Vendor { get; } = new("a mapping",
    [
        new("endpoint", UrlType.Instance, "The vendor's address, as the contract names it.") { Required = true },
        new("terms", new ObjectType("a mapping",
        [
            new("noticeDays", new IntegerType(0, 3650),
                "Days between a notice and the end of a model, at least.") { Required = true },
            new("reapproval", BooleanType.Instance,
                "Whether another model under the same contract needs a new approval.") { Required = true },
            new("pays", new ChoiceType("payer", ["us", "provider", "shared"], []),
                "Who pays for evaluating a replacement.") { Required = true },
            new("contact", UrlType.Instance, "Where the vendor takes incidents.") { Required = true },
            new("contract", new TextType(200), "Where the terms stand.") { Required = true },
        ]), "The terms it is approved under.") { Required = true },
        .. Unvaried,
    ], UnvariedLacking);

    /// <summary>The spec of a chain: systems that answer together. Each serves under its own warrant; the chain's says
    /// that they were approved together.</summary>
    public static ObjectType Chain { get; } = new("a mapping",
    [
        new("components", new ListType(new ObjectType("a component",
        [
            new("system", TokenType.Name, "Name of the system.") { Required = true },
            new("release", DigestType.Instance, "The release that was approved as a part.") { Required = true },
        ]), min: 1, max: 64), "The parts, in the order of the flow.") { Required = true },
        ReleaseSchema.Evaluation(),
        .. ReleaseSchema.Lineage(),
        ReleaseSchema.Approval(),
    ],
    [
        .. ReleaseSchema.LackingKeys.Where(k => k != "components"), "model", "prompt", "tools", "retrieval",
        "guardrails", "thresholds", "fallback", "onBreach", Envelope,
    ]);

    /// <summary>Every kind with its schema.</summary>
    public static IReadOnlyList<(string Kind, ObjectType Schema)> All { get; } =
    [
        ("llm", ReleaseSchema.Llm), ("model", ReleaseSchema.Model), ("agent", Agent), ("vendor", Vendor),
        ("chain", Chain),
    ];

    /// <summary>The schema of a kind's releases, null for a kind that this build lacks.</summary>
    public static ObjectType? ForKind(string kind) => All.FirstOrDefault(k => k.Kind == kind).Schema;

    private static ObjectType GrantedTool() => new("a granted tool",
    [
        .. ReleaseSchema.Tool().Fields,
        new("grant", new ObjectType("a grant",
        [
            new("purpose", new TextType(300), "What the agent may use it for.") { Required = true },
            new("reviewBy", DayType.Instance, "The day by which somebody looks at it again.") { Required = true },
        ], ["bounds", "limits"]), "The permission to use it.") { Required = true },
    ], ["schema", "bounds", "reviewBy", "grants"]);
}
