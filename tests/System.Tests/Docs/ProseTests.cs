using System.Text.RegularExpressions;

namespace Provost.SystemTests.Docs;

/// <summary>Prose is a test: a path or a type that a page names must exist.</summary>
public sealed partial class ProseTests
{
    private static readonly Lazy<string> AllCode = new(() =>
        string.Join('\n', Repository.Files
            .Where(f => f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".razor", StringComparison.Ordinal))
            .Select(Repository.Read)));

    public static TheoryData<string> Pages() =>
        new(Repository.Files.Where(f => f.EndsWith(".md", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_path_a_page_names_exists(string page) =>
        Assert.Empty(Spans(page)
            .Where(s => PathLike().IsMatch(s))
            .Select(s => s.TrimEnd('/'))
            .Where(s => !Exists(s)));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_inside_the_repository_leads_somewhere(string page) =>
        Assert.Empty(Link().Matches(Repository.Read(page))
            .Select(m => m.Groups[1].Value.Split('#')[0])
            .Where(target => target.Length > 0 && !target.Contains(':', StringComparison.Ordinal))
            .Where(target => !Path.Exists(Path.Combine(Repository.Root, Path.GetDirectoryName(page)!, target))));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_type_a_page_names_exists(string page) =>
        Assert.Empty(Spans(page)
            .Where(s => TypeLike().IsMatch(s))
            .Where(s => !Regex.IsMatch(AllCode.Value, $@"\b{s}\b", RegexOptions.CultureInvariant)));

    [Fact]
    public void Guardrails_signals_channels_and_actions_each_have_their_line_in_the_docs()
    {
        var docs = string.Join('\n', Repository.Files
            .Where(f => f.StartsWith("docs/", StringComparison.Ordinal) && f.EndsWith(".md", StringComparison.Ordinal))
            .Select(Repository.Read));
        Assert.Empty(CatalogFolders().Where(name => !docs.Contains($"`{name}`", StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void Every_folder_of_a_seam_has_its_line_in_the_catalog_and_a_contract_test()
    {
        var tests = string.Join('\n', Repository.Files
            .Where(f => f.StartsWith("tests/", StringComparison.Ordinal) && f.EndsWith(".cs", StringComparison.Ordinal))
            .Select(Repository.Read));
        foreach (var (seam, catalog, contract) in Seams)
        {
            var lines = Repository.Read(catalog);
            foreach (var folder in FoldersOf(seam))
            {
                Assert.Contains(folder, lines);
                Assert.Matches($@"class {folder}\w*\b[^\n]*{contract}", tests);
            }
        }
    }

    private static readonly (string Folder, string Catalog, string Contract)[] Seams =
    [
        ("src/Gateway/Guardrails/", "src/Gateway/Guardrails/GuardrailCatalog.cs", "GuardrailContract"),
        ("src/Gateway/Protocols/", "src/Gateway/Protocols/ProtocolCatalog.cs", "ProtocolContract"),
        ("src/Control/Response/Actions/", "src/Control/Response/Actions/ActionCatalog.cs", "ActionContract"),
        ("src/Control/Response/Channels/", "src/Control/Response/Channels/ChannelCatalog.cs", "ChannelContract"),
    ];

    private static IEnumerable<string> CatalogFolders() => Seams.SelectMany(s => FoldersOf(s.Folder));

    private static IEnumerable<string> FoldersOf(string seam) => Repository.Sources(seam)
        .Select(f => f[seam.Length..].Split('/'))
        .Where(parts => parts.Length > 1)
        .Select(parts => parts[0])
        .Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> Spans(string page) =>
        Code().Matches(Fence().Replace(Repository.Read(page), "")).Select(m => m.Groups[1].Value);

    private static bool Exists(string path) => path.Contains('<', StringComparison.Ordinal)
        || path.Contains('*', StringComparison.Ordinal)
        || path.Contains('{', StringComparison.Ordinal)
        || Path.Exists(Path.Combine(Repository.Root, path));

    [GeneratedRegex(@"^(src|tests|docs|eng|bench|samples)/[\w./*<>{},-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex PathLike();

    [GeneratedRegex(@"^[A-Z][a-z0-9]+([A-Z][a-z0-9]+)+$", RegexOptions.CultureInvariant)]
    private static partial Regex TypeLike();

    [GeneratedRegex(@"`([^`\n]+)`", RegexOptions.CultureInvariant)]
    private static partial Regex Code();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\]\(([^)\s]+)\)", RegexOptions.CultureInvariant)]
    private static partial Regex Link();
}
