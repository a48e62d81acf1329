using System.Text.Json;
using Provost.Patterns;

namespace Provost.Gateway.Guardrails;

/// <summary>
/// The settings that every guardrail made of rules has: <c>rules</c> (only these), <c>except</c> (all but these),
/// <c>ignore</c> (exact values that are no finding). Everything else is refused, but for the keys that the guardrail
/// reads itself.
/// </summary>
internal sealed class RuleChoice
{
    private static readonly string[] Keys = ["rules", "except", "ignore"];

    private readonly List<GuardrailFault> _faults = [];
    private readonly JsonElement? _settings;
    private readonly string[] _known;

    public RuleChoice(JsonElement? settings, IEnumerable<string> ruleIds, params string[] ownKeys)
    {
        _known = [.. ruleIds];
        string[] allowed = [.. Keys.Concat(ownKeys).Order(StringComparer.Ordinal)];
        var known = $"Known: {string.Join(", ", allowed)}.";
        _settings = settings;
        if (settings is { ValueKind: not JsonValueKind.Object })
        {
            _faults.Add(new GuardrailFault("", "Settings are keys and values.", known));
            _settings = null;
        }

        foreach (var key in _settings?.EnumerateObject().Select(p => p.Name).Except(allowed) ?? [])
        {
            _faults.Add(new GuardrailFault(key, $"There is no setting '{key}'.", known));
        }

        Only = RuleIds("rules");
        Except = RuleIds("except");
        Ignored = [.. Texts("ignore").Select(t => t.Value)];
        if (Has("rules") && Has("except"))
        {
            _faults.Add(new GuardrailFault("except", "It excludes what 'rules' includes.", "Keep one of the two."));
        }
    }

    public IReadOnlyList<GuardrailFault> Faults => _faults;

    private string[] Only { get; }

    private string[] Except { get; }

    private string[] Ignored { get; }

    /// <summary>A setting that is one of a few words; the first of them when it is absent.</summary>
    public string OneOf(string key, params string[] words)
    {
        if (!Has(key))
        {
            return words[0];
        }

        var value = _settings!.Value.GetProperty(key);
        if (value.ValueKind == JsonValueKind.String && words.Contains(value.GetString()))
        {
            return value.GetString()!;
        }

        var remedy = $"Write {string.Join(" or ", words)}.";
        _faults.Add(new GuardrailFault(key, $"'{value}' is not a value of it.", remedy));
        return words[0];
    }

    /// <summary>The guardrail with the chosen rules, or what is wrong.</summary>
    /// <param name="rules">All rules, with the guardrail's own settings applied.</param>
    public GuardrailReading Read(IEnumerable<PatternRule> rules, Func<IReadOnlyList<PatternRule>, IGuardrail> make)
    {
        PatternRule[] chosen =
        [
            .. rules.Where(rule => Has("rules") ? Only.Contains(rule.Id) : !Except.Contains(rule.Id))
                .Select(rule => rule with { Ignored = [.. rule.Ignored, .. Ignored] }),
        ];
        if (chosen.Length == 0 && _faults.Count == 0)
        {
            _faults.Add(new GuardrailFault("rules", "No rule is left.", $"Known: {string.Join(", ", _known)}."));
        }

        return _faults.Count == 0 ? new GuardrailReading.Sound(make(chosen)) : new GuardrailReading.Refused(_faults);
    }

    private bool Has(string key) => _settings?.TryGetProperty(key, out _) ?? false;

    private string[] RuleIds(string key)
    {
        var ids = Texts(key);
        foreach (var (path, id) in ids.Where(i => !_known.Contains(i.Value)))
        {
            _faults.Add(new GuardrailFault(path, $"There is no rule '{id}'.", $"Known: {string.Join(", ", _known)}."));
        }

        return [.. ids.Select(i => i.Value)];
    }

    private List<(string Path, string Value)> Texts(string key)
    {
        var texts = new List<(string, string)>();
        if (!Has(key))
        {
            return texts;
        }

        var list = _settings!.Value.GetProperty(key);
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            _faults.Add(new GuardrailFault(key, "It is a list of texts.", "Write [a, b], or leave the key out."));
            return texts;
        }

        foreach (var (index, item) in list.EnumerateArray().Index())
        {
            if (item.ValueKind == JsonValueKind.String && item.GetString()!.Length > 0)
            {
                texts.Add(($"{key}[{index}]", item.GetString()!));
            }
            else
            {
                _faults.Add(new GuardrailFault($"{key}[{index}]", "It is not a text.", "Put it in quotes."));
            }
        }

        return texts;
    }
}
