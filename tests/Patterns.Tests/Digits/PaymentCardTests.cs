using System.Text;
using Provost.Patterns.Digits;

namespace Provost.Patterns.Tests.Digits;

public sealed class PaymentCardTests
{
    private static readonly PatternSet Set = PatternSet.Compile([Rule()]);

    [Theory]
    [InlineData("4111111111111111")]
    [InlineData("4111 1111 1111 1111")]
    [InlineData("4111-1111-1111-1111")]
    [InlineData("4111.1111.1111.1111")]
    [InlineData("4111\u00A01111\u202F1111\u30001111")]
    [InlineData("4111\u20131111\u20141111\u22121111")]
    [InlineData("４１１１１１１１１１１１１１１１")]
    [InlineData("\u0664\u0661\u0661\u0661 1111 1111 1111")]
    [InlineData("𝟒𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏")]
    [InlineData("4\u200B1\u200C1\u200D1\u20601\uFEFF1\u00AD11111\u200B\u200B11111")]
    [InlineData("4 1 1 1 - 1 1 1 1 - 1 1 1 1 - 1 1 1 1")]
    [InlineData("4\uFE0F\u20E31\uFE0F\u20E31\uFE0F\u20E31\uFE0F\u20E3111111111111")]
    [InlineData("378282246310005")]
    [InlineData("6011111111111117")]
    [InlineData("5555 5555 5555 4444")]
    [InlineData("2223003122003222")]
    [InlineData("3530111333300000")]
    [InlineData("30569309025904")]
    [InlineData("4222222222222")]
    public void Finds_a_card_number_however_it_is_written(string number)
    {
        Assert.Equal([number], Found($"pay with {number}, please"));
        Assert.Equal([number], Found(number));
    }

    [Theory]
    [InlineData("4111 1111 1111 1112")]
    [InlineData("1234567890123452")]
    [InlineData("0000000000000000")]
    [InlineData("14111111111111111")]
    [InlineData("411111111111111")]
    [InlineData("4111     1111 1111 1111")]
    [InlineData("2026-11-21T09:32:17.123456Z and 2026-11-22")]
    [InlineData("+49 170 1234567")]
    public void Finds_none_where_check_digit_issuer_or_length_is_wrong(string text) => Assert.Empty(Found(text));

    [Fact]
    public void Finds_the_card_before_other_numbers_that_follow_it() =>
        Assert.Equal(["4111 1111 1111 1111"], Found("4111 1111 1111 1111 12 26 123"));

    [Fact]
    public void Finds_two_cards_that_stand_side_by_side()
    {
        var found = Found("4111 1111 1111 1111 5555 5555 5555 4444");
        Assert.Contains("4111 1111 1111 1111", found);
        Assert.Contains("5555 5555 5555 4444", found);
    }

    [Fact]
    public void Skips_fractions_only_where_the_rule_says_so()
    {
        const string Feature = "0.4111111111111111";
        Assert.Single(Found(Feature));
        var rule = Rule() with { Digits = Rule().Digits! with { SkipFractions = true } };
        Assert.Empty(Found(PatternSet.Compile([rule]), Feature));
    }

    [Fact]
    public void Ignores_the_numbers_a_rule_names_in_any_writing()
    {
        var set = PatternSet.Compile([Rule() with { Ignored = ["4111111111111111"] }]);
        Assert.Equal(["5555555555554444"], Found(set, "4111-1111-1111-1111 or\t5555555555554444"));
    }

    private static PatternRule Rule() => new()
    {
        Id = "card",
        Digits = new DigitShape { Min = 13, Max = 19, Accepts = PaymentCard.IsPlausible },
    };

    private static List<string> Found(string text) => Found(Set, text);

    private static List<string> Found(PatternSet set, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var findings = new List<Finding>();
        set.Scan(utf8, findings);
        return [.. findings.Select(f => Encoding.UTF8.GetString(utf8, f.Start, f.Length))];
    }
}
