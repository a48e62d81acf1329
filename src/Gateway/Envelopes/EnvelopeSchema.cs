using Provost.Gateway.Manifests.Schema;

namespace Provost.Gateway.Envelopes;

/// <summary>The keys of <c>spec.envelope</c>: what may vary without another approval, and on what evidence.</summary>
internal static class EnvelopeSchema
{
    private const long Hour = 3_600_000;
    private const decimal Widest = 1_000_000;

    public static ObjectType Type { get; } = new("a mapping",
    [
        new("vary", new ObjectType("a mapping",
        [
            new("prompts", new ListType(new ObjectType("a text",
            [
                new("file", new TextType(500), "One of the prompt's files; its holes stay.") { Required = true },
                new("max", new IntegerType(1, 1_000_000), "Longest text, in Unicode characters.") { Required = true },
            ]), max: 16), "Approved texts that may read otherwise.") { Default = "[]" },
            new("parameters", new MapType(TokenType.Key, new ObjectType("a range",
            [
                new("min", new DecimalType(-Widest, Widest), "Least value.") { Required = true },
                new("max", new DecimalType(-Widest, Widest), "Greatest value.") { Required = true },
            ])), "Parameters of the model that may be other numbers.") { Default = "{}" },
            new("adapters", new ListType(TokenType.ModelName, max: 16, unique: true),
                "Names of adapters whose weights may be others.") { Default = "[]" },
            new("dataSets", new ListType(TokenType.Name, max: 64, unique: true),
                "Names of data sets whose version and digest may be others: what grounds it, what it was trained with.")
            { Default = "[]" },
            new("retrieval", BooleanType.Instance,
                "Whether the index of passages may be of another version and digest; its name and messages stay.")
            { Default = "false" },
            new("retraining", BooleanType.Instance,
                "Whether version, artifact and data of a scoring model may be others; its code and features stay.")
            { Default = "false" },
        ]), "The parts that may vary, each with its bounds; everything else stays as approved.") { Required = true },
        new("minimum", new MapType(TokenType.Key, new DecimalType(0, 1_000_000)),
            "Measure to the least value that a test by the server must prove of each variant.") { Required = true },
        new("perDay", new IntegerType(1, 100), "Most variants of a day, in UTC.") { Required = true },
        new("until", DayType.Instance, "The envelope's last day, in UTC; its variants end with it.")
        { Required = true },
        new("lasts", new DurationType(Hour, 31 * 24 * Hour),
            "How long a variant's warrant lasts from its issue.") { Default = "604800000" },
    ]);

    /// <summary>The key of a release.</summary>
    public static Field Field() => new("envelope", Type,
        "What may vary without another approval by persons: each variant names this release as its parent.");
}
