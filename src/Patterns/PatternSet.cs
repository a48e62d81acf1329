using Provost.Patterns.Digits;
using Provost.Patterns.Expressions;

namespace Provost.Patterns;

/// <summary>
/// Many rules as one matcher over UTF-8 bytes. Immutable, shared by all threads. Every start of the text is decided
/// on its own, by one automaton for all expressions; a match never hides another, so what is covered is the union of
/// all matches at all starts. Time is at most proportional to the text times the longest rule, and near one table
/// look-up per byte where nothing begins. Nothing is allocated but for findings.
/// </summary>
public sealed class PatternSet
{
    private const int MaxStates = 16_384;
    private const int MaxStatesPerRule = 4_096;
    private const int MaxLength = 1_024;
    private const int MaxRules = 512;

    private readonly CompiledRule[] _rules;
    private readonly int[] _digitRules;
    private readonly Automaton _automaton;
    private readonly PairFilter _filter = new();

    private PatternSet(CompiledRule[] rules, Automaton automaton)
    {
        _rules = rules;
        _automaton = automaton;
        _digitRules = [.. Enumerable.Range(0, rules.Length).Where(i => rules[i].Digits is not null)];
        automaton.MarkPairs(_filter);
        foreach (var (first, second) in _digitRules.Length > 0 ? CodePoints.Beginnings : [])
        {
            _filter.Mark(first, second, afterDigit: false);
        }
    }

    /// <summary>The rules, in the order that findings count them by.</summary>
    public IReadOnlyList<PatternRule> Rules => field ??= [.. _rules.Select(r => r.Rule)];

    /// <summary>Most bytes that a stream ever holds back, regions apart: they are swallowed.</summary>
    public int Longest => _rules.Select(r => r.Longest).DefaultIfEmpty(1).Max();

    /// <summary>States of the automaton, for those who size a set.</summary>
    public int States => _automaton.States;

    internal PairFilter Filter => _filter;

    internal ReadOnlySpan<CompiledRule> Compiled => _rules;

    /// <summary>Makes a set of rules ready.</summary>
    /// <exception cref="PatternRuleException">
    /// A rule is malformed, has no bound, or needs more states than a set may have.
    /// </exception>
    public static PatternSet Compile(IReadOnlyList<PatternRule> rules)
    {
        if (rules.Count > MaxRules)
        {
            throw new PatternRuleException("*", $"a set holds at most {MaxRules} rules");
        }

        if (rules.GroupBy(r => r.Id).FirstOrDefault(g => g.Skip(1).Any()) is { } twice)
        {
            throw new PatternRuleException(twice.Key, "two rules have this id");
        }

        CompiledRule[] compiled = [.. rules.Select(r => CompiledRule.From(r, MaxLength))];
        return Automate(compiled, MaxStates) is { } automaton
            ? new PatternSet(compiled, automaton)
            : throw TooMany(compiled);
    }

    /// <summary>Names the rule that explodes, where it is one.</summary>
    private static PatternRuleException TooMany(CompiledRule[] rules)
    {
        var worst = rules.FirstOrDefault(r => r.Expression is not null && Automate([r], MaxStatesPerRule) is null);
        return worst is null
            ? new PatternRuleException("*", $"the rules together need more than {MaxStates} states")
            : new PatternRuleException(worst.Rule.Id, $"it needs more than {MaxStatesPerRule} states");
    }

    /// <summary>Adds every match in a whole text to <paramref name="findings"/>, by start.</summary>
    /// <exception cref="Exception">Whatever a rule's own check throws.</exception>
    public void Scan(ReadOnlySpan<byte> text, List<Finding> findings)
    {
        Span<int> running = stackalloc int[_rules.Length];
        running.Clear();
        for (var at = _filter.Next(text, 0); at < text.Length; at = _filter.Next(text, at + 1))
        {
            var first = findings.Count;
            TryDecide(text, at, end: true, findings);
            for (var i = first; i < findings.Count; i++)
            {
                var finding = findings[i];
                if (_rules[finding.Rule].Region is not { } region)
                {
                    continue;
                }

                if (at < running[finding.Rule])
                {
                    findings.RemoveAt(i--);
                    continue;
                }

                var (nextStart, tailEnd) = Extent(text, finding.End, region);
                running[finding.Rule] = nextStart;
                findings[i] = finding with { Length = tailEnd - finding.Start };
            }
        }
    }

