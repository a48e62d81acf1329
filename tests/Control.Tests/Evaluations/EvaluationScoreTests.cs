using System.Text;
using Provost.Control.Evaluations;

namespace Provost.Control.Tests.Evaluations;

public sealed class EvaluationScoreTests
{
    [Theory]
    [InlineData("""{"question":"q","expect":"five days"}""", "It takes FIVE  days.", true)]
    [InlineData("""{"question":"q","expect":"five days"}""", "It takes four days.", false)]
    [InlineData("""{"question":"q","expect":{"contains":["five","paid"]}}""", "Five days, the way you paid", true)]
    [InlineData("""{"question":"q","expect":{"contains":["five","paid"]}}""", "Five days", false)]
    [InlineData("""{"question":"q","expect":{"exact":"Yes."}}""", "Yes.", true)]
    [InlineData("""{"question":"q","expect":{"exact":"Yes."}}""", "yes.", false)]
    [InlineData("""{"question":"q","expect":{"normalised":"Yes, 30 days!"}}""", " yes - 30 DAYS ", true)]
    [InlineData("""{"question":"q","expect":{"normalised":"yes"}}""", "yes indeed", false)]
    [InlineData("""{"question":"q","expect":{"schema":{"type":"object","required":["ok"]}}}""", """{"ok":1}""", true)]
    [InlineData("""{"question":"q","expect":{"schema":{"type":"object","required":["ok"]}}}""", "{}", false)]
    [InlineData("""{"question":"q","expect":{"schema":{"type":"object"}}}""", "no json", false)]
    public void A_check_says_what_it_means(string line, string answer, bool passes) =>
        Assert.Equal(passes, Read(line).Cases[0].Expect!.Failure(answer) is null);

    [Theory]
    [InlineData("""{"type":"integer","minimum":1,"maximum":3}""", "2.0", true)]
    [InlineData("""{"type":"integer"}""", "2.5", false)]
    [InlineData("""{"type":"number","maximum":3}""", "4", false)]
    [InlineData("""{"type":"string","minLength":2,"maxLength":3}""", "\"éé\"", true)]
    [InlineData("""{"type":"string","minLength":2}""", "\"é\"", false)]
    [InlineData("""{"type":"array","items":{"type":"boolean"}}""", "[true,1]", false)]
    [InlineData("""{"enum":["a",1]}""", "1", true)]
    [InlineData("""{"enum":["a",1]}""", "\"b\"", false)]
    [InlineData("""{"properties":{"a":{"type":"null"}},"additionalProperties":false}""", """{"a":null}""", true)]
    [InlineData("""{"properties":{"a":{"type":"null"}},"additionalProperties":false}""", """{"b":null}""", false)]
    [InlineData("""{"properties":{"a":{"type":"null"}}}""", """{"a":1}""", false)]
    public void The_schema_subset_is_checked_as_json_schema_says(string schema, string answer, bool passes) =>
        Assert.Equal(
            passes,
            Read("{\"question\":\"q\",\"expect\":{\"schema\":" + schema + "}}")
                .Cases[0].Expect!.Failure(answer) is null);

