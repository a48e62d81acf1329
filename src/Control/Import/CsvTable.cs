using System.Text;

namespace Provost.Control.Import;

/// <summary>A row of a table with its place.</summary>
/// <param name="Line">Where it begins, from 1.</param>
public sealed record CsvRow(int Line, IReadOnlyList<string> Cells);

/// <summary>A table as text (RFC 4180): cells in double quotes may hold separators, quotes (doubled) and line breaks.
/// The separator is a comma; a semicolon where the first line has no comma, as spreadsheets of many countries write.
/// </summary>
public static class CsvTable
{
    /// <summary>The rows that have anything in them.</summary>
    /// <param name="text">The whole table; a byte order mark is skipped.</param>
    /// <param name="broken">The line in which a quoted cell begins that never ends; 0 when there is none.</param>
    public static IReadOnlyList<CsvRow> Read(string text, out int broken)
    {
        ArgumentNullException.ThrowIfNull(text);
        broken = 0;
        var first = text.AsSpan(0, text.AsSpan().IndexOfAny('\r', '\n') is var end and >= 0 ? end : text.Length);
        var separator = first.Contains(',') || !first.Contains(';') ? ',' : ';';
        var (rows, cells, cell) = (new List<CsvRow>(), new List<string>(), new StringBuilder());
        var (line, began, opened, isQuoted) = (1, 1, 0, false);
        for (var i = text.StartsWith('\uFEFF') ? 1 : 0; i < text.Length; i++)
        {
            var c = text[i];
            if (isQuoted)
            {
                if (c == '"' && i + 1 < text.Length && text[i + 1] == '"')
                    cell.Append(text[i++]);
                else if (c == '"')
                    isQuoted = false;
                else
                    cell.Append(c);

                line += c == '\n' ? 1 : 0;
                continue;
            }

            if (c == '"' && cell.Length == 0)
                (isQuoted, opened) = (true, line);
            else if (c == separator)
                Cell();
            else if (c == '\n')
                Row();
            else if (c != '\r')
                cell.Append(c);
        }

        if (isQuoted)
            broken = opened;

        Row();
        return rows;

        void Cell()
        {
            cells.Add(cell.ToString().Trim());
            cell.Clear();
        }

        void Row()
        {
            Cell();
            if (cells.Exists(c => c.Length > 0))
                rows.Add(new CsvRow(began, [.. cells]));

            cells.Clear();
            began = ++line;
        }
    }
}
