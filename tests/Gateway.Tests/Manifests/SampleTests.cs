using System.Runtime.CompilerServices;
using System.Text.Json;
using Provost.Gateway.Binding;
using Provost.Gateway.Manifests;
using Provost.Ledger.Statements;

namespace Provost.Gateway.Tests.Manifests;

public sealed class SampleTests
{
    [Theory]
    [InlineData("refund-assistant", "llm")]
    [InlineData("admissions", "model")]
    [InlineData("calendar-agent", "agent")]
    [InlineData("translation-vendor", "vendor")]
    [InlineData("refund-flow", "chain")]
    public void A_sample_is_a_sound_manifest(string sample, string kind)
    {
        var set = Load(sample);

        Assert.Empty(set.Errors);
        Assert.Empty(set.Warnings);
        Assert.Equal(kind, set.System!.Kind);
        var release = Assert.Single(set.Releases);
        Assert.Equal(release.Digest, ReleaseDocument.Read(release.ReleaseJson).Digest);
        ReleaseComposition.Compile(release, set.Files);
    }

    [Fact]
    public void The_refund_flow_is_made_of_the_samples_that_are_there() => Assert.Equal(
        new[] { "refund-assistant", "calendar-agent" }.Select(s => (s, Load(s).Releases[0].Digest)),
        Load("refund-flow").Releases[0].Spec.Components.Select(c => (c.System, c.Release)));

    [Fact]
    public void An_agent_s_tools_carry_their_grants() => Assert.Equal(
        [("find_slots", new DateOnly(2027, 5, 31)), ("book_slot", new DateOnly(2027, 2, 28))],
        Load("calendar-agent").Releases[0].Spec.Tools.Select(t => (t.Name, t.Grant!.ReviewBy)));

    [Fact]
    public void The_admissions_release_names_the_model_and_data_that_are_there()
    {
        var model = Load("admissions").Releases[0].Spec.Model;

        Assert.Equal(Digest.Of(Read("admissions", "model/admissions.json")!), model.Artifact);
        Assert.EndsWith(Digest.Of(Read("admissions", "data/ucb-admissions.csv")!), model.Data);
    }

    [Fact]
    public void The_admissions_baseline_is_the_mix_of_departments_in_the_data()
    {
        var rows = System.Text.Encoding.UTF8.GetString(Read("admissions", "data/ucb-admissions.csv")!)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Trim().Split(','));
        var counts = rows.GroupBy(row => row[0]).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => group.Sum(row => int.Parse(row[2]) + int.Parse(row[3])));

        using var baseline = JsonDocument.Parse(Read("admissions", "baselines/admissions.json"));
        var dept = baseline.RootElement.GetProperty("features")[0];

        Assert.Equal([.. counts, 0, 0], dept.GetProperty("counts").EnumerateArray().Select(count => count.GetInt32()));
    }

    private static ManifestSet Load(string sample) => ManifestParser.Parse(
        [new ManifestSource("provost.yaml", Read(sample, "provost.yaml"))],
        path => Read(sample, path),
        new ManifestOptions { Guardrails = ["pii", "secrets"] });

    private static byte[]? Read(string sample, string file)
    {
        var path = Path.Combine(Root(), "samples", sample, file);
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    internal static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
