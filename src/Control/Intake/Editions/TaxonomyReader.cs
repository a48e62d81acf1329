using System.Text.Json;
using Provost.Control.Governance;
using Provost.Ledger.Statements;

namespace Provost.Control.Intake.Editions;

/// <summary>An edition that was read and found sound.</summary>
/// <param name="Document">As it stands in the log.</param>
/// <param name="Digest">Of its canonical JSON: what persons sign.</param>
public sealed record ReadEdition(Taxonomy Rules, JsonElement Document, string Digest);

/// <summary>Reads editions strictly: unknown, repeated and empty members are faults, each with its place.</summary>
public static class TaxonomyReader
{
    /// <summary>Longest edition, as canonical JSON: it stands in one entry of the log.</summary>
    public const int MostBytes = 40_000;

    private const int LongestText = 200_000;
    private const string Whole = "provost taxonomy show --json prints one that is whole; docs/taxonomy.md explains it.";

    /// <summary>An edition from the text of a file.</summary>
    public static Answer<ReadEdition> Read(string text, string file)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > LongestText)
            return TooLong(file);

        try
        {
            // Strict about repeated members first: a value that was parsed once has forgotten them.
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return Read(document.RootElement, file);
        }
        catch (JsonException broken)
        {
            return Bad([Place(broken, file)]);
        }
        catch (Exception broken) when (broken is InvalidOperationException or FormatException or ArgumentException)
        {
            // half a character, say, which JSON's grammar lets through and nobody can read
            return Bad([new FaultDetail("", $"It cannot be read: {broken.Message}", Whole, file)]);
        }
    }

    /// <summary>An edition as the log holds it.</summary>
    internal static Answer<ReadEdition> Read(JsonElement document, string? file = null)
    {
        if (FindNull(document, "") is { } empty)
            return Bad([new FaultDetail(empty, "There is nothing there.", "Leave the member out, or fill it.", file)]);

        TaxonomyData? data;
        try
        {
            data = document.Deserialize(TaxonomyJson.Default.TaxonomyData);
        }
        catch (JsonException broken)
        {
            return Bad([Place(broken, file)]);
        }

        if (data is null)
            return Bad([new FaultDetail("", "It is no edition.", Whole, file)]);

        var canonical = CanonicalJson.From(document);
        if (canonical.Length > MostBytes)
            return TooLong(file);

        var (rules, faults) = Taxonomy.Read(data);
        return rules is null
            ? Bad([.. faults.Select(f => f with { File = file })])
            : new ReadEdition(rules, document.Clone(), Digest.Of(canonical));
    }

    private static string? FindNull(JsonElement value, string path) => value.ValueKind switch
    {
        JsonValueKind.Null => path,
        JsonValueKind.Object => value.EnumerateObject()
            .Select(m => FindNull(m.Value, path.Length == 0 ? m.Name : $"{path}.{m.Name}"))
            .FirstOrDefault(found => found is not null),
        JsonValueKind.Array => value.EnumerateArray().Select((item, at) => FindNull(item, $"{path}[{at}]"))
            .FirstOrDefault(found => found is not null),
        _ => null,
    };

    private static FaultDetail Place(JsonException broken, string? file) => new(
        broken.Path ?? "", Words(broken.Message), Whole, file,
        (int)(broken.LineNumber ?? -1) + 1, (int)(broken.BytePositionInLine ?? -1) + 1);

    /// <summary>What the framework said, without the names of types and without the place, which stands beside
    /// it.</summary>
    private static string Words(string said)
    {
        const string Missing = "including: ";
        var plain = said.Split(" Path: ")[0].Split(" LineNumber: ")[0];
        if (plain.Contains("could not be converted", StringComparison.Ordinal))
            return "Another form belongs here: a text, a number, a list or an object.";

        var quoted = plain.Split('\'').ElementAtOrDefault(1);
        if (plain.Contains("could not be mapped", StringComparison.Ordinal))
            return $"An edition has no member '{quoted}' here.";

        if (plain.StartsWith("Duplicate property", StringComparison.Ordinal))
            return $"'{quoted}' stands there twice.";

        var at = plain.IndexOf(Missing, StringComparison.Ordinal);
        return at < 0 ? plain : $"Members are missing: {plain[(at + Missing.Length)..]}";
    }

    private static GovernanceFault TooLong(string? file) => Bad(
        [new FaultDetail("", $"An edition has at most {MostBytes} bytes.", "Shorten its meanings and reasons.", file)]);

    private static GovernanceFault Bad(IReadOnlyList<FaultDetail> details) => new(
        FaultKind.Invalid, "provost.taxonomy.invalid",
        details.Count == 1 ? "The edition has one error." : $"The edition has {details.Count} errors.",
        "Each error says where it is and what to write instead.")
    { Details = details };
}
