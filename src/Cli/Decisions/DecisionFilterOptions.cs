using System.CommandLine;

namespace Provost.Cli.Decisions;

/// <summary>The filters that lists and exports of decisions share.</summary>
internal sealed class DecisionFilterOptions
{
    private readonly Option<string> _system = new("--system") { Description = "Of this system." };
    private readonly Option<string> _model = new("--model") { Description = "That asked for this model." };
    private readonly Option<string> _outcome = new("--outcome")
    {
        Description = "allowed, redacted, blocked, held, fallback.",
    };

    private readonly Option<string> _code = new("--code") { Description = "With this refusal code." };
    private readonly Option<string> _cohort = new("--cohort") { Description = "Of this cohort, as region=eu." };
    private readonly Option<string> _release = new("--release")
    {
        Description = "Of this release: its version (with --system, or as system@version) or its digest.",
    };

    private readonly Option<string> _environment = new("--environment", "-e") { Description = "In this environment." };
    private readonly Option<string> _key = new("--key") { Description = "Asked for with this client key (its id)." };
    private readonly Option<string> _exception = new("--exception") { Description = "Made under this exception." };

    private readonly Option<string> _adoption = new("--adoption")
    {
        Description = "Passed ungoverned under this adoption.",
    };

    private readonly Option<string> _since = new("--since") { Description = "From this instant on (UTC)." };
    private readonly Option<string> _until = new("--until") { Description = "Before this instant (UTC)." };

    public IReadOnlyList<Option> All =>
        [_system, _environment, _model, _release, _outcome, _code, _cohort, _key, _exception, _adoption, _since,
            _until];

    public (string Name, string? Value)[] Of(ParseResult parse) =>
    [
        ("system", parse.GetValue(_system)), ("model", parse.GetValue(_model)), ("outcome", parse.GetValue(_outcome)),
        ("code", parse.GetValue(_code)), ("cohort", parse.GetValue(_cohort)), ("since", parse.GetValue(_since)),
        ("until", parse.GetValue(_until)), ("release", parse.GetValue(_release)),
        ("environment", parse.GetValue(_environment)), ("key", parse.GetValue(_key)),
        ("exception", parse.GetValue(_exception)),
        ("adoption", parse.GetValue(_adoption)),
    ];
}
