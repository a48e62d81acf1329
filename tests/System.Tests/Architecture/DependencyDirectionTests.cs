using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Provost.SystemTests.Architecture;

/// <summary>The arrows of ARCHITECTURE.md, read from the project files and from the text of the code.</summary>
public sealed class DependencyDirectionTests
{
    private static readonly Dictionary<string, string[]> AllowedProjects = new()
    {
        ["Patterns"] = [],
        ["Ledger"] = [],
        ["Gateway"] = ["Ledger", "Patterns"],
        ["Control"] = ["Gateway", "Ledger"],
        ["WebConsole"] = ["Control", "Gateway", "Ledger"],
        // an executable names all that must stand beside it; what its code uses is told by its lines
        ["Server"] = ["Control", "Gateway", "Ledger", "Patterns", "WebConsole"],
        ["Cli"] = ["Gateway", "Ledger", "Patterns"],
    };

    private static readonly Dictionary<string, string[]> AllowedPackages = new()
    {
        ["Patterns"] = [],
        ["Ledger"] = [],
        ["Gateway"] = ["YamlDotNet"],
        ["Control"] = ["Dapper", "Npgsql"],
        ["WebConsole"] = [],
        ["Server"] = ["Microsoft.AspNetCore.OpenApi", "OpenTelemetry", "OpenTelemetry.Exporter.OpenTelemetryProtocol"],
        ["Cli"] = ["Spectre.Console", "System.CommandLine"],
    };

    [Fact]
    public void Every_project_references_only_what_stands_below_it()
    {
        foreach (var (project, allowed) in AllowedProjects)
        {
            Assert.Empty(References(project, "ProjectReference")
                .Select(path => Path.GetFileNameWithoutExtension(path))
                .Except(allowed));
        }
    }

    [Fact]
    public void Every_project_takes_only_the_packages_it_is_granted()
    {
        foreach (var (project, allowed) in AllowedPackages)
        {
            Assert.Empty(References(project, "PackageReference").Except(allowed));
        }
    }

    [Fact]
    public void Every_project_under_src_has_its_row_here() =>
        Assert.Equal(
            AllowedProjects.Keys.Order(),
            Repository.Files
                .Where(f => f.StartsWith("src/", StringComparison.Ordinal))
                .Where(f => f.EndsWith(".csproj", StringComparison.Ordinal))
                .Select(f => Path.GetFileNameWithoutExtension(f)).Order());

    [Theory]
    [InlineData("src/Patterns/")]
    [InlineData("src/Ledger/")]
    public void The_most_trusted_code_knows_no_web_framework(string folder) =>
        Assert.Empty(LinesWith(folder, @"^using Microsoft\.(AspNetCore|Extensions)"));

    [Fact]
    public void The_gateway_touches_no_database() =>
        Assert.Empty(LinesWith("src/Gateway/", @"^using (Npgsql|Dapper|System\.Data)"));

    [Fact]
    public void The_verifier_shares_no_code_path_with_the_writer() =>
        Assert.Empty(LinesWith(
            "src/Ledger/Verification/",
            @"^using Provost\.Ledger\.(Spool|Tree|Export|Records|Payloads|Sequencing|Proofs)"));

    [Fact]
    public void Signals_see_decision_records_and_never_live_traffic() =>
        Assert.Empty(LinesWith(
            "src/Control/Signals/", @"^using Provost\.Gateway\.(Pipeline|Protocols|Routing|Snapshot)"));

    [Fact]
    public void A_guardrail_does_no_input_or_output() =>
        Assert.Empty(LinesWith("src/Gateway/Guardrails/", @"\b(HttpClient|Socket|File\.|FileStream|Process\.Start)\b"));

    private static IEnumerable<string> References(string project, string kind) =>
        XDocument.Load(Path.Combine(Repository.Root, "src", project, project + ".csproj"))
            .Descendants(kind)
            .Select(e => e.Attribute("Include")!.Value);

    private static List<string> LinesWith(string folder, string pattern) =>
        [.. Repository.Sources(folder).SelectMany(
            file => Repository.Read(file).Split('\n')
                .Where(line => Regex.IsMatch(line, pattern, RegexOptions.CultureInvariant))
                .Select(line => $"{file}: {line.Trim()}"))];
}