    public static TheoryData<string, int> Malformed() => new()
    {
        { "", 1 },
        { "[]", 1 },
        { "{", 1 },
        { """{"question":"q","expect":"a"}""" + "\n" + """{"question":"q"}""", 2 },
        { """{"expect":"a"}""", 1 },
        { """{"question":"q","inputs":{},"expect":"a"}""", 1 },
        { """{"question":"q","expect":"a","wanted":"b"}""", 1 },
        { """{"question":"q","expect":{"matches":".*"}}""", 1 },
        { """{"question":"q","expect":{}}""", 1 },
        { """{"question":"q","expect":{"schema":{"pattern":".*"}}}""", 1 },
        { """{"question":"q","expect":{"schema":{"type":"date"}}}""", 1 },
        { """{"question":"q","expect":{"schema":{"minimum":"1"}}}""", 1 },
        { """{"question":"q","question":"r","expect":"a"}""", 1 },
        { """{"question":1,"expect":"a"}""", 1 },
        { """{"question":"q","expect":"a","groups":["x"]}""", 1 },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void What_is_no_case_is_refused_with_its_line(string set, int line) =>
        Assert.Equal(line, Assert.Throws<EvaluationSetException>(() => Read(set)).Line);

    [Fact]
    public void Classes_are_measured_each_and_on_average()
    {
        // by hand: admit 2 of 3 found among 3 named; refuse 1 of 2 found among 2 named
        var measures = EvaluationScore.Of(
            [
                Told("admit", "admit"), Told("admit", "admit"), Told("admit", "refuse"), Told("refuse", "admit"),
                Told("refuse", "refuse"),
            ], favourable: null);
        Assert.Equal(0.6m, Value(measures, "accuracy"));
        Assert.Equal(0.6666m, Value(measures, "precision-admit"));
        Assert.Equal(0.6666m, Value(measures, "recall-admit"));
        Assert.Equal(0.6666m, Value(measures, "f1-admit"));
        Assert.Equal(0.5m, Value(measures, "precision-refuse"));
        Assert.Equal(0.5833m, Value(measures, "f1"));
        Assert.Equal(0.5833m, Value(measures, "recall"));
    }

    [Fact]
    public void Groups_are_compared_by_the_favourable_class()
    {
        var outcomes = Enumerable.Range(0, 10).Select(i => Told("admit", i < 8 ? "admit" : "refuse", "m"))
            .Concat(Enumerable.Range(0, 10).Select(i => Told("admit", i < 6 ? "admit" : "refuse", "f"))).ToList();
        var measures = EvaluationScore.Of(outcomes, "admit");
        Assert.Equal(0.8m, Value(measures, "rate-gender-m"));
        Assert.Equal(0.6m, Value(measures, "rate-gender-f"));
        Assert.Equal(0.75m, Value(measures, "impact-ratio-gender"));
        Assert.Equal(10, measures.Single(m => m.Name == "rate-gender-f").N);
        Assert.DoesNotContain(
            EvaluationScore.Of(outcomes, null), m => m.Name.StartsWith("rate", StringComparison.Ordinal));
    }

    [Fact]
    public void One_group_alone_or_nobody_favoured_has_no_ratio()
    {
        Assert.Null(Value(EvaluationScore.Of([Told("admit", "admit", "m")], "admit"), "impact-ratio-gender"));
        Assert.Null(Value(
            EvaluationScore.Of([Told("admit", "refuse", "m"), Told("admit", "refuse", "f")], "admit"),
            "impact-ratio-gender"));
    }

    /// <summary>Computed apart with the formula of Wilson (1927).</summary>
    [Theory]
    [InlineData(8, 10, 0.4901, 0.9433)]
    [InlineData(0, 10, 0, 0.2775)]
    [InlineData(10, 10, 0.7224, 1)]
    [InlineData(90, 100, 0.8256, 0.9447)]
    public void A_share_has_wilsons_interval(int hits, int n, double low, double high)
    {
        var share = EvaluationScore.Share("correct", hits, n);
        Assert.InRange(share.Low!.Value, (decimal)low - 0.0002m, (decimal)low + 0.0002m);
        Assert.InRange(share.High!.Value, (decimal)high - 0.0002m, (decimal)high + 0.0002m);
    }

    [Fact]
    public void A_minimum_that_is_not_reached_or_cannot_be_told_falls_short()
    {
        var measures = EvaluationScore.Of([Told("a", "a"), Told("a", "b")], null);
        Assert.Empty(Short(measures, ("correct", 0.5m), ("accuracy", 0.5m)));
        Assert.Equal(["correct is 0.5, at least 0.51 is asked"], Short(measures, ("correct", 0.51m)));
        Assert.Equal(
            ["impact-ratio-gender cannot be told from this set"], Short(measures, ("impact-ratio-gender", 0m)));
    }

    private static IReadOnlyList<string> Short(IReadOnlyList<Measure> measures, params (string, decimal)[] minimum) =>
        EvaluationScore.Shortfalls(measures, minimum.ToDictionary(m => m.Item1, m => m.Item2));

    private static decimal? Value(IReadOnlyList<Measure> measures, string name) =>
        measures.Single(m => m.Name == name).Value;

    private static CaseOutcome Told(string label, string predicted, string? gender = null) => new(
        new EvaluationCase(
            1, "1", "q", null, new Dictionary<string, string>(), null, label,
            gender is null
                ? new Dictionary<string, string>()
                : new Dictionary<string, string> { ["gender"] = gender }),
        predicted, label == predicted ? null : "wrong", null);

    private static EvaluationSet Read(string lines) => EvaluationSet.Read(Encoding.UTF8.GetBytes(lines));
}
