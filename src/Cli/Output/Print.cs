using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Provost.Cli.Output;

/// <summary>How answers reach the terminal: as they came with <c>--json</c>, else in words and tables.</summary>
internal static class Print
{
    private const int PipeWidth = 1000;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Prints the answer as JSON, or lets <paramref name="forPeople"/> say it in words.</summary>
    public static int Answer(JsonNode answer, bool json, Action<JsonNode> forPeople)
    {
        if (json)
            Console.Out.WriteLine(answer.ToJsonString(Indented));
        else
            forPeople(answer);
        return 0;
    }

    public static void Line(string text) => Console.Out.WriteLine(text);

    /// <summary>A table of a list's items; a column is a title and the path of a member.</summary>
    public static void Table(JsonNode answer, string empty, params (string Title, string Path)[] columns)
    {
        if (answer["items"] is not JsonArray { Count: > 0 } items)
        {
            Line(empty);
            return;
        }

        var table = new Table().Border(TableBorder.None);
        foreach (var (title, _) in columns)
            table.AddColumn(new TableColumn(new Text(title)));
        foreach (var item in items)
            table.AddRow(columns.Select(c => new Text(Member(item, c.Path))));
        // Into a pipe or a file nothing has to fit: a row is a line there.
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = PipeWidth;
        AnsiConsole.Write(table);
        if ((string?)answer["next"] is { } next)
            Line($"More: --after {next}");
    }

    /// <summary>A member by dotted path as text; arrays joined, nothing as a dash.</summary>
    public static string Member(JsonNode? node, string path)
    {
        foreach (var name in path.Split('.'))
            node = (node as JsonObject)?[name];
        return node switch
        {
            null => "-",
            JsonArray items => items.Count == 0 ? "-" : string.Join(", ", items.Select(i => i?.ToString())),
            _ => node.ToString(),
        };
    }

    /// <summary>What each gateway confirmed.</summary>
    public static void Points(JsonNode answer)
    {
        foreach (var point in answer["points"] as JsonArray ?? [])
        {
            var word = (bool?)point?["confirmed"] == true ? "confirmed" : "NOT confirmed";
            Line($"{point?["point"]}: {word}, {point?["cut"] ?? 0} calls cut");
        }
    }

    /// <summary>Field by field: what changed, from what, to what.</summary>
    public static void Differences(JsonNode? differences)
    {
        foreach (var difference in differences as JsonArray ?? [])
        {
            Line($"  {difference?["path"]}");
            if (difference?["before"] is { } before)
                Line($"    - {before}");
            if (difference?["after"] is { } after)
                Line($"    + {after}");
        }
    }
}
