using System.Text.Json;
using Provost.Patterns;

namespace Provost.Gateway.Guardrails.Secrets;

/// <summary>Credentials that can be told by the form that their issuer gives them.</summary>
internal sealed class SecretsGuardrail : IGuardrail<SecretsGuardrail>
{
    private SecretsGuardrail(IReadOnlyList<PatternRule> rules) => Rules = rules;

    public static string Id => "secrets";

    public static int Edition => 1;

    public IReadOnlyList<PatternRule> Rules { get; }

    public static GuardrailReading Read(JsonElement? settings) =>
        new RuleChoice(settings, SecretRules.All.Select(rule => rule.Id))
            .Read(SecretRules.All, rules => new SecretsGuardrail(rules));
}
