using Provost.Gateway.Manifests;
using Provost.WebConsole.Design;

namespace Provost.SystemTests.WebConsole;

public sealed class ChangeWordsTests
{
    [Theory]
    [InlineData("\"It\\u0027s \\\"quoted\\\"\"", "It's \"quoted\"")]
    [InlineData("""{"number":"0.20"}""", "0.20")]
    [InlineData("true", "true")]
    [InlineData("17", "17")]
    [InlineData("null", "none")]
    [InlineData("[]", "empty")]
    [InlineData("""{"sha256":"0123456789abcdef0123456789abcdef","size":470}""", "470 bytes, sha256:012345…abcdef")]
    public void A_value_is_written_as_a_reader_would_write_it(string json, string expected) =>
        Assert.Equal(expected, ChangeWords.Value(new ManifestChange("release.spec.x", null, json, null), json));

    [Theory]
    [InlineData("release.spec.approval.expires", "15552000000", "180d")]
    [InlineData("release.spec.thresholds.latency.over", "750", "750ms")]
    [InlineData("terms.spec.escalation[1].after", "600000", "10m")]
    [InlineData("release.spec.guardrails.input[0].max", "60000", "60000")]
    public void A_length_of_time_is_written_as_in_a_manifest(string path, string json, string expected) =>
        Assert.Equal(expected, ChangeWords.Value(new ManifestChange(path, null, json, null), json));

    [Theory]
    [InlineData("release.spec.model.parameters.temperature", "model.parameters.temperature", "release")]
    [InlineData("terms.spec.purpose", "purpose", "terms")]
    [InlineData("terms.metadata.name", "metadata.name", "terms")]
    [InlineData("release.files.prompts/refund.md", "file prompts/refund.md", "release")]
    public void A_field_is_named_as_in_the_manifest(string path, string field, string half)
    {
        var change = new ManifestChange(path, null, "1", null);
        Assert.Equal((field, half), (ChangeWords.Field(change), ChangeWords.Half(change)));
    }
}
