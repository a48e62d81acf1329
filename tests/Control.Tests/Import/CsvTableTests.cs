using System.Text;
using Provost.Control.Import;

namespace Provost.Control.Tests.Import;

public sealed class CsvTableTests
{
    [Theory]
    [InlineData("a,b\nc,d", "a|b;c|d")]
    [InlineData("\uFEFFa,b\r\nc,d\r\n", "a|b;c|d")]
    [InlineData("a;b\nc;\"d;e\"", "a|b;c|d;e")]
    [InlineData("a,b\n\n , \n\"c\nc\",\"d\"\"d\"", "a|b;c\nc|d\"d")]
    [InlineData("a,,\n", "a||")]
    public void Tables_of_spreadsheets_are_read(string text, string expected) => Assert.Equal(
        expected, string.Join(';', CsvTable.Read(text, out _).Select(r => string.Join('|', r.Cells))));

    [Fact]
    public void Lines_are_counted_through_cells_that_hold_line_breaks()
    {
        var rows = CsvTable.Read("a,b\n\"c\n\nc\",d\n\ne,f\n", out var broken);
        Assert.Equal([1, 2, 6], rows.Select(r => r.Line));
        Assert.Equal(0, broken);
    }

    [Fact]
    public void A_cell_that_never_ends_is_told_with_the_line_it_begins_in()
    {
        CsvTable.Read("a,b\nc,\"d\ne,f\n", out var broken);
        Assert.Equal(2, broken);
    }

    [Fact]
    public void What_is_written_by_the_rules_is_read_back_cell_by_cell()
    {
        var random = new Random(20261121);
        for (var round = 0; round < 500; round++)
        {
            var table = Enumerable.Range(0, 1 + random.Next(4)).Select(_ =>
                Enumerable.Range(0, 2).Select(_ => "x" + Cell(random) + "x").ToArray()).ToList();
            var text = new StringBuilder("one,two\n");
            foreach (var row in table)
                text.AppendJoin(',', row.Select(c => $"\"{c.Replace("\"", "\"\"")}\"")).Append("\r\n");

            Assert.Equal(table, CsvTable.Read(text.ToString(), out _).Skip(1).Select(r => r.Cells.ToArray()));
        }
    }

    private static string Cell(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => ",;\"\n\r aé"[random.Next(8)]));
}
