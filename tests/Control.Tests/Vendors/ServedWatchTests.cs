using System.Text.Json.Nodes;
using Provost.Control.Decisions;
using Provost.Control.Governance;
using Provost.Control.Incidents;
using Provost.Control.Signals;
using Provost.Control.Tests.Decisions;
using Provost.Control.Tests.Governance;
using Provost.Control.Vendors;
using Provost.Gateway.Manifests;

namespace Provost.Control.Tests.Vendors;

public sealed class ServedWatchTests : IDisposable
{
    private readonly GovernanceTown _town = GovernanceTown.Peopled();
    private readonly FakeLog _log = new();
    private readonly LeafParser _parser = new();
    private readonly List<SignalEvent.Breach> _said = [];
    private readonly ServedWatch _watch;
    private ReleaseModel _model = new()
    {
        Provider = "openai",
        Name = "gpt-5.2-2026-09-01",
        Parameters = new Dictionary<string, ParameterSpec>(),
        Features = [],
        Outputs = [],
    };

    public ServedWatchTests()
    {
        _town.Give(_town.Apply("kim"));
        _watch = NewWatch();
    }

    private static ReleaseKey Key => new("desk", "production", GovernanceTown.ReleaseOf("1.0.0"));

    private IReadOnlyList<SeenModel> Seen => _town.State.Vendors.SeenOf(Key);

    public void Dispose() => _town.Dispose();

    [Fact]
    public async Task The_approved_model_is_written_down_once_and_nobody_is_told()
    {
        await AnswerAsync("gpt-5.2-2026-09-01", "fp_1");
        await AnswerAsync("gpt-5.2-2026-09-01", "fp_1");

        Assert.Empty(_said);
        var seen = Assert.Single(Seen);
        Assert.Equal(("gpt-5.2-2026-09-01 (fp_1)", true), (seen.Text, seen.Approved));
    }

    [Fact]
    public async Task A_model_that_the_release_does_not_name_is_said_until_an_open_incident_tells_of_it()
    {
        await AnswerAsync("gpt-5.3", null);
        await AnswerAsync("gpt-5.3", null);
        var breach = Assert.Single(_said);
        Assert.Equal((Key, "served", "gpt-5.3"), (breach.Key, breach.Signal, breach.Feature));
        Assert.Contains("Approved: gpt-5.2-2026-09-01.", breach.Evidence, StringComparison.Ordinal);
        Assert.False(Assert.Single(Seen).Approved);

        _log.Now += TimeSpan.FromMinutes(2);
        await AnswerAsync("gpt-5.3", null);
        Assert.Equal(2, _said.Count);

        await OpenAsync(_said[0]);
        _log.Now += TimeSpan.FromMinutes(2);
        await AnswerAsync("gpt-5.3", null);
        Assert.Equal(2, _said.Count);
    }

    [Fact]
    public async Task Another_fingerprint_than_at_first_is_said_once_even_after_a_restart()
    {
        await AnswerAsync("gpt-5.2-2026-09-01", "fp_1");
        await AnswerAsync("gpt-5.2-2026-09-01", "fp_2");
        await AnswerAsync("gpt-5.2-2026-09-01", "fp_2");
        await AnswerAsync("gpt-5.2-2026-09-01", "fp_2", NewWatch());

        Assert.Equal("gpt-5.2-2026-09-01 (fp_2)", Assert.Single(_said).Feature);
        Assert.Equal([true, false], Seen.Select(s => s.Approved));
    }

    [Fact]
    public async Task A_fingerprint_that_the_release_lists_is_approved_whichever_came_first()
    {
        _model = _model with { Fingerprints = ["fp_1", "fp_2"] };
        await AnswerAsync("gpt-5.2-2026-09-01", "fp_2");
        await AnswerAsync("gpt-5.2-2026-09-01", "fp_1");
        Assert.Empty(_said);

        await AnswerAsync("gpt-5.2-2026-09-01", "fp_3");
        await AnswerAsync("gpt-5.2-2026-09-01", null);
        Assert.Equal(
            ["gpt-5.2-2026-09-01 (fp_3)", "gpt-5.2-2026-09-01"], _said.Select(s => s.Feature));
    }

