using Provost.Gateway.Envelopes;
using Provost.Gateway.Manifests;
using Provost.Gateway.Tests.Manifests;
using static Provost.Gateway.Tests.Envelopes.EnvelopeSamples;

namespace Provost.Gateway.Tests.Envelopes;

public sealed class EnvelopeChecksTests
{
    private const string Index =
        "  retrieval: { index: shelf, version: \"41\", passages: \"message(role=tool)\" }\n";

    [Fact]
    public void An_envelope_is_read_back_from_release_json_and_from_the_form_that_a_warrant_carries()
    {
        var release = Read(Origin);
        var envelope = ReleaseDocument.Read(release.ReleaseJson).Spec.Envelope!;
        Assert.Equal(80, envelope.Prompts["prompts/refund.md"]);
        Assert.Equal(new NumberRange(0, 0.4m), envelope.Parameters["temperature"]);
        Assert.Equal(0.92m, envelope.Minimum["correct"]);
        Assert.Equal((20, TimeSpan.FromDays(7), false), (envelope.PerDay, envelope.Lasts, envelope.Retraining));
        Assert.Equal(new DateTimeOffset(2027, 4, 1, 0, 0, 0, TimeSpan.Zero), envelope.Ends);

        var carried = EnvelopeSpec.Read(release.Spec.EnvelopeJson!.Value);
        Assert.Equal(envelope.Ends, carried.Ends);
        Assert.Equal(envelope.Parameters, carried.Parameters);
    }

    [Theory]
    [InlineData("{ file: prompts/refund.md, max: 80 }", "{ file: evals/refund.jsonl, max: 80 }", "no text of")]
    [InlineData("{ file: prompts/refund.md, max: 80 }", "{ file: prompts/other.md, max: 80 }", "no text of the prompt")]
    [InlineData("temperature: { min: 0, max: 0.4 }", "top_p: { min: 0, max: 1 }", "no parameter 'top_p'")]
    [InlineData("temperature: { min: 0, max: 0.4 }", "stop: { min: 0, max: 1 }", "'stop' is no number")]
    [InlineData("temperature: { min: 0, max: 0.4 }", "temperature: { min: 1, max: 0 }", "The range is empty")]
    [InlineData("adapters: [tone]", "adapters: [gone]", "no adapter 'gone'")]
    [InlineData("dataSets: [handbook]", "dataSets: [gone]", "no data set 'gone'")]
    [InlineData(Index, "", "names no index")]
    [InlineData("dataSets: [handbook]", "retraining: true", "Only a scoring model")]
    [InlineData("minimum: { correct: 0.92 }\n    perDay", "minimum: {}\n    perDay", "No measure is asked")]
    [InlineData("perDay: 20", "perDay: 101", "whole number from 1 to 100")]
    [InlineData("perDay: 20", "perDay: 20\n    forever: true", "no key 'forever'")]
    [InlineData("until: 2027-03-31", "until: soon", "a day such as")]
    [InlineData("  evaluation: { set: evals/refund.jsonl, minimum: { correct: 0.92 } }\n", "", "needs an evaluation")]
    public void An_envelope_that_does_not_fit_its_release_is_refused(string from, string to, string says)
    {
        Assert.Contains(from, Origin);
        var set = ManifestSamples.ParseBoth(Origin.Replace(from, to));
        Assert.Contains(set.Errors, e => (e.Message + e.Remedy).Contains(says));
    }

    [Fact]
    public void Nothing_may_vary_in_an_envelope_that_names_no_part()
    {
        var at = Origin.IndexOf("      prompts: [ { file", StringComparison.Ordinal);
        var end = Origin.IndexOf("    minimum: { correct: 0.92 }\n    perDay", StringComparison.Ordinal);
        var set = ManifestSamples.ParseBoth(Origin[..(at - "    vary:\n".Length)] + "    vary: {}\n" + Origin[end..]);
        Assert.Contains(set.Errors, e => e.Message == "Nothing may vary.");
    }

    [Theory]
    [InlineData("agent")]
    [InlineData("vendor")]
    [InlineData("chain")]
    public void Kinds_that_the_server_cannot_test_have_no_envelopes(string kind)
    {
        var set = ManifestSamples.Parse(
            ManifestSamples.LlmSystem.Replace("kind: llm", $"kind: {kind}") + "---\n" + Origin);
        Assert.Contains(set.Errors, e => e.Message == "This build lacks 'envelope'.");
    }
}
