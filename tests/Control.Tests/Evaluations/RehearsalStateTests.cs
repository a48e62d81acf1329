using Provost.Control.Evaluations;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Tests.Governance;
using Provost.Ledger.Statements;

namespace Provost.Control.Tests.Evaluations;

/// <summary>When the fold opens a lane and when it closes one.</summary>
public sealed class RehearsalStateTests
{
    private static readonly string Release = Digest.Of("with a set"u8);
    private static readonly string Set = Digest.Of("set"u8);

    [Fact]
    public void A_retired_system_has_no_lane_and_gets_none()
    {
        using var town = GovernanceTown.Peopled();
        town.Give(town.Apply("kim"));
        town.Give(GovernanceDraft.Of(Actor.Person("kim"), "desk", new ReleaseSubmitted
        {
            System = "desk",
            Release = Release,
            Version = "2.0.0",
            Provider = "openai",
            Model = "gpt",
            LastsMs = 86_400_000,
            Files = new Dictionary<string, string> { ["set.jsonl"] = Set },
        }));
        town.Give(Begin(town, 1));
        Assert.Single(town.State.Rehearsals.Open(town.Time.GetUtcNow()));

        town.Give(town.Act("dana", "desk", new SystemRetired { System = "desk" }, "retire"));
        Assert.Empty(town.State.Rehearsals.Open(town.Time.GetUtcNow()));
        Assert.Equal("broken", town.State.Rehearsals.All[0].Standing(town.Time.GetUtcNow()));
        Assert.Equal("provost.systems.retired", town.Code(Begin(town, 2)));
    }

    private static GovernanceDraft Begin(GovernanceTown town, int number) => GovernanceDraft.Of(
        Actor.Person("kim"), Release, new RehearsalBegun
        {
            Rehearsal = Guid.CreateVersion7(town.Time.GetUtcNow()),
            System = "desk",
            Release = Release,
            Set = Set,
            Key = $"KEY000000{number}",
            Hash = new string('a', 64),
            Until = InstantConverter.Whole(town.Time.GetUtcNow() + RehearsalState.Longest),
        });
}
