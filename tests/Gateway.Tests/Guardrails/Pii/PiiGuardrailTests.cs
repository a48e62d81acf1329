using System.Text.Json;
using Provost.Gateway.Guardrails;

namespace Provost.Gateway.Tests.Guardrails.Pii;

public sealed class PiiGuardrailTests : GuardrailContract
{
    protected override string Id => "pii";

    protected override IEnumerable<string> Positives =>
    [
        "Your card 4111 1111 1111 1111 was charged.",
        "Card: 4111-1111-1111-1111.",
        "card=5555555555554444;",
        "4111\u00A01111\u202F1111\u20031111 is it",
        "It is ４１１１１１１１１１１１１１１１.",
        "4\u200B1\u200B1\u200B1\u200B1111 1111 1111",
        "378282246310005",
    ];

    protected override IEnumerable<string> Negatives =>
    [
        "Order 4111 1111 1111 1112 of 2026-11-21 09:32",
        "Call +49 170 1234567 or 0800 123 456.",
        "411111111111111",
        "a 4 b 1 c 1 d 1",
    ];

    [Fact]
    public void Puts_its_placeholder_where_the_number_stood()
    {
        var (inspection, rewritten) = Whole(Set(GuardrailAction.Redact), "Card 4111 1111 1111 1111, thanks");
        Assert.Equal("Card [card], thanks", rewritten);
        Assert.Equal(
            new GuardrailResult("pii", "card", "output", "enforced", GuardrailVerdict.Redact, 1),
            Assert.Single(inspection.Results));
    }

    [Fact]
    public void Passes_a_test_number_only_where_the_release_says_so()
    {
        var set = With("""{"ignore":["4111111111111111"]}""");
        Assert.True(Whole(set, "4111-1111-1111-1111").Inspection.Passes);
        Assert.False(Whole(set, "5555 5555 5555 4444").Inspection.Passes);
    }

    [Fact]
    public void Passes_fractions_only_where_the_release_says_so()
    {
        Assert.True(Whole(With("""{"fractions":"ignore"}"""), "0.4111111111111111").Inspection.Passes);
        Assert.False(Whole(With("{}"), "0.4111111111111111").Inspection.Passes);
    }

    private static GuardrailSet With(string settings) =>
        Assert.IsType<GuardrailCompilation.Compiled>(GuardrailSet.Compile(
            [new GuardrailUse("pii", GuardrailAction.Block, JsonElement.Parse(settings))])).Set;
}