    [Fact]
    public async Task A_floating_model_that_changes_is_never_silent()
    {
        _model = _model with { Name = "gpt-5", Floating = true };
        await AnswerAsync("gpt-5-2026-08-01", null);
        Assert.Empty(_said);

        await AnswerAsync("gpt-5-2026-11-01", null);
        var breach = Assert.Single(_said);
        Assert.Equal("gpt-5-2026-11-01", breach.Feature);
        Assert.Contains("floating, first seen as gpt-5-2026-08-01", breach.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upstream_that_invents_names_fills_neither_log_nor_phone()
    {
        for (var i = 0; i < 200; i++)
            await AnswerAsync($"gpt-{i}", null);

        Assert.Equal(VendorState.MostSeen, Seen.Count);
        var others = _said.Where(s => s.Feature == "further identities").ToList();
        await OpenAsync(others[0]);
        var before = _said.Count;
        await AnswerAsync("gpt-201", null);
        Assert.Equal(before, _said.Count);
    }

    [Fact]
    public async Task A_drill_and_a_call_that_nobody_answered_say_nothing()
    {
        await AnswerAsync("gpt-0", null, change: record => record["drill"] = true);
        await AnswerAsync("gpt-0", null, change: record => record["modelServed"] = null);
        await AnswerAsync("gpt-0", null, change: record => record["type"] = "decision.intent");

        Assert.Empty(_said);
        Assert.Empty(Seen);
    }

    [Fact]
    public void What_answered_is_noted_by_the_control_plane_alone_and_once()
    {
        var body = new ModelSeen
        {
            System = "desk",
            Environment = "production",
            Release = Key.Release,
            Model = "gpt",
            Decision = Guid.NewGuid(),
            Approved = true,
        };
        Assert.Equal("provost.vendors.not_by_hand",
            _town.Code(GovernanceDraft.Of(Actor.Person("cleo"), "desk", body)));
        _town.Give(GovernanceDraft.Of(Actor.Self, "desk", body));
        Assert.Equal("provost.vendors.seen", _town.Code(GovernanceDraft.Of(Actor.Self, "desk", body)));
    }

    private ServedWatch NewWatch() => new(_town.Log, (_, _) => Release(), (heard, _) =>
    {
        _said.Add(Assert.IsType<SignalEvent.Breach>(heard));
        return Task.CompletedTask;
    });

    private async Task AnswerAsync(
        string model, string? fingerprint, ServedWatch? watch = null, Action<JsonObject>? change = null)
    {
        var at = (int)_log.Size;
        _log.Outcome(record =>
        {
            (record["system"], record["release"]) = (Key.System, Key.Release);
            (record["modelServed"], record["fingerprint"]) = (model, fingerprint);
            change?.Invoke(record);
        });
        await (watch ?? _watch).TakeAsync(
            _parser.Read(at, _log.Stored(at)), TestContext.Current.CancellationToken);
    }

    private Task OpenAsync(SignalEvent.Breach breach) => IncidentJournal.AppendAsync(
        _town.Log,
        new IncidentEvent.Opened
        {
            Id = Guid.CreateVersion7(),
            Incident = Guid.CreateVersion7(),
            At = _town.Time.GetUtcNow(),
            System = breach.Key.System,
            Environment = breach.Key.Environment,
            Breach = new BreachNote
            {
                Release = breach.Key.Release,
                Warrant = breach.Warrant,
                Signal = breach.Signal,
                Feature = breach.Feature,
                Value = 1,
                Limit = 0,
                Rows = 1,
                Since = breach.Since,
                Found = breach.At,
                Evidence = breach.Evidence,
                LogEvidence = 0,
            },
        },
        TestContext.Current.CancellationToken);

    private ReleaseDocument Release() => new()
    {
        System = "desk",
        Version = "1.0.0",
        Kind = "llm",
        Files = [],
        ReleaseJson = [],
        Digest = Key.Release,
        Spec = new ReleaseSpec
        {
            Model = _model,
            Tools = [],
            InputGuardrails = [],
            OutputGuardrails = [],
            OnBreach = [],
            Expires = TimeSpan.FromDays(180),
            ThresholdsJson = default,
        },
    };
}
