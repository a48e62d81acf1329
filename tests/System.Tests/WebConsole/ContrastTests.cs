using System.Globalization;
using System.Text.RegularExpressions;

namespace Provost.SystemTests.WebConsole;

/// <summary>Contrast of the design system's colours, by WCAG 2.2 relative luminance.</summary>
public sealed class ContrastTests
{
    private static readonly string Css = File.ReadAllText(
        Path.Combine(Repository.Root, "src", "WebConsole", "Assets", "console.css"));

    [Theory]
    [InlineData("ink")]
    [InlineData("ink-2")]
    [InlineData("ink-3")]
    [InlineData("accent")]
    [InlineData("ok")]
    [InlineData("bad")]
    [InlineData("doubt")]
    public void Text_reads_on_every_ground_in_both_themes(string ink)
    {
        foreach (var ground in new[] { "page", "sunken", "raised", "hover", "picked" })
        {
            Assert.True(Contrast(ink, ground, 0) >= 4.5, $"{ink} on {ground}, light: {Contrast(ink, ground, 0):0.00}");
            Assert.True(Contrast(ink, ground, 1) >= 4.5, $"{ink} on {ground}, dark: {Contrast(ink, ground, 1):0.00}");
        }
    }

    [Theory]
    [InlineData("ok", "ok-wash", 4.5)]
    [InlineData("bad", "bad-wash", 4.5)]
    [InlineData("doubt", "doubt-wash", 4.5)]
    [InlineData("ink", "bad-wash", 4.5)]
    [InlineData("ink", "doubt-wash", 4.5)]
    [InlineData("on-accent", "accent", 4.5)]
    [InlineData("rule", "page", 3)]
    [InlineData("bad-solid", "page", 3)]
    public void Words_on_washes_and_borders_of_controls_stand_out(string ink, string ground, double least)
    {
        Assert.True(Contrast(ink, ground, 0) >= least, $"light: {Contrast(ink, ground, 0):0.00}");
        Assert.True(Contrast(ink, ground, 1) >= least, $"dark: {Contrast(ink, ground, 1):0.00}");
    }

    private static double Contrast(string a, string b, int theme)
    {
        var (first, second) = (Luminance(Colour(a, theme)), Luminance(Colour(b, theme)));
        return (Math.Max(first, second) + 0.05) / (Math.Min(first, second) + 0.05);
    }

    private static string Colour(string name, int theme)
    {
        var pair = Regex.Match(Css, $@"--{Regex.Escape(name)}: light-dark\((#[0-9a-f]+), (#[0-9a-f]+)\)");
        Assert.True(pair.Success, $"--{name} is no pair of colours.");
        return pair.Groups[theme + 1].Value;
    }

    private static double Luminance(string colour)
    {
        var hex = colour[1..];
        var full = hex.Length == 3 ? string.Concat(hex.Select(c => $"{c}{c}")) : hex;
        var linear = Enumerable.Range(0, 3)
            .Select(i => int.Parse(full.AsSpan(2 * i, 2), NumberStyles.HexNumber) / 255.0)
            .Select(v => v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4)).ToList();
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    }
}
