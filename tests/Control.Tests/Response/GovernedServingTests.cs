using System.Collections.Immutable;
using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Approvals;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Response;
using Provost.Gateway.Manifests;
using Provost.Gateway.Warrants;

namespace Provost.Control.Tests.Response;

public sealed class GovernedServingTests
{
    private static readonly SystemKey Key = new("desk", "production");
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_newest_warrant_serves_and_older_ones_in_force_can_be_restored()
    {
        var view = View(State(["r1", "r2", "r3"]))!;
        Assert.Equal("r3", view.Release);
        Assert.Equal(["r2", "r1"], view.Restorable);
        Assert.Equal(Now.AddHours(-1), view.LiveSince);
        Assert.Equal(["sam", "dana"], view.Escalation.Select(e => e.Person));
    }

    [Fact]
    public void Who_left_is_in_no_chain_of_pages_and_the_other_owner_stands_in()
    {
        var state = State(["r1"]);
        var sam = state.Roster.People["sam"];
        state = state with
        {
            Roster = state.Roster with { People = state.Roster.People.SetItem("sam", sam with { Active = false }) },
        };
        Assert.Equal(["dana", "dana"], View(state)!.Escalation.Select(e => e.Person));
    }

    [Fact]
    public void A_revoked_warrant_restores_nothing()
    {
        var state = State(["r1", "r2"]);
        state = state with
        {
            Warrants = state.Warrants with
            {
                Issued = state.Warrants.Issued.SetItem(0, state.Warrants.Issued[0] with { RevokedAt = Now }),
            },
        };
        Assert.Empty(View(state)!.Restorable);
    }

    [Fact]
    public void A_rollback_in_force_decides_what_serves_and_since_when()
    {
        var state = State(["r1", "r2", "r3"]);
        var order = new Order(Guid.Empty, "rollback", Key, "r2", "response", Now.AddMinutes(-2), null);
        var view = View(state with { Orders = state.Orders with { InForce = [order] } })!;
        Assert.Equal("r2", view.Release);
        Assert.Equal(Now.AddMinutes(-2), view.LiveSince);
        Assert.Equal(["r1"], view.Restorable);
    }

    [Fact]
    public void What_is_not_registered_or_not_warranted_serves_nothing()
    {
        Assert.Null(View(GovernanceState.Empty));
        Assert.Null(View(State([])));
    }

    private static ServingView? View(GovernanceState state) =>
        GovernedServing.Of(state, Key.System, Key.Environment, Release, Now);

    private static ReleaseDocument Release(string digest) => new()
    {
        System = "desk",
        Version = digest,
        Kind = "llm",
        Files = [],
        ReleaseJson = [],
        Digest = digest,
        Spec = new ReleaseSpec
        {
            Model = new ReleaseModel
            {
                Provider = "openai",
                Name = "gpt",
                Parameters = new Dictionary<string, ParameterSpec>(),
                Features = [],
                Outputs = [],
            },
            Tools = [],
            InputGuardrails = [],
            OutputGuardrails = [],
            OnBreach = [],
            Expires = TimeSpan.FromDays(180),
            ThresholdsJson = default,
        },
    };

    private static GovernanceState State(string[] releases) => GovernanceState.Empty with
    {
        Roster = RosterState.Empty with
        {
            People = new[] { "dana", "sam" }.ToImmutableSortedDictionary(p => p, Live, StringComparer.Ordinal),
        },
        Registry = RegistryState.Empty with { Systems = RegistryState.Empty.Systems.Add(Key, Desk()) },
        Warrants = WarrantState.Empty with
        {
            Issued = [.. releases.Select((r, i) => WarrantFor(r, Now.AddHours(i - releases.Length)))],
        },
    };

    private static Person Live(string id) => new() { Id = id, Roles = [], Mail = "", Name = "", Since = Now };

    private static Warrant WarrantFor(string release, DateTimeOffset issued) => new(
        Guid.Empty, Key, release,
        new WarrantPredicate
        {
            Id = Guid.Empty,
            Org = "acme.example",
            Environment = Key.Environment,
            System = Key.System,
            Release = release,
            Terms = "terms",
            Purpose = "",
            Population = "",
            Tier = "limited",
            Taxonomy = 1,
            Approvals = [],
            Thresholds = default,
            Owners = new WarrantOwners("dana", "sam", null),
            NotBefore = issued,
            NotAfter = issued.AddDays(180),
        },
        default(JsonElement), issued, RevokedAt: null);

    private static SystemState Desk() => new()
    {
        Key = Key,
        Kind = "llm",
        Unit = "care",
        Purpose = "",
        Population = "",
        Terms = "terms",
        Tier = "limited",
        Taxonomy = 1,
        Owners = new OwnerIds("dana", "sam", null),
        Escalation =
        [
            new EscalationStepFact("technical", 0), new EscalationStepFact("deputy", 600_000),
            new EscalationStepFact("business", 1_200_000),
        ],
        Contacts = new Dictionary<string, string>(),
        Registrant = "pat",
        Since = Now,
        Changed = Now,
    };
}
