using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.ObjectPool;
using Provost.Gateway.Manifests;
using Provost.Ledger.Statements;
using Provost.Patterns;
using Provost.Patterns.Streaming;

namespace Provost.Gateway.Guardrails;

/// <summary>
/// The guardrails of one direction of a release, compiled into one matcher. Immutable and shared; what a call needs for
/// itself is rented. A text is inspected once, whatever the number of guardrails.
/// </summary>
public sealed class GuardrailSet
{
    private readonly RedactionPlan _plan;
    private readonly RuleInForce[] _rules;
    private readonly ObjectPool<SurfaceInspector> _inspectors;

    private GuardrailSet(
        string digest, IReadOnlyList<string> ran, IReadOnlyList<string> onTrial, PatternSet patterns,
        RuleInForce[] rules)
    {
        Digest = digest;
        Ran = ran;
        OnTrial = onTrial;
        _rules = rules;
        _plan = new RedactionPlan(
            patterns, [.. rules.Select((r, i) => (EffectOf(r.Action), $"[{r.Rule}]"))]);
        _inspectors = new DefaultObjectPool<SurfaceInspector>(new InspectorPolicy(this), 256);
    }

    /// <summary>A set without guardrails: everything passes.</summary>
    public static GuardrailSet Empty { get; } = From([]);

    /// <summary>
    /// <c>sha256:</c> over a description of every use: id, edition, action, and each rule as it is in force. Two sets
    /// of one digest decide every text alike.
    /// </summary>
    public string Digest { get; }

    /// <summary>Ids of the guardrails that inspect every text, in the release's order.</summary>
    public IReadOnlyList<string> Ran { get; }

    /// <summary>Those of <see cref="Ran"/> whose findings are only counted: every use of theirs has action
    /// allow.</summary>
    public IReadOnlyList<string> OnTrial { get; }

    /// <summary>Whether there is nothing to inspect with.</summary>
    public bool IsEmpty => _rules.Length == 0;

    /// <summary>Most bytes of a stream that are ever held back.</summary>
    public int Longest => _plan.Patterns.Longest;

    internal RedactionPlan Plan => _plan;

    internal ReadOnlySpan<RuleInForce> Rules => _rules;

    /// <summary>Everything that is wrong with one use; empty when it is sound.</summary>
    public static IReadOnlyList<GuardrailFault> Check(GuardrailUse use) =>
        GuardrailCatalog.Find(use.Id) is not { } entry ? [GuardrailCatalog.Lacks(use.Id)]
        : entry.Read(use.Settings) is GuardrailReading.Refused refused ? refused.Faults
        : [];

    /// <summary>The same for an entry as the manifest has it.</summary>
    public static IReadOnlyList<GuardrailFault> Check(GuardrailSpec spec) => TryParse(spec, out var use, out var fault)
        ? Check(use)
        : [fault, .. Check(new GuardrailUse(spec.Id, GuardrailAction.Block, spec.Settings))];

    /// <summary>Compiles the uses of one direction, or says all that is wrong with them.</summary>
    public static GuardrailCompilation Compile(IReadOnlyList<GuardrailUse> uses)
    {
        var faults = uses.SelectMany(Check).ToList();
        return faults.Count > 0
            ? new GuardrailCompilation.Refused(faults)
            : new GuardrailCompilation.Compiled(From(
            [
                .. uses.Select(use => GuardrailCatalog.Find(use.Id)!).Zip(uses, (entry, use) => new UseInForce(
                    use.Id,
                    entry.Edition,
                    use.Action,
                    ((GuardrailReading.Sound)entry.Read(use.Settings)).Guardrail.Rules)),
            ]));
    }

    /// <summary>The same for entries as the release has them.</summary>
    public static GuardrailCompilation Compile(IReadOnlyList<GuardrailSpec> specs)
    {
        var faults = specs.SelectMany(Check).ToList();
        return faults.Count > 0
            ? new GuardrailCompilation.Refused(faults)
            : Compile([.. specs.Select(spec => TryParse(spec, out var use, out _) ? use : null!)]);
    }

