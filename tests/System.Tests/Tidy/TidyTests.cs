using System.Text.RegularExpressions;

namespace Provost.SystemTests.Tidy;

/// <summary>Style is a test: sizes, names and words that the reader of this repository can count on.</summary>
public sealed partial class TidyTests
{
    private const int MaxFileLines = 400;
    private const int MaxMethodLines = 70;
    private const int MaxColumns = 120;

    /// <summary>Files that may be longer, each with its reason.</summary>
    private static readonly Dictionary<string, string> LongFiles = [];

    [Fact]
    public void No_source_file_is_longer_than_four_hundred_lines() =>
        Assert.Empty(Code()
            .Where(f => !LongFiles.ContainsKey(f) && Repository.Read(f).Count(c => c == '\n') > MaxFileLines));

    [Fact]
    public void Every_exception_to_the_length_of_a_file_is_still_needed() =>
        Assert.Empty(LongFiles.Keys.Where(f => Repository.Read(f).Count(c => c == '\n') <= MaxFileLines));

    [Fact]
    public void No_line_is_wider_than_one_hundred_and_twenty_columns() =>
        Assert.Empty(Code().SelectMany(f => Repository.Read(f).Split('\n')
            .Select((line, i) => (line, at: $"{f}:{i + 1}"))
            .Where(l => l.line.Length > MaxColumns)
            .Select(l => l.at)));

    [Fact]
    public void No_method_is_longer_than_seventy_lines() =>
        Assert.Empty(Repository.Sources("src/").SelectMany(f => LongMethods(f)));

    [Fact]
    public void No_file_is_a_drawer_for_odds_and_ends() =>
        Assert.Empty(Code().Where(f => Drawer().IsMatch(Path.GetFileNameWithoutExtension(f))));

    [Fact]
    public void No_source_hides_lines_in_regions_or_leaves_work_for_later() =>
        Assert.Empty(Code().Where(f => !f.Contains("/Tidy/", StringComparison.Ordinal)
            && Leftover().IsMatch(Repository.Read(f))));

    [Fact]
    public void Every_suppression_says_why() =>
        Assert.Empty(Code().Where(f => !f.Contains("/Tidy/", StringComparison.Ordinal)).SelectMany(f => Repository
            .Read(f).Split('\n')
            .Select((line, i) => (line, at: $"{f}:{i + 1}"))
            .Where(l => Suppression().IsMatch(l.line) && !Reason().IsMatch(l.line))
            .Select(l => l.at)));

    [Fact]
    public void No_test_sleeps() =>
        Assert.Empty(Repository.Sources("tests/").Where(f => !f.Contains("/Tidy/", StringComparison.Ordinal)
            && Sleep().IsMatch(Repository.Read(f))));

    [Fact]
    public void Namespaces_follow_folders() =>
        Assert.Empty(Repository.Sources("src/").Where(f =>
        {
            var expected = "Provost." + Path.GetDirectoryName(f)!["src/".Length..].Replace('/', '.');
            var declared = Namespace().Match(Repository.Read(f));
            return declared.Success && declared.Groups[1].Value != expected;
        }));

    [Fact]
    public void Test_files_mirror_the_folders_they_test() =>
        Assert.Empty(Repository.Files
            .Where(f => MirroredTest().IsMatch(f))
            .Select(f => (test: f, folder: Path.GetDirectoryName("src/" + MirroredTest().Replace(f, "$1/"))!))
            .Where(m => !Directory.Exists(Path.Combine(Repository.Root, m.folder)))
            .Select(m => $"{m.test} has no {m.folder}"));

    private static IEnumerable<string> Code() => Repository.Files.Where(f =>
        (f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".razor", StringComparison.Ordinal))
        && !f.Contains("/vendor/", StringComparison.Ordinal));

    private static IEnumerable<string> LongMethods(string file)
    {
        var lines = Repository.Read(file).Split('\n');
        for (var i = 0; i + 1 < lines.Length; i++)
        {
            var opensMember = lines[i + 1].StartsWith("    {", StringComparison.Ordinal)
                && lines[i].Contains(')', StringComparison.Ordinal);
            if (!opensMember)
            {
                continue;
            }

            var end = Array.FindIndex(lines, i + 1, l => l.StartsWith("    }", StringComparison.Ordinal));
            if (end - i - 2 > MaxMethodLines)
            {
                yield return $"{file}:{i + 1} {end - i - 2} lines";
            }
        }
    }

    [GeneratedRegex("(Utils?|Helpers?|Common|Manager|Misc)$", RegexOptions.CultureInvariant)]
    private static partial Regex Drawer();

    [GeneratedRegex(
        @"^\s*#region|\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException",
        RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex Leftover();

    [GeneratedRegex(@"#pragma warning disable|SuppressMessage\(|Skip\s*=\s*""", RegexOptions.CultureInvariant)]
    private static partial Regex Suppression();

    [GeneratedRegex(@"//\s*\S|Justification\s*=|Skip\s*=\s*""[^""]{10,}", RegexOptions.CultureInvariant)]
    private static partial Regex Reason();

    [GeneratedRegex(@"Thread\.Sleep|Task\.Delay\((?!Timeout\.Infinite)", RegexOptions.CultureInvariant)]
    private static partial Regex Sleep();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(
        @"^tests/(Patterns|Ledger|Gateway|Control)\.Tests/(?=[A-Z].*Tests\.cs$)", RegexOptions.CultureInvariant)]
    private static partial Regex MirroredTest();
}
