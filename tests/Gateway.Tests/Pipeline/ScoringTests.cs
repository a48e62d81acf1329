using System.Net;
using System.Text.Json;
using Provost.Ledger.Records;
using Provost.Testing;

namespace Provost.Gateway.Tests.Pipeline;

public sealed class ScoringTests
{
    private const string Rows = """[{"name":"dept","shape":[2],"datatype":"BYTES","data":["A","F"]}]""";
    private const string Ask = $$"""{"id":"q1","inputs":{{Rows}}}""";

    [Fact]
    public async Task A_scoring_call_goes_to_the_approved_version_and_its_features_are_on_record()
    {
        await using var stage = await Stage.ModelAsync();
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Answer("1"));

        using var response = await stage.PostAsync("/v2/models/admissions/infer", Ask);

        Assert.Equal(Answer("1"), await response.Content.ReadAsStringAsync());
        Assert.Equal("/v2/models/admissions/versions/1/infer", stage.Upstream.Received.Single().Path);
        Assert.Equal(Ask, stage.Upstream.Received.Single().Body);
        var record = Assert.Single(stage.Records());
        Assert.Equal("admissions/1", record.GetProperty("modelServed").GetString());
        Assert.Equal("0.62", record.GetProperty("score").GetString());
        Assert.Equal(Rows, stage.Payload(PayloadField.Features));
    }

    [Theory]
    [InlineData("/v2/models/admissions/versions/2/infer")]
    [InlineData("/v2/models/other/infer")]
    public async Task Another_model_or_version_is_another_composition(string path)
    {
        await using var stage = await Stage.ModelAsync();
        using var response = await stage.PostAsync(path, Ask);
        await AssertRefusedAsync(response, HttpStatusCode.Forbidden, "provost.composition_changed");
    }

    [Fact]
    public async Task An_answer_of_another_version_is_not_released()
    {
        await using var stage = await Stage.ModelAsync();
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Answer("2"));
        using var response = await stage.PostAsync("/v2/models/admissions/infer", Ask);
        await AssertRefusedAsync(response, HttpStatusCode.Forbidden, "provost.composition_changed");
        Assert.Equal("admissions/2", stage.Records().Single().GetProperty("modelServed").GetString());
    }

    [Fact]
    public async Task An_engaged_fallback_answers_every_row_without_the_upstream_and_keeps_the_features()
    {
        await using var stage = await Stage.ModelAsync(p => p.Order("fallback"));

        using var response = await stage.PostAsync("/v2/models/admissions/infer", Ask);

        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("fallback", response.Headers.GetValues("Provost-Outcome").Single());
        Assert.Equal(
            ["refer", "refer"],
            body.RootElement.GetProperty("outputs")[0].GetProperty("data").EnumerateArray().Select(d => d.GetString()));
        Assert.Equal("q1", body.RootElement.GetProperty("id").GetString());
        Assert.Empty(stage.Upstream.Received);
        Assert.Equal("fallback", stage.Records().Single().GetProperty("outcome").GetString());
        Assert.Equal(Rows, stage.Payload(PayloadField.Features));
    }

    [Fact]
    public async Task A_scorer_asked_once_more_counts_only_when_the_approved_version_answers()
    {
        await using var stage = await Stage.ModelAsync();
        var model = stage.Plan.Live.Spec.Model;
        using var inputs = JsonDocument.Parse(Rows);
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Answer("1"));
        Assert.Equal("0.62", (await stage.Gateway.Rescoring.ScoreAsync(model, inputs.RootElement, default)).Score);
        Assert.Equal("/v2/models/admissions/versions/1/infer", stage.Upstream.Received.Single().Path);
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Answer("2"));
        var other = await stage.Gateway.Rescoring.ScoreAsync(model, inputs.RootElement, default);
        Assert.Equal((null, "Another model than the approved one answered."), (other.Score, other.Fault));
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, "{}", 500);
        var failed = await stage.Gateway.Rescoring.ScoreAsync(model, inputs.RootElement, default);
        Assert.Equal("The scorer answered 500.", failed.Fault);
        Assert.Empty(stage.Records()); // no call was decided
    }

    [Fact]
    public async Task After_a_rollback_the_restored_version_serves_whatever_the_client_names()
    {
        await using var stage = await Stage.ModelAsync(p => p.Add(Manifest.Model("2"), Manifest.NoFiles));
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(
            call, Answer(call.Request.Path.Value!.Contains("/2/", StringComparison.Ordinal) ? "2" : "1"));
        using var before = await stage.PostAsync("/v2/models/admissions/infer", Ask);
        Assert.Equal(Answer("2"), await before.Content.ReadAsStringAsync());

        Assert.True(stage.Retake(p => p.Order("rollback", p.First.Digest)).IsTaken);

        using var after = await stage.PostAsync("/v2/models/admissions/versions/2/infer", Ask);
        Assert.Equal(Answer("1"), await after.Content.ReadAsStringAsync());
        Assert.Equal(stage.Plan.First.Digest, after.Headers.GetValues("Provost-Release").Single());
    }

    [Fact]
    public async Task Metadata_names_what_the_key_may_use_and_nothing_else()
    {
        await using var stage = await Stage.ModelAsync();
        Assert.Contains("\"versions\":[\"1\"]", await stage.Client.GetStringAsync("/v2/models/admissions"));
        Assert.Contains("\"ready\":true", await stage.Client.GetStringAsync("/v2/models/admissions/ready"));
        using var other = await stage.Client.GetAsync("/v2/models/other");
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Fact]
    public async Task A_malformed_tensor_is_told_with_its_place()
    {
        await using var stage = await Stage.ModelAsync();
        using var response = await stage.PostAsync("/v2/models/admissions/infer", """{"inputs":[{"name":"dept"}]}""");
        var text = await AssertRefusedAsync(response, HttpStatusCode.BadRequest, "provost.bad_request");
        Assert.Contains("inputs[0]", text, StringComparison.Ordinal);
    }

    private static async Task<string> AssertRefusedAsync(
        HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(status, response.StatusCode);
        using var body = JsonDocument.Parse(text);
        Assert.StartsWith(code + ": ", body.RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
        return text;
    }

    private static string Answer(string version) => $$"""
        {"id":"q1","model_name":"admissions","model_version":"{{version}}",
         "outputs":[{"name":"score","datatype":"FP64","shape":[2],"data":[0.62,0.05]}]}
        """;
}