    /// <summary>An inspector for one streamed text; give it back when the text has ended, however it ended.</summary>
    /// <param name="surface">input, output, tool_call, tool_result or retrieval.</param>
    public SurfaceInspector Rent(string surface)
    {
        var inspector = _inspectors.Get();
        inspector.Begin(surface);
        return inspector;
    }

    public void Return(SurfaceInspector inspector) => _inspectors.Return(inspector);

    /// <summary>
    /// Inspects a whole text. A clean one costs one pass over it and no allocation.
    /// </summary>
    /// <param name="surface">input, output, tool_call, tool_result or retrieval.</param>
    /// <param name="rewritten">
    /// Gets the text that takes the original's place when the answer says <see cref="Inspection.Changed"/>; of no use
    /// otherwise.
    /// </param>
    public Inspection InspectWhole(string surface, ReadOnlySpan<byte> text, IBufferWriter<byte> rewritten)
    {
        if (IsEmpty)
        {
            return Inspection.Clean;
        }

        var inspector = Rent(surface);
        try
        {
            return inspector.Whole(text, rewritten);
        }
        finally
        {
            Return(inspector);
        }
    }

    internal static GuardrailSet From(IReadOnlyList<UseInForce> uses)
    {
        var described = new StringBuilder("provost.guardrails/1\n");
        var patterns = new List<PatternRule>();
        var rules = new List<RuleInForce>();
        foreach (var (index, use) in uses.Index())
        {
            described.Append(CultureInfo.InvariantCulture, $"{use.Guardrail} {use.Edition} {use.Action}\n");
            foreach (var rule in use.Rules)
            {
                // One guardrail may stand twice with different rules or actions: the index keeps their ids apart.
                patterns.Add(rule with { Id = $"{index}.{use.Guardrail}.{rule.Id}" });
                rules.Add(new RuleInForce(use.Guardrail, rule.Id, use.Action));
                described.Append(rule.Describe()).Append('\n');
            }
        }

        return new GuardrailSet(
            Ledger.Statements.Digest.Of(Encoding.UTF8.GetBytes(described.ToString())),
            [.. uses.Select(use => use.Guardrail).Distinct()],
            [.. uses.GroupBy(use => use.Guardrail).Where(same => same.All(use => use.Action == GuardrailAction.Allow))
                .Select(same => same.Key)],
            PatternSet.Compile(patterns),
            [.. rules]);
    }

    private static bool TryParse(GuardrailSpec spec, out GuardrailUse use, out GuardrailFault fault)
    {
        var known = Enum.GetNames<GuardrailAction>().Select(name => name.ToLowerInvariant()).ToList();
        var index = known.IndexOf(spec.Action);
        use = new GuardrailUse(spec.Id, (GuardrailAction)index, spec.Settings);
        fault = new GuardrailFault(
            "action", $"This build lacks guardrail action '{spec.Action}'.", $"It has: {string.Join(", ", known)}.");
        return index >= 0;
    }

    private static PatternEffect EffectOf(GuardrailAction action) => action switch
    {
        GuardrailAction.Allow or GuardrailAction.Flag => PatternEffect.Report,
        GuardrailAction.Redact => PatternEffect.Redact,
        _ => PatternEffect.Block,
    };

    private sealed class InspectorPolicy(GuardrailSet set) : PooledObjectPolicy<SurfaceInspector>
    {
        public override SurfaceInspector Create() => new(set);

        public override bool Return(SurfaceInspector obj) => obj.Set == set;
    }
}

/// <summary>A compiled set, or all that is wrong.</summary>
public abstract record GuardrailCompilation
{
    private GuardrailCompilation()
    {
    }

    public sealed record Compiled(GuardrailSet Set) : GuardrailCompilation;

    public sealed record Refused(IReadOnlyList<GuardrailFault> Faults) : GuardrailCompilation;
}

/// <summary>One use with its rules read.</summary>
internal sealed record UseInForce(
    string Guardrail, int Edition, GuardrailAction Action, IReadOnlyList<PatternRule> Rules);

/// <summary>A rule and what its findings do.</summary>
internal sealed record RuleInForce(string Guardrail, string Rule, GuardrailAction Action);
