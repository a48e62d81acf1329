using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Provost.Patterns.Tests;

public sealed class PatternSetTests
{
    [Fact]
    public void Finds_what_a_slow_loop_over_all_rules_starts_and_ends_finds()
    {
        var set = PatternSet.Compile(NearMatches.Rules);
        var reference = new Reference(NearMatches.Rules);
        Prop.ForAll(NearMatches.Texts.ToArbitrary(), text => Same(set, reference, text))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(400).WithEndSize(40));
    }

    [Fact]
    public void Finds_the_same_for_any_small_set_of_expressions()
    {
        var expression = Gen.Sized(size => Expressions(Math.Min(size, 4)));
        var rule = from text in expression
                   from notAfter in Gen.Elements<string?>(null, null, "[ab]", "[c]")
                   from notBefore in Gen.Elements<string?>(null, null, "[ab]", "[c]")
                   select (text, notAfter, notBefore);
        var sets = from rules in rule.ListOf(3)
                   from text in Gen.Elements("a", "b", "c", "ab", "ba", "cab", "abc").ListOf()
                   select (rules, text: string.Concat(text));
        Prop.ForAll(sets.ToArbitrary(), sample =>
        {
            // "abc" in front keeps every expression at the least length that a rule must have.
            PatternRule[] rules =
            [
                .. sample.rules.Select((r, i) => new PatternRule
                {
                    Id = $"r{i}",
                    Expression = $"abc({r.text})",
                    NotAfter = r.notAfter,
                    NotBefore = r.notBefore,
                }),
            ];
            return Same(PatternSet.Compile(rules), new Reference(rules), Encoding.UTF8.GetBytes(sample.text));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Theory]
    [InlineData("abc*", "no bound")]
    [InlineData("abc+", "no bound")]
    [InlineData("abc{2,}", "no bound")]
    [InlineData("abc.", "matches anything")]
    [InlineData("^abc", "anchors")]
    [InlineData("abc$", "anchors")]
    [InlineData("[^a]bc", "negated")]
    [InlineData("(?:abc)", "'(?'")]
    [InlineData("abc)", "without '('")]
    [InlineData("(abc", "never closed")]
    [InlineData("[abc", "never closed")]
    [InlineData("abc\\w", "not supported")]
    [InlineData("abc{3,2}", "n not above m")]
    [InlineData("abc{2000}", "up to 1000")]
    [InlineData("abc??", "quantifier")]
    [InlineData("abc[z-a]", "backwards")]
    [InlineData("abc[é]", "ASCII")]
    [InlineData("?abc", "nothing to apply to")]
    [InlineData("a?bc", "fewer than 3")]
    [InlineData("abc(a{900}b{900})", "add a region")]
    [InlineData("abc((((a?){20}){20}){20}){20}", "add a region")]
    [InlineData("abc[ab]{0,30}a[ab]{14}", "more than 4096 states")]
    public void Refuses_an_expression_without_a_bound_and_says_why(string expression, string reason)
    {
        var refused = Assert.Throws<PatternRuleException>(
            () => PatternSet.Compile([new PatternRule { Id = "wild", Expression = expression }]));
        Assert.Equal("wild", refused.Rule);
        Assert.Contains(reason, refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_two_rules_of_one_id()
    {
        var rule = new PatternRule { Id = "twin", Expression = "abc" };
        Assert.Throws<PatternRuleException>(() => PatternSet.Compile([rule, rule]));
    }

    [Fact]
    public void Refuses_a_region_that_does_not_hold_its_own_beginning()
    {
        var rule = new PatternRule { Id = "leaky", Expression = "abc-", Region = Region.While("[abc]", 10) };
        Assert.Throws<PatternRuleException>(() => PatternSet.Compile([rule]));
    }

    [Fact]
    public void Leaves_out_ignored_values_low_entropy_and_failed_checks()
    {
        var set = PatternSet.Compile(
        [
            new PatternRule { Id = "ignored", Expression = "id-[a-z]{6}", Ignored = ["id-sample"] },
            new PatternRule { Id = "flat", Expression = "key-[a-z]{8}", EntropyFloor = 2 },
            new PatternRule { Id = "checked", Expression = "sum-\\d{2}", Check = match => match[^1] == match[^2] },
        ]);
        Assert.Equal(["id-orders", "key-abcdefgh", "sum-33"], Found(
            set, "id-sample id-orders key-aaaaaaab key-abcdefgh sum-12 sum-33"));
    }

    [Fact]
    public void Allocates_nothing_on_text_without_findings()
    {
        var set = PatternSet.Compile(NearMatches.Rules);
        var lines = string.Concat(Enumerable.Repeat("a plain line, tok_ 12 key= nothing\n", 100));
        var text = Encoding.UTF8.GetBytes(lines);
        var findings = new List<Finding>();
        set.Scan(text, findings);
        var before = GC.GetAllocatedBytesForCurrentThread();
        set.Scan(text, findings);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Empty(findings);
    }

    [Fact]
    public void Gives_the_same_answer_to_many_threads_at_once()
    {
        var set = PatternSet.Compile(NearMatches.Rules);
        var text = Encoding.UTF8.GetBytes("key=abcd tok_abc 12345 ababc -BEGIN- x -END- bcab");
        var expected = Scan(set, text);
        Assert.Equal(6, expected.Select(f => f.Rule).Distinct().Count());
        Parallel.For(0, 200, _ => Assert.Equal(expected, Scan(set, text)));
    }

    private static bool Same(PatternSet set, Reference reference, byte[] text)
    {
        var expected = reference.Find(text).Select(f => new Finding(f.Rule, f.Start, f.End - f.Start)).ToList();
        var actual = Scan(set, text).OrderBy(f => f.Start).ThenBy(f => f.Rule).ToList();
        Assert.Equal(expected, actual);
        return true;
    }

    private static List<Finding> Scan(PatternSet set, byte[] text)
    {
        var findings = new List<Finding>();
        set.Scan(text, findings);
        return findings;
    }

    private static List<string> Found(PatternSet set, string text) =>
        [.. Scan(set, Encoding.UTF8.GetBytes(text)).Select(f => text.Substring(f.Start, f.Length))];

    private static Gen<string> Expressions(int depth)
    {
        var leaf = Gen.Elements("a", "b", "c", "[ab]", "[b-c]", "ab", "abc");
        if (depth == 0)
        {
            return leaf;
        }

        var inner = Expressions(depth - 1);
        return Gen.Frequency(
            (2, leaf),
            (3, from left in inner from right in inner select left + right),
            (2, from left in inner from right in inner select $"({left}|{right})"),
            (2, from one in inner from count in Gen.Elements("?", "{2}", "{0,2}", "{1,3}") select $"({one}){count}"));
    }
}
