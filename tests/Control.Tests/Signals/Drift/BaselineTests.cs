using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Provost.Control.Signals.Drift;

namespace Provost.Control.Tests.Signals.Drift;

public sealed class BaselineTests
{
    private static readonly FeatureColumn[] Columns = [new("gre", IsNumber: true), new("dept", IsNumber: false)];

    [Fact]
    public void Deciles_of_a_hundred_numbers_make_ten_even_bins()
    {
        var rows = Enumerable.Range(1, 100).Select(i => Row(i, i % 2 == 0 ? "A" : "B"));
        var baseline = Baseline.From(Columns, [.. rows]);
        Assert.Equal(["10", "20", "30", "40", "50", "60", "70", "80", "90"], baseline.Features[0].Cuts);
        Assert.Equal([10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 0], baseline.Features[0].Counts);
        Assert.Equal(["A", "B"], baseline.Features[1].Cuts);
        Assert.Equal([50, 50, 0, 0], baseline.Features[1].Counts);
    }

    [Fact]
    public void Equal_edges_merge_and_the_largest_value_makes_no_empty_bin()
    {
        var baseline = Baseline.From(Columns, [.. Enumerable.Range(0, 100).Select(i => Row(i < 70 ? 1 : 2, "A"))]);
        Assert.Equal(["1"], baseline.Features[0].Cuts);
        Assert.Equal([70, 30, 0], baseline.Features[0].Counts);
    }

    [Fact]
    public void A_bin_holds_its_upper_edge()
    {
        var bins = FrozenBins.Numbers("x", ["1", "2.5"], [1, 1, 1, 0]);
        Assert.Equal([0, 0, 1, 1, 2, 3], new[] { 0.5, 1, 1.1, 2.5, 2.6, double.PositiveInfinity }
            .Select(v => bins.BinOf(FeatureValue.Of(v))));
        Assert.Equal(3, bins.BinOf(FeatureValue.Of("words")));
        Assert.Equal(1, bins.BinOf(FeatureValue.Of("2")));
    }

    [Fact]
    public void A_category_has_a_bin_for_each_value_for_others_and_for_missing()
    {
        var bins = FrozenBins.Categories("x", ["1", "A"], [1, 1, 0, 0]);
        Assert.Equal([0, 1, 2, 3], new[] { FeatureValue.Of(1), FeatureValue.Of("A"), FeatureValue.Of("B"),
            FeatureValue.Missing }.Select(bins.BinOf));
    }

    [Fact]
    public void Edges_of_any_size_are_decimals_without_exponent()
    {
        var baseline = Baseline.From(
            [new FeatureColumn("x", IsNumber: true)],
            [.. Enumerable.Range(1, 50).Select(i => (IReadOnlyList<FeatureValue>)[FeatureValue.Of(i * 1e-7)])]);
        Assert.All(baseline.Features[0].Cuts, cut => Assert.Matches("^0\\.[0-9]+$", cut));
        Assert.Equal(5, baseline.Features[0].Counts[0]);
    }

    [Fact]
    public void Reads_back_what_it_wrote_for_any_rows() =>
        Prop.ForAll(Rows(), rows =>
        {
            var baseline = Baseline.From(Columns, rows);
            var json = baseline.ToJson();
            return Baseline.Read(json).ToJson().SequenceEqual(json)
                && baseline.Features.All(f => f.Counts.Sum() == rows.Count);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Rows_counted_in_parts_and_in_any_order_are_the_rows_counted_at_once() =>
        Prop.ForAll(Rows(), Gen.Choose(0, 50).ToArbitrary(), (rows, cut) =>
        {
            var baseline = Baseline.From(Columns, rows);
            var named = rows.Select(Named).ToList();
            var at = Math.Min(cut, named.Count);
            var whole = baseline.Count(named);
            var left = baseline.Count([.. named.Take(at).Reverse()]);
            var right = baseline.Count([.. named.Skip(at)]);
            return whole.Rows == right.Rows + left.Rows && Enumerable.Range(0, Columns.Length).All(f =>
                whole.Bins[f].SequenceEqual(right.Bins[f].Zip(left.Bins[f], (a, b) => a + b)));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("""{"v":2,"n":1,"features":[]}""")]
    [InlineData("""{"n":1,"features":[]}""")]
    [InlineData("""{"v":1,"n":1,"features":[{"name":"x","kind":"text"}]}""")]
    [InlineData("""{"v":1,"n":2,"features":[{"name":"x","kind":"number","edges":["2","1"],"counts":[1,1,0,0]}]}""")]
    [InlineData("""{"v":1,"n":2,"features":[{"name":"x","kind":"number","edges":["2"],"counts":[1,1]}]}""")]
    [InlineData("""{"v":1,"n":9,"features":[{"name":"x","kind":"number","edges":["2"],"counts":[1,1,0]}]}""")]
    [InlineData("""{"v":1,"n":2,"features":[{"name":"x","kind":"category","values":["a","a"],"counts":[1,1,0,0]}]}""")]
    [InlineData("nothing")]
    public void Refuses_what_is_no_baseline(string json) =>
        Assert.Throws<FormatException>(() => Baseline.Read(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData(
        """
        {"inputs":[{"name":"gre","shape":[2],"datatype":"FP64","data":[1,2]},
        {"name":"dept","shape":[2,1],"datatype":"BYTES","data":[["A"],["B"]]}]}
        """)]
    [InlineData("""[{"name":"all","shape":[2,2],"datatype":"BYTES","data":[[1,"A"],[2,"B"]]}]""")]
    [InlineData("""[{"name":"all","shape":[2,2],"datatype":"BYTES","data":[1,"A",2,"B"]}]""")]
    public void Reads_the_rows_of_a_scoring_request_in_either_form(string json)
    {
        var rows = TensorFeatures.Read(JsonDocument.Parse(json).RootElement, ["gre", "dept"]);
        Assert.NotNull(rows);
        Assert.Equal([1, 2], rows.Select(r => r["gre"].Number));
        Assert.Equal(["A", "B"], rows.Select(r => r["dept"].Text));
    }

    [Theory]
    [InlineData("""{"inputs":[]}""")]
    [InlineData("""{"inputs":7}""")]
    [InlineData("""[{"name":"a","shape":[2],"data":[1,2]},{"name":"b","shape":[1],"data":[1]}]""")]
    [InlineData("""[{"name":"a","shape":[1,3],"data":[1,2,3]}]""")]
    [InlineData("""[{"name":"a","shape":["x",2],"data":[1,2]}]""")]
    public void Rows_that_cannot_be_read_are_not_rows_without_drift(string json) =>
        Assert.Null(TensorFeatures.Read(JsonDocument.Parse(json).RootElement, ["gre", "dept"]));

    private static Arbitrary<IReadOnlyList<IReadOnlyList<FeatureValue>>> Rows() =>
        Gen.Select<int, IReadOnlyList<FeatureValue>>(
            Gen.Choose(-60, 60), i => Row(i % 7 == 0 ? double.NaN : i / 8.0, i % 5 == 0 ? null : $"v{i % 11}"))
        .NonEmptyListOf()
        .Select(rows => (IReadOnlyList<IReadOnlyList<FeatureValue>>)[.. rows])
        .ToArbitrary();

    private static IReadOnlyList<FeatureValue> Row(double gre, string? dept) =>
        [FeatureValue.Of(gre), FeatureValue.Of(dept)];

    private static IReadOnlyDictionary<string, FeatureValue> Named(IReadOnlyList<FeatureValue> row) =>
        Columns.Select((c, i) => (c.Name, Value: row[i])).ToDictionary(p => p.Name, p => p.Value);
}
