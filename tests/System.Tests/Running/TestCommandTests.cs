using System.Xml.Linq;
using Provost.Stage;

namespace Provost.SystemTests.Running;

/// <summary>A release is tested through the gateway of a running server, by its command line.</summary>
[Collection(nameof(Running))]
public sealed class TestCommandTests(GovernedTown town)
{
    [Fact]
    public async Task A_release_is_replayed_scored_and_signed_and_its_calls_are_drills()
    {
        await using var copy = await town.StartAsync();
        var mia = copy.Staff.Mia;
        var junit = Path.Combine(copy.Folder, "junit.xml");
        var ran = (await mia.RunAsync("test", "--release", "refund-assistant@3.2.0", "--junit", junit)).Ok();
        Assert.Contains("correct: 1 of 3", ran.Output);
        Assert.Contains("passed", ran.Output);

        var suite = XDocument.Load(junit).Root!;
        Assert.Equal("4", suite.Attribute("tests")!.Value);
        Assert.Equal("0", suite.Attribute("failures")!.Value);
        Assert.Equal(
            ["send-back", "how-long", "where-to", "minimum correct"],
            suite.Elements("testcase").Select(c => c.Attribute("name")!.Value));

        var list = (await mia.RunAsync("test", "--list", "--release", "refund-assistant@3.2.0", "--json")).Ok().Json;
        var test = Assert.Single(list["items"]!.AsArray())!;
        Assert.Equal("passed", (string)test["standing"]!);
        Assert.Equal(2, (await mia.RunAsync("test")).ExitCode);
        Assert.Equal(
            "passed",
            (string)(await mia.RunAsync("test", "--list", "--release", "admissions@1.0.0", "--json")).Ok()
                .Json["items"]![0]!["standing"]!);
        Assert.Equal(1, (await mia.RunAsync("test", "--release", "admissions@9.9.9")).ExitCode);
    }
}
