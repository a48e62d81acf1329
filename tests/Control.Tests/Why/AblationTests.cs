using System.Globalization;
using System.Text.Json;
using Provost.Control.Why;
using Provost.Gateway.Manifests;
using Provost.Gateway.Routing;

namespace Provost.Control.Tests.Why;

public sealed class AblationTests
{
    private const string Input = """
        {"inputs":[{"name":"income","datatype":"FP64","shape":[1],"data":[40]},
                   {"name":"dept","datatype":"BYTES","shape":[1],"data":["F"]},
                   {"name":"age","datatype":"INT64","shape":[1],"data":[30]}]}
        """;

    private static readonly DateTimeOffset At = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);
    private readonly List<string> _asked = [];

    [Fact]
    public async Task Each_feature_with_a_reference_is_replaced_alone_and_the_strongest_effect_comes_first()
    {
        var told = (await ExplainAsync(Model(("income", "50"), ("dept", "\"A\""), ("age", null)), "0.4"))!;
        Assert.Equal(
            [
                "dept being \"F\" lowered the score by 0.5: with \"A\" it would be 0.9.",
                "income being 40 lowered the score by 0.1: with 50 it would be 0.5.",
            ],
            told.Effects.Select(effect => effect.Words));
        Assert.Equal([-0.5m, -0.1m], told.Effects.Select(effect => effect.Effect));
        Assert.Equal(["40 F 30", "50 F 30", "40 A 30"], _asked);
        Assert.Equal("The same features give the recorded score again.", told.Words);
        Assert.Contains("one feature at a time", told.Method);
    }

    [Fact]
    public async Task A_score_that_does_not_come_again_is_said()
    {
        var told = (await ExplainAsync(Model(("dept", "\"A\"")), "0.7"))!;
        Assert.StartsWith("The same features give 0.4 now, not the recorded 0.7", told.Words);
    }

    [Fact]
    public async Task What_is_at_its_reference_or_not_in_the_request_has_no_effect_that_is_made_up()
    {
        var told = (await ExplainAsync(Model(("dept", "\"F\""), ("height", "180")), "0.4"))!;
        Assert.Equal(
            ["dept is at its reference value \"F\" already.",
                "The effect of height is not known. The request does not have it."],
            told.Effects.Select(effect => effect.Words));
        Assert.Null(told.Effects[1].Effect);
    }

    [Fact]
    public async Task Where_the_scorer_does_not_answer_no_effect_is_told()
    {
        var told = (await Ablation.ExplainAsync(
            Model(("dept", "\"A\"")), Input, null, "0.4", At,
            _ => Task.FromResult(new Rescored(null, "The scorer answered 500."))))!;
        Assert.Null(told.Now);
        Assert.Null(Assert.Single(told.Effects).Effect);
        Assert.Equal("The score could not be found again. The scorer answered 500.", told.Words);
    }

    [Fact]
    public async Task The_scorers_own_reasons_are_taken_from_its_answer()
    {
        var told = (await ExplainAsync(
            Model(("dept", null)), "0.4",
            """{"outputs":[{"name":"score","data":[0.4]},{"name":"reason_codes","data":["R12","R07"]}]}"""))!;
        Assert.Equal(["R12", "R07"], told.ReasonCodes);
        Assert.Empty(told.Effects);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("[1]")]
    public async Task A_request_without_features_is_explained_by_nothing(string input) =>
        Assert.Null(await Ablation.ExplainAsync(
            Model(("dept", "\"A\"")), input, null, "0.4", At, _ => throw new InvalidOperationException("asked")));

    private static ReleaseModel Model(params (string Name, string? Reference)[] features) => new()
    {
        Provider = "scoring",
        Name = "limits",
        Parameters = new Dictionary<string, ParameterSpec>(),
        Features =
        [
            .. features.Select(f => new FeatureSpec(
                f.Name, "number", f.Reference is null ? null : JsonElement.Parse(f.Reference))),
        ],
        Outputs = [],
    };

    private Task<Explanation?> ExplainAsync(ReleaseModel model, string recorded, string? output = null) =>
        Ablation.ExplainAsync(model, Input, output, recorded, At, inputs => Task.FromResult(Score(inputs)));

    /// <summary>A hundredth of the income, and half a point for department A.</summary>
    private Rescored Score(JsonElement inputs)
    {
        var values = inputs.EnumerateArray().Select(t => t.GetProperty("data")[0]).ToList();
        _asked.Add(string.Join(' ', values));
        var score = (values[0].GetDecimal() / 100) + (values[1].GetString() == "A" ? 0.5m : 0);
        return new Rescored(score.ToString("0.######", CultureInfo.InvariantCulture), null);
    }
}
