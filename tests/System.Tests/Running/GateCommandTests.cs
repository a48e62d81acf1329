using System.Text.Json.Nodes;
using Provost.Stage;

namespace Provost.SystemTests.Running;

/// <summary>
/// What a pipeline runs: digests from a checkout, the gate with and without the server, a first manifest.
/// </summary>
[Collection(nameof(Running))]
public sealed class GateCommandTests(GovernedTown town)
{
    [Fact]
    public async Task A_pipeline_is_let_through_by_the_server_and_by_the_warrant_alone()
    {
        await using var copy = await town.StartAsync();
        var sam = copy.Staff.Sam;
        var manifest = new Repositories(Path.Combine(copy.Folder, "pipeline")).CheckOut("refund-assistant");
        var plan = (await sam.RunAsync("plan", manifest, "--offline", "--json")).Ok().Json;
        var digest = (string)plan["releases"]![0]!["digest"]!;
        var warrant = Path.Combine(copy.Folder, "warrant.json");
        var trust = Path.Combine(copy.Data, "trust.json");

        var yes = (await sam.RunAsync("gate", "--digest", digest, "--env", "production", "--save", warrant)).Ok();
        Assert.Contains("Yes: refund-assistant@3.2.0 in production", yes.Output);
        (await sam.RunAsync("gate", "--manifest", manifest)).Ok();

        await Repositories.EditAsync(manifest, "prompts/refund.md", "refund", "rebate");
        var changed = await sam.RunAsync("gate", "--manifest", manifest);
        Assert.Equal(1, changed.ExitCode);
        Assert.Contains("unknown_release", changed.Output);

        Assert.Equal(0, await copy.Server.StopAsync());
        Assert.Equal(3, (await sam.RunAsync("gate", "--digest", digest)).ExitCode);
        string[] offline = ["gate", "--digest", digest, "--warrant", warrant, "--trust", trust];
        var alone = (await sam.RunAsync(offline)).Ok();
        Assert.Contains("Not checked without a server: whether the warrant was revoked", alone.Output);
        await RefusedAsync(sam, "other_environment", [.. offline, "--env", "staging"]);
        await RefusedAsync(
            sam, "other_release",
            ["gate", "--digest", "sha256:" + new string('0', 64), "--warrant", warrant, "--trust", trust]);

        var envelope = JsonNode.Parse(await File.ReadAllTextAsync(warrant))!;
        envelope["payload"] = Convert.ToBase64String("{}"u8);
        await File.WriteAllTextAsync(warrant, envelope.ToJsonString());
        await RefusedAsync(sam, "signature", offline);
        Assert.Equal(2, (await sam.RunAsync("gate", "--digest", digest, "--warrant", warrant)).ExitCode);
        Assert.Equal(2, (await sam.RunAsync("gate", "--digest", "latest")).ExitCode);
        Assert.Equal(2, (await sam.RunAsync("gate")).ExitCode);
    }

    [Theory]
    [InlineData("llm")]
    [InlineData("model")]
    public async Task A_first_manifest_is_valid_as_written_and_never_written_over(string kind)
    {
        using var home = new FirstFolder();
        string[] init =
        [
            "init", "desk", "--kind", kind, "--unit", "care", "--business", "dana@acme.example",
            "--technical", "sam@acme.example", "--folder", home.Repository,
        ];
        (await home.Person.RunAsync(init)).Ok();
        var manifest = Path.Combine(home.Repository, "provost.yaml");
        var written = await File.ReadAllTextAsync(manifest);
        Assert.Contains("provost.yaml -text", await File.ReadAllTextAsync(
            Path.Combine(home.Repository, ".gitattributes")));
        var plan = (await home.Person.RunAsync("plan", manifest, "--offline", "--json")).Ok().Json;
        Assert.Equal("desk", (string)plan["system"]!);

        var again = await home.Person.RunAsync(init);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("provost.yaml is there already", again.Errors);
        Assert.Equal(written, await File.ReadAllTextAsync(manifest));
    }

    [Fact]
    public async Task A_first_manifest_refuses_what_the_reader_would_refuse()
    {
        using var home = new FirstFolder();
        var refused = await home.Person.RunAsync(
            "init", "Desk 7", "--unit", "care", "--business", "the team", "--technical", "sam@acme.example",
            "--folder", home.Repository);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("metadata.name", refused.Errors);
        Assert.Empty(Directory.EnumerateFileSystemEntries(home.Repository));
    }

    [Fact]
    public async Task An_editor_accepts_the_samples_by_the_schema_and_underlines_an_unknown_key()
    {
        using var home = new FirstFolder();
        var schema = Path.Combine(home.Repository, "schema.json");
        await File.WriteAllTextAsync(schema, (await home.Person.RunAsync("schema")).Ok().Output);
        var good = new[] { "refund-assistant", "admissions" }
            .Select(s => Path.Combine(Repository.Root, "samples", s, "provost.yaml")).ToList();
        var text = await File.ReadAllTextAsync(good[0]);
        var bad = new[]
        {
            ("purpose:", "porpoise:"), ("failMode: closed", "failMode: ajar"), ("over: 2s", "over: 2 seconds"),
            ("dana@acme.example", "the team"), ("rate: 0.05", "rate: 5"),
        }.Select((change, i) =>
        {
            var file = Path.Combine(home.Repository, $"bad-{i}.yaml");
            File.WriteAllText(file, text.Replace(change.Item1, change.Item2, StringComparison.Ordinal));
            return file;
        });

        var printed = await NodeProgram.RunAsync("schema", ["check.mjs", schema, .. good, .. bad]);

        var lines = printed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!);
        Assert.Equal([true, true, false, false, false, false, false], lines.Select(l => (bool)l["valid"]!));
    }

    private static async Task RefusedAsync(Persona person, string code, string[] command)
    {
        var refused = await person.RunAsync(command);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"  {code}: ", refused.Output);
    }

    /// <summary>Somebody without a server, in a repository of their own.</summary>
    private sealed class FirstFolder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("provost-first-");

        public FirstFolder()
        {
            Repository = _folder.CreateSubdirectory("repository").FullName;
            Person = new Persona(
                "Mia", "mia@acme.example", Path.Combine(_folder.FullName, "home"), () => new Uri("http://127.0.0.1:9"));
        }

        public string Repository { get; }

        public Persona Person { get; }

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
