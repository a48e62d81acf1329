using System.Diagnostics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Provost.Gateway.Binding;
using Provost.Gateway.Manifests;

namespace Provost.Gateway.Tests.Binding;

public sealed class PromptTemplateTests
{
    [Theory]
    [InlineData("Hi {{n}}.", "Hi Ann.", true)]
    [InlineData("Hi {{n}}.", "Hi .", true)]
    [InlineData("Hi {{n}}.", "Hi Annabel.", true)]
    [InlineData("Hi {{n}}.", "Hi Annabella.", false)]
    [InlineData("Hi {{n}}.", "Hi Ann", false)]
    [InlineData("Hi {{n}}.", "hi Ann.", false)]
    [InlineData("Hi {{n}}.", "Hi Ann..", true)]
    [InlineData("Hi {{n}}.", "Hi A\nn.", false)]
    [InlineData("Hi {{n}}.", "Hi A\u2028n.", false)]
    [InlineData("Hi {{n}}.", "Hi A\u0085n.", false)]
    [InlineData("Hi {{n}}.", "Hi éééé漢字😀.", true)]
    [InlineData("{{n}}", "", true)]
    [InlineData("a{{n}}a", "a", false)]
    [InlineData("plain", "plain", true)]
    [InlineData("plain", "plain ", false)]
    [InlineData("{ {n}} {{}} {{n", "{ {n}} {{}} {{n", true)]
    public void Matches_the_literal_parts_to_the_byte_and_holes_within_their_bounds(
        string template, string text, bool expected) =>
        Assert.Equal(expected, Compile(template, ("n", 7)).Matches(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Finds_the_way_that_the_first_occurrence_would_miss()
    {
        // "b" occurs early, but only the later one leaves the second hole short enough.
        var template = Compile("a{{x}}b{{y}}c", ("x", 5), ("y", 1));

        Assert.True(template.Matches("abbbbzc"u8));
        Assert.False(template.Matches("abzzzzc"u8));
    }

    [Fact]
    public void A_hole_that_allows_lines_takes_them()
    {
        var holes = new Dictionary<string, HoleSpec> { ["n"] = new(10, Lines: true) };

        Assert.True(PromptTemplate.Compile("<{{n}}>"u8, holes).Matches("<a\nb>"u8));
    }

    [Theory]
    [InlineData("{{m}}", "no bounds")]
    [InlineData("{{n}} {{n}}", "stands twice")]
    [InlineData("{{n}}{{o}}", "follows another")]
    [InlineData("{{ n }}", "without spaces")]
    [InlineData("\uFEFFHi", "byte order mark")]
    public void Refuses_texts_that_could_be_read_in_two_ways(string template, string fault) =>
        Assert.Contains(Compile(template, ("n", 5), ("o", 5)).Faults, f => f.Contains(fault));

    [Fact]
    public void Agrees_with_a_slow_reference()
    {
        string[] letters = ["a", "b", "é", "\n"];
        var text = Gen.Elements(letters).ArrayOf().Select(parts => string.Concat(parts));
        var word = Gen.Elements("a", "b", "ab", "aba", "bb", "éa");
        var cases = from literals in word.ArrayOf().Where(l => l.Length is >= 2 and <= 6)
                    from bounds in Gen.Choose(1, 4).ArrayOf(5)
                    from lines in Gen.Elements(true, false).ArrayOf(5)
                    from fillings in text.ArrayOf(5)
                    from noise in text
                    from useNoise in Gen.Elements(true, false, false)
                    select (literals, bounds, lines, text: useNoise ? noise : Fill(literals, fillings));
        Prop.ForAll(Arb.From(cases), c =>
        {
            var holes = c.literals.Skip(1).Select((_, i) => new HoleSpec(c.bounds[i], c.lines[i])).ToArray();
            var source = c.literals[0] + string.Concat(c.literals.Skip(1).Select((l, i) => $"{{{{h{i}}}}}{l}"));
            var named = holes.Select((h, i) => (h, i)).ToDictionary(p => $"h{p.i}", p => p.h);
            var template = PromptTemplate.Compile(Encoding.UTF8.GetBytes(source), named);
            return template.Faults.Count == 0
                && template.Matches(Encoding.UTF8.GetBytes(c.text)) == Slowly(c.text, c.literals, holes, 0);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Fact]
    public void Takes_linear_time_on_a_text_made_to_backtrack()
    {
        var names = Enumerable.Range(0, 16).Select(i => $"h{i}").ToArray();
        var source = "a" + string.Concat(names.Select(n => $"{{{{{n}}}}}aaab"));
        var template = PromptTemplate.Compile(
            Encoding.UTF8.GetBytes(source), names.ToDictionary(n => n, _ => new HoleSpec(100_000, Lines: false)));
        var text = Encoding.UTF8.GetBytes(new string('a', 100_000) + "aaab");
        template.Matches(text);

        var watch = Stopwatch.StartNew();
        Assert.False(template.Matches(text));

        // 16 holes over 100 KB are about 10 ms; a backtracking matcher would not end.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"{watch.Elapsed}");
    }

    private static string Fill(string[] literals, string[] fillings) =>
        literals[0] + string.Concat(literals.Skip(1).Select((l, i) => Short(fillings[i]) + l));

    private static string Short(string text) => text.Length <= 4 ? text : text[..4];

    private static bool Slowly(string text, string[] literals, HoleSpec[] holes, int at)
    {
        if (!text.StartsWith(literals[at]))
        {
            return false;
        }

        var rest = text[literals[at].Length..];
        if (at == holes.Length)
        {
            return rest.Length == 0;
        }

        for (var length = 0; length <= Math.Min(holes[at].Max, rest.Length); length++)
        {
            if ((holes[at].Lines || !rest[..length].Contains('\n')) && Slowly(rest[length..], literals, holes, at + 1))
            {
                return true;
            }
        }

        return false;
    }

    private static PromptTemplate Compile(string text, params (string Name, int Max)[] holes) =>
        PromptTemplate.Compile(
            Encoding.UTF8.GetBytes(text), holes.ToDictionary(h => h.Name, h => new HoleSpec(h.Max, Lines: false)));
}
