using Provost.Gateway.Manifests.Schema;

namespace Provost.Gateway.Manifests;

/// <summary>The keys of a System document. One table: the reader, the reference page and the tests go by it.</summary>
internal static class SystemSchema
{
    public const string Kind = "System";

    /// <summary>Schema of terms.json.</summary>
    public const string TermsId = "provost.terms/1";

    public static readonly ChoiceType Kinds = new("kind", ["model", "llm", "agent", "vendor", "chain"], []);

    /// <summary>What a runbook or a breach may do. Reported per enforcement point when it happened.</summary>
    public static readonly ChoiceType Actions =
        new("action", ["page", "fallback", "rollback", "pause", "kill"], ["notify", "throttle", "block"]);

    private const long Day = 86_400_000;

    public static ObjectType Metadata { get; } = new("a mapping",
    [
        new("name", TokenType.Name, "The system's name, for good.") { Required = true },
        new("unit", TokenType.Name, "The unit that runs it: a label for lists, not a border.") { Required = true },
    ]);

    /// <summary>What is approved: everything but owners and escalation, which take effect when they are
    /// accepted.</summary>
    public static ObjectType Terms { get; } = new("a mapping", [.. TermFields()],
        ["limits", "consumers", "review", "tests"]);

    public static ObjectType Spec { get; } = new("a mapping",
        [.. TermFields(), .. PeopleFields()], Terms.Lacking);

    private static IEnumerable<Field> PeopleFields() =>
    [
        new("owners", new ObjectType("a mapping",
        [
            new("business", MailType.Instance, "Answers for the purpose; one live person.") { Required = true },
            new("technical", MailType.Instance, "Paged first; one live person.") { Required = true },
            new("deputy", MailType.Instance, "Paged when the technical owner does not answer."),
        ]), "Who is responsible. In force when each has accepted.") { Required = true },
        new("escalation", new ListType(new ObjectType("an escalation step",
        [
            new("role", new ChoiceType("role", ["technical", "deputy", "business"], []),
                "Who is paged.") { Required = true },
            new("after", new DurationType(0, 7 * Day), "How long after the breach.") { Required = true },
        ]), min: 1, max: 8), "Who is paged when; omitted: technical at once, deputy after 10m, business after 20m."),
    ];

    private static IEnumerable<Field> TermFields() =>
    [
        new("kind", Kinds,
            "What is governed: a scoring model, an LLM application, an agent, a vendor's endpoint, a chain.")
        { Required = true },
        new("purpose", new TextType(2000), "What it is for, in one sentence.") { Required = true },
        new("environments", new ListType(TokenType.Name, min: 1, max: 16, unique: true),
            "Where it may serve.") { Required = true },
        new("contacts", new ObjectType("a mapping",
        [
            new("security", MailType.Instance, "Security contact."),
            new("compliance", MailType.Instance, "Compliance contact."),
            new("data", MailType.Instance, "Data protection contact."),
        ]), "Whom other functions name for it.") { Default = "{}" },
        new("intake", Intake(), "The answers that set the risk tier.") { Required = true },
        new("dataSources", new ListType(new ObjectType("a data source",
        [
            new("name", TokenType.Name, "Name of the source.") { Required = true },
            new("class", TokenType.Name, "Its data class.") { Required = true },
        ])), "What it reads.") { Default = "[]" },
        new("downstream", new ListType(new ObjectType("a system",
        [
            new("system", TokenType.Name, "Name of the system.") { Required = true },
        ])), "Who uses its answers.") { Default = "[]" },
        new("subject", TokenType.Path, "Where the person decided about stands in the request."),
        new("cohorts", new MapType(TokenType.Key, TokenType.Path, max: 16),
            "Cohort name to its place in the request.") { Default = "{}" },
        new("dataClass", TokenType.Path, "Where the request says its data class."),
        new("runbook", new ListType(new ObjectType("a runbook step",
        [
            new("action", Actions, "What the person on call can do, in one step.") { Required = true },
        ], ["channel"]), max: 16), "Steps for the person on call, in order.") { Default = "[]" },
        new("retention", new ObjectType("a mapping",
        [
            new("class", TokenType.Name,
                "Retention class: records of a class are erased together.") { Required = true },
            new("keep", KeepType.Instance, "How long records stay; the tier sets a minimum.") { Required = true },
            new("capture", new ChoiceType("capture", ["full", "redacted", "digest"], []),
                "What is kept of texts: all, what guardrails left, or the commitment only.")
            {
                Default = "\"redacted\"",
            },
            new("jurisdictions", new ListType(new TextType(20), min: 1, max: 16, unique: true),
                "Places whose law sets a least term, as the retention schedule names them: EU, US."),
        ]), "How long and how much is recorded.") { Required = true },
        new("failMode", new ChoiceType("fail mode", ["closed", "fallback", "open"], []),
            "What happens when the gateway cannot decide; open only in the lowest tier.") { Default = "\"closed\"" },
    ];

    private static ObjectType Intake() => new("a mapping",
    [
        new("population", new TextType(500), "Whom it decides about.") { Required = true },
        new("exposure", MoneyType.Instance, "Money at stake in the worst case.") { Required = true },
        new("dataClasses", new ListType(TokenType.Name, min: 1, max: 16, unique: true),
            "Classes of data it sees, from the taxonomy.") { Required = true },
        new("autonomy", new ChoiceType("autonomy", ["answers", "recommends", "decides", "acts"], []),
            "How much it does alone.") { Required = true },
        new("annexIII", TokenType.Name, "Area of the EU AI Act's Annex III, or none.") { Required = true },
        new("practices", new ListType(TokenType.Name, max: 16, unique: true),
            "Practices of the taxonomy's list of forbidden uses that it takes part in.") { Default = "[]" },
    ]);
}
