using System.Text;
using System.Text.Json;
using Provost.Gateway.Binding;
using Provost.Gateway.Manifests;
using Provost.Gateway.Tests.Manifests;

namespace Provost.Gateway.Tests.Binding;

public sealed class ReleaseCompositionTests
{
    private const string Text = "You answer Ann about refunds.\nNothing else.\n";

    private const string Tools = """
        [ { "function": { "parameters": { "properties": { "id": { "minLength": 3.0, "type": "string" } },
            "type": "object" }, "name": "order_status" }, "type": "function" } ]
        """;

    private static readonly ReleaseComposition Verifies =
        ReleaseComposition.Compile(ManifestSamples.ReleaseOf(ManifestSamples.LlmRelease), ManifestSamples.Files());

    private static readonly ReleaseComposition Injects = Inject();

    [Fact]
    public void Binds_the_approved_call()
    {
        var result = Bind(Verifies, new Call());

        Assert.True(result.IsBound, Show(result));
        Assert.False(result.SuppliesPrompt);
        Assert.Equal(0UL, result.SuppliedParameters);
    }

    [Fact]
    public void Allocates_nothing_for_a_bound_call()
    {
        var call = new Call();
        for (var i = 0; i < 100; i++)
        {
            Bind(Verifies, call);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Bind(Verifies, call);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("0.2")]
    [InlineData("0.20")]
    [InlineData("2e-1")]
    [InlineData("20E-2")]
    public void Equals_numbers_by_value(string temperature) =>
        Assert.True(Bind(Verifies, new Call { Temperature = temperature }).IsBound);

    [Theory]
    [InlineData("0.21")]
    [InlineData("\"0.2\"")]
    [InlineData("null")]
    [InlineData("0.2000000000000000000000000000000000000001")]
    [InlineData("[0.2]")]
    [InlineData("0.2 0.2")]
    [InlineData("{")]
    public void Refuses_another_value(string temperature)
    {
        var difference = Assert.Single(Bind(Verifies, new Call { Temperature = temperature }).Differences);

        Assert.Equal(("parameters.temperature", "0.2", temperature),
            (difference.Path, difference.Approved, difference.Observed));
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("500", true)]
    [InlineData("5e2", true)]
    [InlineData("250.5", true)]
    [InlineData("0", false)]
    [InlineData("501", false)]
    [InlineData("1e400", false)]
    [InlineData("true", false)]
    public void Keeps_a_number_within_its_range(string maxTokens, bool bound) =>
        Assert.Equal(bound, Bind(Verifies, new Call { MaxTokens = maxTokens }).IsBound);

    [Fact]
    public void Refuses_a_parameter_that_is_undeclared_doubled_or_missing()
    {
        Assert.Equal("parameters.top_p", Only(Bind(Verifies, new Call { Extra = ("top_p", "0.5") })).Path);
        Assert.Equal("parameters.n", Only(Bind(Verifies, new Call { Extra = ("n", "2") })).Path);
        Assert.Equal("parameters.temperature", Only(Bind(Verifies, new Call { Extra = ("temperature", "0.2") })).Path);
        var missing = Only(Bind(Verifies, new Call { MaxTokens = null }));
        Assert.Equal(("parameters.max_tokens", "from 1 to 500", null),
            (missing.Path, missing.Approved, missing.Observed));
    }

    [Theory]
    [InlineData("stream")]
    [InlineData("stream_options")]
    [InlineData("user")]
    [InlineData("safety_identifier")]
    [InlineData("metadata")]
    [InlineData("messages")]
    public void Leaves_free_what_does_not_shape_the_answer(string name) =>
        Assert.True(Bind(Verifies, new Call { Extra = (name, "\"x\"") }).IsBound);

    [Fact]
    public void Refuses_another_model() =>
        Assert.Equal(
            new Difference("model", "gpt-5.2-2026-09-01", "gpt-5.2"),
                Only(Bind(Verifies, new Call { Model = "gpt-5.2" })));

    [Fact]
    public void Refuses_a_prompt_with_one_changed_character()
    {
        var difference = Only(Bind(Verifies, new Call { Messages = [System(Text.Replace("Nothing", "Anything"))] }));

        Assert.Equal("messages[0]", difference.Path);
        Assert.Equal("system: " + ManifestSamples.Prompt, difference.Approved);
        Assert.Contains("Anything", difference.Observed);
    }

    [Fact]
    public void Reads_escapes_and_text_parts_as_the_model_would()
    {
        var escaped = string.Concat(Text.Select(c => $"\\u{(int)c:x4}"));
        Assert.True(Bind(Verifies, new Call { Messages = [Raw($"\"{escaped}\"")] }).IsBound);

        var parts = $$"""[{"type":"text","text":"You answer Ann "},{"text":{{Json(Text[15..])}},"type":"text"}]""";
        Assert.True(Bind(Verifies, new Call { Messages = [Raw(parts)] }).IsBound);
    }

    [Theory]
    [InlineData("[{\"type\":\"image_url\",\"image_url\":{}}]")]
    [InlineData("[{\"type\":\"text\",\"text\":\"a\",\"cache\":\"b\"}]")]
    [InlineData("null")]
    [InlineData("\"\\ud800\"")]
    [InlineData("[\"You\"]")]
    [InlineData("\"unfinished")]
    public void Refuses_content_that_is_not_only_text(string content) =>
        Assert.Equal("messages[0]", Only(Bind(Verifies, new Call { Messages = [Raw(content)] })).Path);

    [Fact]
    public void Refuses_another_number_or_role_or_furniture_of_messages()
    {
        Assert.Null(Only(Bind(Verifies, new Call { Messages = [] })).Observed);
        Assert.Equal("messages[1]", Only(Bind(Verifies, new Call { Messages = [System(Text), System("x")] })).Path);
        Assert.StartsWith("developer: ", Only(Bind(Verifies, new Call
        {
            Messages = [System(Text) with { Role = ObservedRole.Developer }],
        })).Observed);
        Assert.False(Bind(Verifies, new Call { Messages = [System(Text) with { HasOtherMembers = true }] }).IsBound);
    }

    [Theory]
    [InlineData("\"minLength\": 3.0", "\"minLength\": 4")]
    [InlineData("\"order_status\"", "\"order_state\"")]
    [InlineData("\"type\": \"function\"", "\"type\": \"function\", \"strict\": true")]
    [InlineData(", \"type\": \"function\" } ]", " } ]")]
    [InlineData("\"type\": \"function\" } ]", "\"type\": \"function\", \"type\": \"function\" } ]")]
    [InlineData(" } ]", " }, {} ]")]
    [InlineData("[ {", "[ [], {")]
    public void Refuses_other_tools(string old, string changed)
    {
        Assert.Contains(old, Tools);

        Assert.Equal("tools", Only(Bind(Verifies, new Call { Tools = Tools.Replace(old, changed) })).Path);
    }

    [Fact]
    public void Refuses_a_call_without_its_tools_and_tools_where_none_are_approved()
    {
        Assert.Equal("tools", Only(Bind(Verifies, new Call { Tools = "" })).Path);
        Assert.Equal("tools", Only(Bind(Injects, new Call { Tools = Tools, Messages = [] })).Path);
        Assert.True(Bind(Injects, new Call { Tools = "[]", Messages = [] }).IsBound);
    }

    [Fact]
    public void Supplies_the_prompt_and_omitted_parameters_under_inject()
    {
        var result = Bind(Injects, new Call { Temperature = null, Messages = [], Tools = "" });

        Assert.True(result.IsBound, Show(result));
        Assert.True(result.SuppliesPrompt);
        var supplied = Injects.Parameters
            .Where((_, i) => (result.SuppliedParameters & (1UL << i)) != 0)
            .Select(p => $"{Encoding.UTF8.GetString(p.Name)}={Encoding.UTF8.GetString(p.Json)}");
        Assert.Equal(["temperature=0.2"], supplied);
        var message = Assert.Single(Injects.Prompt);
        Assert.Equal("You answer \"well\".\n", JsonSerializer.Deserialize<string>(message.JsonText));
    }

    [Fact]
    public void Under_inject_a_client_may_send_the_approved_prompt_but_no_other_and_no_range_is_guessed()
    {
        var sent = Bind(Injects, new Call { Messages = [System("You answer \"well\".\n")], Tools = "" });
        Assert.True(sent.IsBound);
        Assert.False(sent.SuppliesPrompt);
        Assert.False(Bind(Injects, new Call { Messages = [System("You lie.\n")], Tools = "" }).IsBound);
        Assert.False(Bind(Injects, new Call { Messages = [], MaxTokens = null, Tools = "" }).IsBound);
    }

    [Fact]
    public void Binds_a_scorer_by_name_and_by_the_version_it_reports()
    {
        var set = ManifestSamples.Parse(ManifestSamples.ScoringSystem + "---\n" + ManifestSamples.ScoringRelease);
        var scorer = ReleaseComposition.Compile(set.Releases[0], ManifestSamples.Files());

        Assert.True(scorer.BindScorer("admissions"u8, []).IsBound);
        Assert.True(scorer.BindScorer("admissions"u8, "1"u8).IsBound);
        Assert.Equal(new Difference("version", "1", "2"), Only(scorer.BindScorer("admissions"u8, "2"u8)));
        Assert.Equal("model", Only(scorer.BindScorer("other"u8, "1"u8)).Path);
        Assert.True(scorer.IsApprovedVersion("1"u8));
        Assert.False(scorer.IsApprovedVersion("2"u8));
        Assert.False(scorer.IsApprovedVersion([]));
    }

    [Fact]
    public void Compiles_only_with_the_files_that_were_approved()
    {
        var release = ManifestSamples.ReleaseOf(ManifestSamples.LlmRelease);
        var files = ManifestSamples.Files();
        files["prompts/refund.md"][0] ^= 1;

        Assert.Contains("not the file",
            Assert.Throws<ManifestException>(() => ReleaseComposition.Compile(release, files)).Message);
        files.Remove("prompts/refund.md");
        Assert.Contains("missing",
            Assert.Throws<ManifestException>(() => ReleaseComposition.Compile(release, files)).Message);
    }

    private static ReleaseComposition Inject()
    {
        var files = ManifestSamples.Files();
        files["prompts/refund.md"] = "You answer \"well\".\n"u8.ToArray();
        var release = ManifestSamples.LlmRelease.Replace("bind: verify, holes: { name: { max: 20 } }", "bind: inject");
        var start = release.IndexOf("  tools:", StringComparison.Ordinal);
        var end = release.IndexOf("  guardrails:", StringComparison.Ordinal);
        return ReleaseComposition.Compile(ManifestSamples.ReleaseOf(release.Remove(start, end - start), files), files);
    }

    private static BindingResult Bind(ReleaseComposition composition, Call call) =>
        composition.Bind(new ObservedComposition
        {
            Model = call.ModelBytes,
            Parameters = call.Parameters,
            Messages = call.Messages,
            Tools = call.ToolBytes,
        });

    private static Difference Only(BindingResult result) => Assert.Single(result.Differences);

    private static string Show(BindingResult result) => string.Join("\n", result.Differences);

    private static string Json(string text) => JsonSerializer.Serialize(text);

    private static ObservedMessage System(string text) => Raw(Json(text));

    private static ObservedMessage Raw(string content) =>
        new(ObservedRole.System, Encoding.UTF8.GetBytes(content), HasOtherMembers: false);

    private sealed class Call
    {
        public string Model { init => ModelBytes = Encoding.UTF8.GetBytes(value); }

        public byte[] ModelBytes { get; private init; } = "gpt-5.2-2026-09-01"u8.ToArray();

        public string? Temperature { init => Set("temperature", value); }

        public string? MaxTokens { init => Set("max_tokens", value); }

        public (string Name, string Json) Extra
        {
            init => Parameters = [.. Parameters, Parameter(value.Name, value.Json)];
        }

        public ObservedParameter[] Parameters { get; private set; } =
        [
            Parameter("max_tokens", "200"), Parameter("stop", "[\"END\"]"), Parameter("temperature", "0.2"),
            Parameter("stream", "true"),
        ];

        public ObservedMessage[] Messages { get; init; } = [System(Text)];

        public string Tools { init => ToolBytes = Encoding.UTF8.GetBytes(value); }

        public byte[] ToolBytes { get; private init; } = Encoding.UTF8.GetBytes(ReleaseCompositionTests.Tools);

        private void Set(string name, string? json)
        {
            var others = Parameters.Where(p => Encoding.UTF8.GetString(p.Name.Span) != name);
            Parameters = json is null ? [.. others] : [.. others, Parameter(name, json)];
        }

        private static ObservedParameter Parameter(string name, string json) =>
            new(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(json));
    }
}
