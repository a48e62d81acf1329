using Provost.Control.Graph;

namespace Provost.WebConsole.Graph;

/// <summary>Where the picture puts what: a column for each number of steps, drawn on the server.</summary>
/// <param name="Boxes">The first is what was asked about.</param>
/// <param name="Left">How many nodes the picture leaves out; the list has them all.</param>
public sealed record GraphShape(
    int Width, int Height, IReadOnlyList<GraphBox> Boxes, IReadOnlyList<GraphLine> Lines, int Left)
{
    public const int BoxWidth = 180;
    public const int BoxHeight = 34;

    private const int Gap = 60;
    private const int Row = 44;
    private const int MostColumns = 4;
    private const int MostRows = 12;
    private const int LongestName = 24;

    /// <summary>The picture of an answer.</summary>
    public static GraphShape Of(GraphAnswer answer)
    {
        var columns = answer.Items.Where(i => i.Depth <= MostColumns).GroupBy(i => i.Depth).OrderBy(g => g.Key)
            .Select(g => g.Take(MostRows).ToList()).ToList();
        var height = Math.Max(1, columns.Count == 0 ? 1 : columns.Max(c => c.Count)) * Row;
        var boxes = new List<GraphBox>
        {
            Box(answer.Kind, answer.Name, 0, (height - BoxHeight) / 2),
        };
        var at = new Dictionary<string, GraphBox> { [$"{answer.Kind}:{answer.Name}"] = boxes[0] };
        var lines = new List<GraphLine>();
        for (var column = 0; column < columns.Count; column++)
        {
            var top = (height - (columns[column].Count * Row)) / 2;
            for (var row = 0; row < columns[column].Count; row++)
            {
                var item = columns[column][row];
                var box = Box(
                    item.Kind, item.Name, (column + 1) * (BoxWidth + Gap), top + (row * Row) + ((Row - BoxHeight) / 2));
                boxes.Add(box);
                at[$"{item.Kind}:{item.Name}"] = box;
                if (at.TryGetValue(item.Via, out var from))
                {
                    lines.Add(new GraphLine(
                        from.X + BoxWidth, from.Y + (BoxHeight / 2), box.X, box.Y + (BoxHeight / 2)));
                }
            }
        }

        return new GraphShape(
            boxes.Max(b => b.X) + BoxWidth, height, boxes, lines, answer.Items.Count - boxes.Count + 1);
    }

    private static GraphBox Box(string kind, string name, int x, int y) => new(
        kind, name, name.Length <= LongestName ? name : "…" + name[^(LongestName - 1)..], x, y);
}

/// <param name="Short">The name as the box has room for it.</param>
public sealed record GraphBox(string Kind, string Name, string Short, int X, int Y);

public sealed record GraphLine(int X1, int Y1, int X2, int Y2);
