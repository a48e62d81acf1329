using Provost.Control.Governance;
using Provost.Control.Intake;

namespace Provost.Control.Import;

/// <summary>A column of an inventory.</summary>
/// <param name="Path">Where the manifest says the same; faults there are told of the column.</param>
/// <param name="IsRequired">Whether it must be there and filled: what is unknown is never harmless.</param>
/// <param name="Meaning">One sentence for the documentation.</param>
public sealed record InventoryColumn(
    string Name, string Path, bool IsRequired, string Meaning, Func<IntakeAnswers, string, IntakeAnswers> Put);

/// <summary>A row of an inventory as answers.</summary>
/// <param name="Line">Where it stands, from 1.</param>
public sealed record InventoryRow(int Line, IntakeAnswers Answers);

/// <summary>Reads a list of systems out of a spreadsheet's export.</summary>
public static class Inventory
{
    /// <summary>Longest text, in characters.</summary>
    public const int MaxLength = 1 << 20;

    /// <summary>Most systems of one file.</summary>
    public const int MaxRows = 2000;

    /// <summary>All columns; the order in a file is free.</summary>
    public static IReadOnlyList<InventoryColumn> Columns { get; } =
    [
        new("name", "metadata.name", true, "The system's name, for good.", (a, c) => a with { Name = c }),
        new("unit", "metadata.unit", true, "The unit that runs it.", (a, c) => a with { Unit = c }),
        new("kind", "spec.kind", true, "llm, model, agent, vendor or chain.", (a, c) => a with { Kind = c }),
        new("purpose", "spec.purpose", true, "What it is for.", (a, c) => a with { Purpose = c }),
        new("business_owner", "spec.owners.business", true, "A live person's mail address.",
            (a, c) => a with { Business = c }),
        new("technical_owner", "spec.owners.technical", true, "A live person's mail address.",
            (a, c) => a with { Technical = c }),
        new("population", "spec.intake.population", true, "Whom it decides about.",
            (a, c) => a with { Population = c }),
        new("exposure", "spec.intake.exposure", true, "Money at stake, as 50000 USD.",
            (a, c) => a with { Exposure = c }),
        new("data_classes", "spec.intake.dataClasses", true, "Words of the taxonomy, separated by |.",
            (a, c) => a with { DataClasses = Items(c) }),
        new("autonomy", "spec.intake.autonomy", true, "answers, recommends, decides or acts.",
            (a, c) => a with { Autonomy = c }),
        new("annex_iii", "spec.intake.annexIII", true, "Area of the EU AI Act's Annex III, or none.",
            (a, c) => a with { AnnexIII = c }),
        new("practices", "spec.intake.practices", false, "Forbidden practices it takes part in, separated by |.",
            (a, c) => a with { Practices = Items(c) }),
        new("environments", "spec.environments", false, "Where it may serve, separated by |; production when empty.",
            (a, c) => a with { Environments = Items(c) }),
        new("deputy", "spec.owners.deputy", false, "A live person's mail address.", (a, c) => a with { Deputy = c }),
        new("security_contact", "spec.contacts.security", false, "A mail address.",
            (a, c) => a with { SecurityContact = c }),
        new("compliance_contact", "spec.contacts.compliance", false, "A mail address.",
            (a, c) => a with { ComplianceContact = c }),
        new("data_contact", "spec.contacts.data", false, "A mail address.", (a, c) => a with { DataContact = c }),
        new("data_sources", "spec.dataSources", false, "name:class each, separated by |.",
            (a, c) => a with { DataSources = Items(c) }),
        new("retention_class", "spec.retention.class", false, "Its retention class; standard when empty.",
            (a, c) => a with { RetentionClass = c }),
        new("keep", "spec.retention.keep", false, "How long records stay; 6mo when empty.",
            (a, c) => a with { Keep = c }),
    ];

