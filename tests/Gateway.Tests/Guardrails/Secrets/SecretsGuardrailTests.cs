using System.Text.Json;
using Provost.Gateway.Guardrails;

namespace Provost.Gateway.Tests.Guardrails.Secrets;

public sealed class SecretsGuardrailTests : GuardrailContract
{
    private static readonly Random Seeded = new(20261121);

    private static readonly (string Rule, string Sample)[] Samples =
        [.. SecretSamples.All.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => (s.Key, s.Value(Seeded)))];

    public static TheoryData<string> RuleIds() => new(GuardrailCatalog.RulesOf("secrets"));

    protected override string Id => "secrets";

    protected override IEnumerable<string> Positives => Samples.Select(s => $"the token is {s.Sample} and more");

    protected override IEnumerable<string> Negatives =>
    [
        "The task-list of 2026-11-21 has commit 3f2504e04f8911d39a0c0305e82c3301aabbccdd in it.",
        "id 3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "use sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx as a placeholder",
        "a page may explain that a file begins with -----BEGIN PRIVATE KEY----- and ends likewise",
        "see https://docs.example.com:8080/a@b and mail user@example.com; key=value; sig=short",
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
        "eyJhIjoxfQ is a small token of JSON and no more",
        "AccountKey=short and hf_space and pk_id and npm_config_registry and github_pat_",
    ];

    [Fact]
    public void Has_a_sample_for_each_of_thirty_rules_or_more()
    {
        Assert.Equal(GuardrailCatalog.RulesOf("secrets"), Samples.Select(s => s.Rule));
        Assert.True(Samples.Length >= 30);
    }

    [Theory]
    [MemberData(nameof(RuleIds))]
    public void Finds_each_form_whole_and_by_its_own_rule(string rule)
    {
        var sample = Samples.Single(s => s.Rule == rule).Sample;
        var alone = Only(rule);
        var (inspection, rewritten) = Whole(alone, $"= \"{sample}\", next");
        Assert.Equal($"secrets.{rule}", Assert.Single(inspection.Results).Id);
        Assert.Equal($"= \"[{rule}]\", next", rewritten);
        Assert.False(Whole(alone, $"= \"{sample[..Math.Min(12, sample.Length / 8)]}\", next").Inspection.Changed);
    }

    [Theory]
    [InlineData("PRIVATE KEY", "\n")]
    [InlineData("EC PRIVATE KEY", "\r\n")]
    [InlineData("OPENSSH PRIVATE KEY", "\\n")]
    [InlineData("ENCRYPTED PRIVATE KEY", "\\\\n")]
    [InlineData("PGP PRIVATE KEY BLOCK", "\n")]
    public void Takes_a_private_key_from_its_first_dash_to_its_last(string kind, string newline)
    {
        var key = SecretSamples.Pem(Seeded, kind, newline);
        Assert.Equal("a [private-key]; b", Whole(Only("private-key"), $"a {key}; b").Rewritten);
    }

    [Fact]
    public void Takes_everything_after_a_private_key_that_never_ends()
    {
        var key = SecretSamples.Pem(Seeded, "PRIVATE KEY", "\n");
        Assert.Equal("a [private-key]", Whole(Only("private-key"), $"a {key[..400]}").Rewritten);
    }

    [Fact]
    public void Takes_two_private_keys_that_share_a_line()
    {
        var keys = SecretSamples.Pem(Seeded, "PRIVATE KEY", "\n") + SecretSamples.Pem(Seeded, "PRIVATE KEY", "\n");
        Assert.Equal("[private-key]", Whole(Only("private-key"), keys).Rewritten);
    }

    [Fact]
    public void Covers_a_token_that_is_longer_than_its_kind_usually_is()
    {
        var sample = Samples.Single(s => s.Rule == "github-token").Sample + new string('x', 300);
        Assert.Equal("[github-token].", Whole(Only("github-token"), $"{sample}.").Rewritten);
    }

    [Fact]
    public void Lets_a_release_leave_rules_out_and_name_values_to_ignore()
    {
        var (_, sample) = Samples.Single(s => s.Rule == "twilio-key");
        Assert.False(Whole(With("""{"except":["twilio-key"]}"""), sample).Inspection.Changed);
        Assert.False(Whole(With($$"""{"ignore":["{{sample}}"]}"""), sample).Inspection.Changed);
        Assert.True(Whole(With("{}"), sample).Inspection.Changed);
    }

    private static GuardrailSet Only(string rule) => With($$"""{"rules":["{{rule}}"]}""");

    private static GuardrailSet With(string settings) =>
        Assert.IsType<GuardrailCompilation.Compiled>(GuardrailSet.Compile(
            [new GuardrailUse("secrets", GuardrailAction.Redact, JsonElement.Parse(settings))])).Set;
}
