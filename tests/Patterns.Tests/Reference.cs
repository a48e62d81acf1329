using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Provost.Patterns.Digits;
using Provost.Patterns.Streaming;

namespace Provost.Patterns.Tests;

/// <summary>
/// The same semantics written as plainly as possible and without regard to time: every rule, every start, every end.
/// </summary>
internal sealed class Reference(IReadOnlyList<PatternRule> rules)
{
    private const string Gap = @"[ .\-\p{Zs}\p{Pd}\p{Cf}\p{Mn}\p{Me}\u00B7]";

    private readonly Regex[] _forms = [.. rules.Select(r => new Regex(
        r.Digits is { } shape
            ? $@"\A\p{{Nd}}(?:{Gap}{{0,{shape.MaxGap}}}\p{{Nd}}){{{shape.Min - 1},{shape.Max - 1}}}\z"
            : $@"\A(?:{AsBytes(r.Expression!)})\z",
        RegexOptions.CultureInvariant | (r.IgnoreCase ? RegexOptions.IgnoreCase : RegexOptions.None)))];

    public List<ReferenceFinding> Find(byte[] text)
    {
        var found = new List<ReferenceFinding>();
        var running = new int[rules.Count];
        for (var start = 0; start < text.Length; start++)
        {
            for (var rule = 0; rule < rules.Count; rule++)
            {
                var end = LongestEnd(rule, text, start);
                if (end <= start || start < running[rule])
                {
                    continue;
                }

                var extent = rules[rule].Region is { } region ? Extent(text, end, region) : (end, end, -1);
                running[rule] = rules[rule].Region is null ? 0 : extent.Item1;
                found.Add(new ReferenceFinding(rule, start, extent.Item2, extent.Item3));
            }
        }

        return found;
    }

    /// <summary>What goes out, and whether the text was cut short.</summary>
    public (byte[] Text, bool Blocked) Redact(
        byte[] text, List<ReferenceFinding> found, IReadOnlyList<(PatternEffect Effect, string Placeholder)> effects)
    {
        var stop = text.Length + 1;
        foreach (var finding in found)
        {
            stop = effects[finding.Rule].Effect switch
            {
                PatternEffect.Block => Math.Min(stop, finding.Start),
                PatternEffect.Redact when finding.Overrun >= 0 => Math.Min(stop, finding.Overrun),
                _ => stop,
            };
        }

        var output = new List<byte>();
        int? label = null;
        for (var at = 0; at < Math.Min(stop, text.Length); at++)
        {
            var covering = found.Where(f => effects[f.Rule].Effect == PatternEffect.Redact)
                .Where(f => f.Start <= at && at < f.End).ToList();
            if (covering.Count > 0)
            {
                label = Math.Min(label ?? int.MaxValue, covering.Min(f => f.Rule));
                continue;
            }

            Close();
            output.Add(text[at]);
        }

        if (stop > text.Length)
        {
            Close();
        }

        return ([.. output], stop <= text.Length);

        void Close()
        {
            output.AddRange(label is { } rule ? Encoding.UTF8.GetBytes(effects[rule].Placeholder) : []);
            label = null;
        }
    }

    /// <summary>A character outside ASCII as a group of its bytes: the text is read one byte a character.</summary>
    private static string AsBytes(string expression) => Regex.Replace(
        expression, @"[^\x00-\x7F]", c => $"(?:{Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(c.Value))})");

    private int LongestEnd(int rule, byte[] text, int start)
    {
        for (var end = Math.Min(text.Length, start + 90); end > start; end--)
        {
            var matches = rules[rule].Digits is { } shape
                ? MatchesDigits(rule, shape, text, start, end)
                : MatchesExpression(rule, text, start, end);
            if (matches)
            {
                return end;
            }
        }

        return start;
    }

    private bool MatchesExpression(int rule, byte[] text, int start, int end)
    {
        bool Free(string? characterClass, int at) => characterClass is null || at < 0 || at >= text.Length
            || !Regex.IsMatch(((char)text[at]).ToString(), characterClass, RegexOptions.CultureInvariant);

        return Free(rules[rule].NotAfter, start - 1)
            && Free(rules[rule].NotBefore, end)
            && _forms[rule].IsMatch(Encoding.Latin1.GetString(text, start, end - start));
    }

    private bool MatchesDigits(int rule, DigitShape shape, byte[] text, int start, int end) =>
        Decode(text, start, end) is { } written
        && _forms[rule].IsMatch(written)
        && !IsDigitNextTo(text, start, -1)
        && !IsDigitNextTo(text, end, 1)
        && shape.Accepts([.. written.Where(char.IsDigit).Select(c => (byte)('0' + char.GetNumericValue(c)))]);

    private static bool IsDigitNextTo(byte[] text, int at, int side)
    {
        for (var length = 1; length <= 4; length++)
        {
            var (from, to) = side < 0 ? (at - length, at) : (at, at + length);
            if (from >= 0 && to <= text.Length && Decode(text, from, to) is { Length: 1 } c && char.IsDigit(c[0]))
            {
                return true;
            }
        }

        return false;
    }

    private static string? Decode(byte[] text, int from, int to) =>
        Utf8.IsValid(text.AsSpan(from..to)) ? Encoding.UTF8.GetString(text, from, to - from) : null;

    private static (int RegionEnd, int End, int Overrun) Extent(byte[] text, int from, Region region)
    {
        var written = Encoding.Latin1.GetString(text);
        int Run(int at, int cap)
        {
            var run = Regex.Match(written[at..], $@"\A{region.Class}{{0,{cap}}}", RegexOptions.CultureInvariant);
            return at + run.Length;
        }

        if (region.Terminator is null)
        {
            var end = Run(from, region.Cap);
            return (end, end, Run(from, region.Cap + 1) > end ? end : -1);
        }

        var found = written.IndexOf(region.Terminator, from, StringComparison.Ordinal);
        var terminated = found + region.Terminator.Length;
        if (found < 0 || terminated > from + region.Cap)
        {
            var cut = Math.Min(text.Length, from + region.Cap);
            return (cut, cut, cut < text.Length ? cut : -1);
        }

        // The terminator's last byte may begin the rule's next match.
        return (terminated - 1, Run(terminated, region.TailCap), -1);
    }
}

/// <param name="Overrun">Where the region passed its cap, or -1.</param>
internal sealed record ReferenceFinding(int Rule, int Start, int End, int Overrun);
