using System.Buffers;
using System.Text;
using System.Text.Json;
using Provost.Gateway.Guardrails;
using Provost.Gateway.Manifests;

namespace Provost.Gateway.Tests.Guardrails;

public sealed class GuardrailSetTests
{
    private const string Card = "4111 1111 1111 1111";

    private static string Token => "gh" + "p_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF3hJ6";

    [Theory]
    [InlineData("grounding", "block", "id", "It has: pii, secrets.")]
    [InlineData("pii", "hold", "action", "It has: allow, flag, redact, block, fallback.")]
    [InlineData("pii", "Block", "action", "It has: allow, flag, redact, block, fallback.")]
    public void Refuses_by_name_what_this_build_lacks(string id, string action, string field, string remedy)
    {
        var refused = Assert.IsType<GuardrailCompilation.Refused>(
            GuardrailSet.Compile([new GuardrailSpec(id, action, null)]));
        var fault = Assert.Single(refused.Faults);
        Assert.Equal((field, remedy), (fault.Field, fault.Remedy));
        Assert.Contains(remedy, GuardrailCatalog.Check(new GuardrailSpec(id, action, null)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pii", """{"rules":["card","iban"]}""", "rules[1]")]
    [InlineData("pii", """{"rules":"card"}""", "rules")]
    [InlineData("pii", """{"rules":[]}""", "rules")]
    [InlineData("pii", """{"except":["card"]}""", "rules")]
    [InlineData("pii", """{"ignore":[4111]}""", "ignore[0]")]
    [InlineData("pii", """{"fractions":"maybe"}""", "fractions")]
    [InlineData("pii", """{"min":"0.6"}""", "min")]
    [InlineData("pii", "[]", "")]
    [InlineData("secrets", """{"rules":["jwt"],"except":["jwt"]}""", "except")]
    public void Refuses_settings_with_the_field_that_is_wrong(string id, string settings, string field)
    {
        var use = new GuardrailUse(id, GuardrailAction.Block, JsonElement.Parse(settings));
        Assert.Equal(field, Assert.Single(GuardrailSet.Check(use)).Field);
    }

    [Fact]
    public void Finds_nothing_wrong_with_a_sound_entry() =>
        Assert.Null(GuardrailCatalog.Check(new GuardrailSpec("secrets", "block", null)));

    [Fact]
    public void Gives_two_equal_sets_one_digest_and_any_other_another()
    {
        var digest = Set(("pii", GuardrailAction.Redact, null)).Digest;
        Assert.Matches("^sha256:[0-9a-f]{64}$", digest);
        Assert.Equal(digest, Set(("pii", GuardrailAction.Redact, null)).Digest);
        Assert.Equal(digest, Set(("pii", GuardrailAction.Redact, "{}")).Digest);
        Assert.NotEqual(digest, Set(("pii", GuardrailAction.Block, null)).Digest);
        Assert.NotEqual(digest, Set(("pii", GuardrailAction.Redact, """{"fractions":"ignore"}""")).Digest);
        Assert.NotEqual(digest, Set(("pii", GuardrailAction.Redact, """{"ignore":["4111111111111111"]}""")).Digest);
    }

    [Fact]
    public void Inspects_with_all_guardrails_at_once_and_keeps_the_strongest_verdict()
    {
        var set = Set(("pii", GuardrailAction.Redact, null), ("secrets", GuardrailAction.Flag, null));
        Assert.Equal(["pii", "secrets"], set.Ran);
        var (inspection, rewritten) = Whole(set, $"{Token} and {Card}");
        Assert.Equal($"{Token} and [card]", rewritten);
        Assert.Equal(GuardrailVerdict.Redact, inspection.Verdict);
        Assert.Equal(["pii.card", "secrets.github-token"], inspection.Results.Select(r => r.Id));
    }

    [Fact]
    public void Lets_one_guardrail_stand_twice_with_other_rules_and_another_action()
    {
        var set = Set(
            ("secrets", GuardrailAction.Flag, """{"rules":["github-token"]}"""),
            ("secrets", GuardrailAction.Block, """{"except":["github-token"]}"""));
        Assert.Equal(["secrets"], set.Ran);
        Assert.Equal(GuardrailVerdict.Flag, Whole(set, Token).Inspection.Verdict);
    }

    [Theory]
    [InlineData(GuardrailAction.Allow, GuardrailVerdict.Allow, "shadow", null)]
    [InlineData(GuardrailAction.Flag, GuardrailVerdict.Flag, "enforced", null)]
    [InlineData(GuardrailAction.Redact, GuardrailVerdict.Redact, "enforced", null)]
    [InlineData(GuardrailAction.Block, GuardrailVerdict.Block, "enforced", "guardrail.pii")]
    [InlineData(GuardrailAction.Fallback, GuardrailVerdict.Fallback, "enforced", "guardrail.pii")]
    public void Turns_each_action_into_its_verdict(
        GuardrailAction action, GuardrailVerdict verdict, string mode, string? code)
    {
        var (inspection, _) = Whole(Set(("pii", action, null)), $"x {Card} y");
        Assert.Equal((verdict, code), (inspection.Verdict, inspection.Code));
        Assert.Equal(action == GuardrailAction.Redact, inspection.Changed);
        Assert.Equal(mode, Assert.Single(inspection.Results).Mode);
    }

    [Fact]
    public void Releases_a_stream_up_to_the_finding_and_nothing_after_it()
    {
        var set = Set(("pii", GuardrailAction.Block, null));
        var inspector = set.Rent("output");
        var released = new ArrayBufferWriter<byte>();
        Assert.True(inspector.Feed("Your card is 4111 11"u8, end: false, released));
        Assert.False(inspector.Feed("11 1111 1111, right?"u8, end: false, released));
        Assert.Equal("Your card is ", Encoding.UTF8.GetString(released.WrittenSpan));
        Assert.Equal(("guardrail.pii", GuardrailVerdict.Block), (inspector.Code, inspector.Verdict));
        set.Return(inspector);
        var next = set.Rent("output");
        Assert.True(next.Feed("clean"u8, end: true, released));
        Assert.Empty(next.Results);
        set.Return(next);
    }

    [Fact]
    public void Stops_a_redacted_text_whose_finding_has_no_end()
    {
        var set = Set(("secrets", GuardrailAction.Redact, """{"rules":["github-token"]}"""));
        var (inspection, _) = Whole(set, Token + new string('x', 5000));
        Assert.Equal((GuardrailVerdict.Block, "guardrail.secrets"), (inspection.Verdict, inspection.Code));
        Assert.False(inspection.Changed);
    }

    [Fact]
    public void Passes_everything_without_guardrails()
    {
        Assert.True(GuardrailSet.Empty.IsEmpty);
        Assert.Same(Inspection.Clean, Whole(GuardrailSet.Empty, Card).Inspection);
        var inspector = GuardrailSet.Empty.Rent("output");
        var released = new ArrayBufferWriter<byte>();
        Assert.True(inspector.Feed(Encoding.UTF8.GetBytes(Card), end: false, released));
        Assert.Equal(Card.Length, released.WrittenCount);
    }

    private static GuardrailSet Set(params (string Id, GuardrailAction Action, string? Settings)[] uses) =>
        Assert.IsType<GuardrailCompilation.Compiled>(GuardrailSet.Compile(
        [
            .. uses.Select(u => new GuardrailUse(
                u.Id, u.Action, u.Settings is null ? null : JsonElement.Parse(u.Settings))),
        ])).Set;

    private static (Inspection Inspection, string Rewritten) Whole(GuardrailSet set, string text)
    {
        var rewritten = new ArrayBufferWriter<byte>();
        var inspection = set.InspectWhole("output", Encoding.UTF8.GetBytes(text), rewritten);
        return (inspection, Encoding.UTF8.GetString(rewritten.WrittenSpan));
    }
}
