using System.Text.Json;
using Provost.Patterns;
using Provost.Patterns.Digits;

namespace Provost.Gateway.Guardrails.Pii;

/// <summary>
/// Data about persons that can be told by shape and check digit alone. Rule <c>card</c>: numbers of payment cards.
/// Published test numbers are findings too, unless <c>ignore</c> names them. <c>fractions: ignore</c> passes numbers
/// that stand right after a digit and a point, for models whose inputs are decimals.
/// </summary>
internal sealed class PiiGuardrail : IGuardrail<PiiGuardrail>
{
    private static readonly string[] RuleIds = ["card"];

    private PiiGuardrail(IReadOnlyList<PatternRule> rules) => Rules = rules;

    public static string Id => "pii";

    public static int Edition => 1;

    public IReadOnlyList<PatternRule> Rules { get; }

    public static GuardrailReading Read(JsonElement? settings)
    {
        var choice = new RuleChoice(settings, RuleIds, "fractions");
        var skipFractions = choice.OneOf("fractions", "check", "ignore") == "ignore";
        return choice.Read([Card(skipFractions)], rules => new PiiGuardrail(rules));
    }

    private static PatternRule Card(bool skipFractions) => new()
    {
        Id = "card",
        Digits = new DigitShape
        {
            Min = 13,
            Max = 19,
            SkipFractions = skipFractions,
            Accepts = PaymentCard.IsPlausible,
        },
    };
}