    /// <summary>
    /// Adds the matches that begin at <paramref name="start"/>, the longest of each rule, regions not followed.
    /// </summary>
    /// <returns>False, and nothing added, when more text is needed to tell.</returns>
    internal bool TryDecide(ReadOnlySpan<byte> text, int start, bool end, List<Finding> findings)
    {
        var first = findings.Count;
        var isDigit = text[start] >= 0x80 || (uint)(text[start] - '0') <= 9;
        foreach (var rule in isDigit ? _digitRules : [])
        {
            var compiled = _rules[rule];
            if (!compiled.Digits!.TryMatch(text, start, end, compiled.Ignored, out var matchEnd))
            {
                Forget(findings, first);
                return false;
            }

            if (matchEnd > start && (compiled.Rule.Check is null || compiled.Rule.Check(text[start..matchEnd])))
            {
                findings.Add(new Finding(rule, start, matchEnd - start));
            }
        }

        var state = _automaton.Start(text, start);
        for (var at = start; ; at++)
        {
            if (at == text.Length)
            {
                if (!end)
                {
                    Forget(findings, first);
                }

                return end;
            }

            state = _automaton.Step(state, text[at]);
            if (state == 0)
            {
                return true;
            }

            if (!_automaton.IsAccepting(state))
            {
                continue;
            }

            if (!TryAccept(text, start, at + 1, end, state, findings, first))
            {
                Forget(findings, first);
                return false;
            }

            if (_automaton.IsTerminal(state))
            {
                return true;
            }
        }
    }

    private bool TryAccept(
        ReadOnlySpan<byte> text, int start, int matchEnd, bool end, int state, List<Finding> findings, int first)
    {
        foreach (var rule in _automaton.Accepted(state))
        {
            var compiled = _rules[rule];
            if (compiled.EndsAt(text, matchEnd, end) is not { } ends)
            {
                return false;
            }

            if (!ends || !compiled.Accepts(text[start..matchEnd]))
            {
                continue;
            }

            for (var i = findings.Count - 1; i >= first; i--)
            {
                if (findings[i].Rule == rule)
                {
                    findings.RemoveAt(i);
                }
            }

            findings.Add(new Finding(rule, start, matchEnd - start));
        }

        return true;
    }

    /// <summary>Where the rule may begin anew (the terminator's last byte counts), and where its cover ends.</summary>
    private static (int NextStart, int TailEnd) Extent(ReadOnlySpan<byte> text, int from, CompiledRegion region)
    {
        var cap = (int)Math.Min(text.Length, (long)from + region.Cap);
        var at = from;
        if (region.Terminator.Length == 0)
        {
            while (at < cap && region.Continues(text[at]))
            {
                at++;
            }

            return (at, at);
        }

        var matched = 0;
        while (at < cap && matched < region.Terminator.Length)
        {
            matched = region.Advance(matched, text[at++]);
        }

        if (matched < region.Terminator.Length)
        {
            return (at, at);
        }

        var tail = at;
        while (tail < text.Length && tail - at < region.TailCap && region.Continues(text[tail]))
        {
            tail++;
        }

        return (at - 1, tail);
    }

    private static void Forget(List<Finding> findings, int first) =>
        findings.RemoveRange(first, findings.Count - first);

    private static Automaton? Automate(CompiledRule[] rules, int maxStates)
    {
        var steps = new Steps();
        var entries = new List<(int, ByteSet)>();
        for (var rule = 0; rule < rules.Length; rule++)
        {
            if (rules[rule].Expression is { } expression)
            {
                entries.Add((steps.Add(rules[rule].Rule.Id, rule, expression), rules[rule].NotAfter));
            }
        }

        return AutomatonBuilder.Build(steps, entries, maxStates);
    }
}
