using System.Text.Json;
using Provost.Control.Approvals;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Tests.Governance;
using Provost.Gateway.Warrants;
using Provost.Ledger.Statements;

namespace Provost.Control.Tests.Registry;

/// <summary>Releases that are made of other releases.</summary>
public sealed class ChainTests : IDisposable
{
    private readonly GovernanceTown _town = GovernanceTown.Peopled();

    public ChainTests()
    {
        foreach (var system in new[] { "a", "b", "c" })
            Declare(system);
    }

    public void Dispose() => _town.Dispose();

    [Fact]
    public void A_component_is_a_release_that_was_submitted()
    {
        Assert.Equal("provost.releases.component", _town.Code(Release("a", "1", ("b", "1"))));
        _town.Give(Release("b", "1"));
        _town.Give(Release("a", "1", ("b", "1")));
    }

    [Fact]
    public void A_chain_that_leads_back_to_itself_over_other_chains_is_refused_with_the_way()
    {
        _town.Give(Release("a", "1"));
        _town.Give(Release("b", "1", ("a", "1")));
        _town.Give(Release("c", "1", ("b", "1")));

        var refused = Assert.IsType<GovernanceOutcome.Refused>(_town.Try(Release("a", "2", ("c", "1"))));

        Assert.Equal("provost.releases.cycle", refused.Fault.Code);
        Assert.Contains("a -> c -> b -> a", refused.Fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_parent_is_a_release_that_was_submitted()
    {
        var child = Child("b", "2", DigestOf("a", "1"));
        Assert.Equal("provost.releases.parent", _town.Code(child));
        _town.Give(Release("a", "1"));
        _town.Give(child);
        Assert.Equal(DigestOf("a", "1"), _town.State.Registry.Version("b", "2")!.Uses[0].Digest);
    }

    [Fact]
    public void A_component_that_serves_another_release_marks_every_chain_that_contains_it()
    {
        _town.Give(Release("b", "1"));
        _town.Give(Release("b", "2"));
        _town.Give(Release("a", "1", ("b", "1")));
        _town.Give(Release("c", "1", ("b", "1")));

        Assert.Empty(Marks("a", ("a", "1"), ("b", "1")));
        Assert.Equal(["b was approved as 1 and serves 2"], Marks("a", ("a", "1"), ("b", "1"), ("b", "2")));
        Assert.Equal(["b was approved as 1 and serves 2"], Marks("c", ("c", "1"), ("b", "1"), ("b", "2")));
        Assert.Equal(["b was approved as 1 and serves nothing"], Marks("a", ("a", "1")));
        Assert.Empty(Marks("b", ("b", "2")));
    }

    private IReadOnlyList<string> Marks(string system, params (string System, string Version)[] warranted)
    {
        var state = _town.State with
        {
            Warrants = new WarrantState { Issued = [.. warranted.Select(w => Warranted(w.System, w.Version))] },
        };
        return ChainReview.Of(state, new SystemKey(system, "production"), _town.Time.GetUtcNow());
    }

    private Warrant Warranted(string system, string version) => new(
        Guid.NewGuid(), new SystemKey(system, "production"), DigestOf(system, version),
        new WarrantPredicate
        {
            Id = Guid.Empty,
            Org = GovernanceTown.Org,
            Environment = "production",
            System = system,
            Release = DigestOf(system, version),
            Terms = "terms",
            Purpose = "",
            Population = "",
            Tier = "limited",
            Taxonomy = 1,
            Approvals = [],
            Thresholds = default,
            Owners = new WarrantOwners("dana", "sam", null),
            NotBefore = _town.Time.GetUtcNow(),
            NotAfter = _town.Time.GetUtcNow().AddDays(1),
        },
        default(JsonElement), _town.Time.GetUtcNow(), RevokedAt: null);

    private void Declare(string system)
    {
        var applied = _town.Apply("kim").Body.Deserialize<SystemApplied>(JsonSerializerOptions.Web)!;
        _town.Give(GovernanceDraft.Of(Actor.Person("kim"), system, applied with { System = system }));
    }

    private static GovernanceDraft Release(
        string system, string version, params (string System, string Version)[] of) =>
        Draft(system, version,
            [.. of.Select(c => new UsedPart(UsedPart.Component, c.System, Digest: DigestOf(c.System, c.Version)))]);

    private static GovernanceDraft Child(string system, string version, string parent) =>
        Draft(system, version, [new UsedPart(UsedPart.Parent, parent, Digest: parent)]);

    private static GovernanceDraft Draft(string system, string version, IReadOnlyList<UsedPart> uses) =>
        GovernanceDraft.Of(Actor.Person("kim"), system, new ReleaseSubmitted
        {
            System = system,
            Release = DigestOf(system, version),
            Version = version,
            Provider = "openai",
            Model = "gpt",
            LastsMs = 86_400_000,
            Files = new Dictionary<string, string>(),
            Uses = uses,
        });

    private static string DigestOf(string system, string version) =>
        Digest.Of(System.Text.Encoding.UTF8.GetBytes($"{system} {version}"));
}