    /// <summary>The column that the manifest's path stands for; null where it is none.</summary>
    public static string? ColumnOf(string path) => Columns
        .Where(c => path == c.Path || path.StartsWith(c.Path + ".", StringComparison.Ordinal)
            || path.StartsWith(c.Path + "[", StringComparison.Ordinal))
        .MaxBy(c => c.Path.Length)?.Name;

    /// <summary>The rows, each as answers; faults of form are added to <paramref name="faults"/> with their
    /// lines.</summary>
    public static IReadOnlyList<InventoryRow> Read(string file, string csv, List<FaultDetail> faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        var table = CsvTable.Read(csv, out var broken);
        if (broken > 0)
        {
            faults.Add(new FaultDetail(
                "", "A quoted cell begins here and never ends.", "Close it with a double quote.", file, broken));
            return [];
        }

        if (table.Count < 2 || table.Count > MaxRows + 1)
        {
            faults.Add(new FaultDetail(
                "", table.Count < 2 ? "There is no system in it." : $"It has more than {MaxRows} systems.",
                "The first line names the columns; each further line is a system.", file, 1));
            return [];
        }

        var columns = Header(file, table[0], faults);
        if (faults.Count > 0)
            return [];

        var rows = new List<InventoryRow>();
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var row in table.Skip(1))
        {
            if (Row(file, row, columns, faults) is not { } read)
                continue;

            if (!lines.TryAdd(read.Answers.Name, row.Line))
            {
                faults.Add(new FaultDetail(
                    "name", $"{read.Answers.Name} stands in line {lines[read.Answers.Name]} already.",
                    "One line is one system; give the other a name of its own.", file, row.Line));
                continue;
            }

            rows.Add(read);
        }

        return rows;
    }

    private static List<InventoryColumn?> Header(string file, CsvRow header, List<FaultDetail> faults)
    {
        var columns = header.Cells.Select(cell => Columns.FirstOrDefault(
            c => c.Name.Equals(cell.Replace(' ', '_'), StringComparison.OrdinalIgnoreCase))).ToList();
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i] is null)
            {
                faults.Add(new FaultDetail(
                    header.Cells[i], $"There is no column \"{header.Cells[i]}\".",
                    $"Leave it out, or name it: {string.Join(", ", Columns.Select(c => c.Name))}.", file, header.Line));
            }
            else if (columns.IndexOf(columns[i]) < i)
            {
                faults.Add(new FaultDetail(
                    columns[i]!.Name, $"The column {columns[i]!.Name} stands twice.", "Keep one of them.", file,
                    header.Line));
            }
        }

        faults.AddRange(Columns.Where(c => c.IsRequired && !columns.Contains(c)).Select(c => new FaultDetail(
            c.Name, $"The column {c.Name} is missing.", c.Meaning, file, header.Line)));
        return columns;
    }

    private static InventoryRow? Row(
        string file, CsvRow row, List<InventoryColumn?> columns, List<FaultDetail> faults)
    {
        if (row.Cells.Count != columns.Count)
        {
            faults.Add(new FaultDetail(
                "", $"The line has {row.Cells.Count} cells, the first has {columns.Count}.",
                "Put cells that hold the separator in double quotes.", file, row.Line));
            return null;
        }

        var (answers, before) = (new IntakeAnswers { Environments = ["production"] }, faults.Count);
        for (var i = 0; i < columns.Count; i++)
        {
            if (row.Cells[i].Length > 0)
            {
                answers = columns[i]!.Put(answers, row.Cells[i]);
            }
            else if (columns[i]!.IsRequired)
            {
                faults.Add(new FaultDetail(
                    columns[i]!.Name, $"{columns[i]!.Name} is empty.", columns[i]!.Meaning, file, row.Line));
            }
        }

        return faults.Count == before ? new InventoryRow(row.Line, answers) : null;
    }

    private static IReadOnlyList<string> Items(string cell) =>
        cell.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
