using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Ledger.Statements;

namespace Provost.Control.Tests.Governance;

public sealed class GovernanceStateTests
{
    [Fact]
    public void Refuses_anything_before_the_genesis()
    {
        var entry = new GovernanceEntry
        {
            Id = Guid.CreateVersion7(),
            Time = DateTimeOffset.UnixEpoch,
            Verb = PersonAdded.Verb,
            Actor = Actor.Setup,
            Object = "p",
            Body = JsonDocument.Parse("{}").RootElement,
        };
        Assert.Equal("provost.governance.no_genesis", GovernanceState.Empty.Apply(entry).Fault?.Code);
    }

    [Fact]
    public void Refuses_a_genesis_that_the_root_key_did_not_sign()
    {
        using var town = new GovernanceTown();
        using var other = Ed25519PrivateKey.Generate();
        var genesis = town.Written[0];
        var envelope = Dsse.Sign(Genesis.PayloadType, CanonicalJson.From(genesis.Body), other);
        var forged = genesis with { Statement = SignedStatement.Element(envelope) };
        Assert.Equal("provost.genesis.unsigned", GovernanceState.Empty.Apply(forged).Fault?.Code);
    }

    [Fact]
    public void Refuses_a_second_genesis()
    {
        using var town = new GovernanceTown();
        var again = town.Written[0] with { Position = 7 };
        Assert.Equal("provost.genesis.second", town.State.Apply(again).Fault?.Code);
    }

    [Fact]
    public void A_malformed_body_has_no_effect_and_says_so()
    {
        using var town = GovernanceTown.Peopled();
        var body = JsonDocument.Parse("""{"system":"desk","extra":1}""").RootElement;
        var draft = new GovernanceDraft
        {
            Verb = SystemApplied.Verb,
            Actor = Actor.Person("kim"),
            Object = "desk",
            Body = body,
        };
        Assert.Equal("provost.governance.body", town.Code(draft));
    }

    [Fact]
    public void An_unknown_verb_of_a_later_edition_changes_nothing_but_the_position()
    {
        using var town = GovernanceTown.Peopled();
        var before = town.State;
        town.Give(new GovernanceDraft
        {
            Verb = "later",
            Actor = Actor.Self,
            Object = "x",
            Body = JsonDocument.Parse("{}").RootElement,
        });
        Assert.Same(before.Roster, town.State.Roster);
        Assert.Equal(before.Position + 1, town.State.Position);
    }

    [Fact]
    public void A_statement_has_its_effect_once()
    {
        using var town = GovernanceTown.Peopled();
        town.Give(town.Apply("kim"));
        town.Give(GovernanceTown.Submit("kim"));
        var approval = town.Approve("lea");
        town.Give(approval);
        Assert.Equal("provost.statement.replayed", town.Code(approval));
    }

    [Fact]
    public void An_epoch_only_grows()
    {
        using var town = new GovernanceTown();
        var issued = new SnapshotIssued
        {
            Epoch = 5,
            Snapshot = Digest.Of("a"u8),
            ExpiresAt = town.Time.GetUtcNow(),
        };
        town.Give(GovernanceDraft.Of(Actor.Self, "snapshot", issued));
        Assert.Equal("provost.snapshot.epoch", town.Code(GovernanceDraft.Of(Actor.Self, "snapshot", issued)));
        Assert.Equal(5, town.State.Epoch);
    }

    [Fact]
    public void Replaying_any_part_of_the_stream_again_changes_nothing()
    {
        using var town = Busy();
        var once = GovernanceTown.Fold(town.Written);
        Prop.ForAll(
            Gen.Choose(0, town.Written.Count).Two().ToArbitrary(),
            pair =>
            {
                var (from, to) = pair.Item1 < pair.Item2 ? pair : (pair.Item2, pair.Item1);
                var twice = GovernanceTown.Fold(town.Written.Skip(from).Take(to - from), once);
                return ReferenceEquals(twice, once) || Same(twice, once);
            }).QuickCheckThrowOnFailure();
        Assert.True(Same(once, town.State));
    }

    [Fact]
    public void The_state_at_an_instant_is_the_state_that_held_then()
    {
        using var town = GovernanceTown.Peopled();
        town.Time.Advance(TimeSpan.FromMinutes(1));
        var before = town.Time.GetUtcNow();
        town.Time.Advance(TimeSpan.FromMinutes(1));
        town.Give(town.Apply("kim"));
        Assert.Empty(town.Log.StateAt(before).Registry.Systems);
        Assert.Single(town.Log.StateAt(town.Time.GetUtcNow()).Registry.Systems);
    }

    [Fact]
    public void A_clock_that_steps_back_does_not_turn_the_log_back()
    {
        using var town = new GovernanceTown();
        var last = town.State.At;
        town.Time.Advance(TimeSpan.FromSeconds(-30));
        town.Done(town.Add("pat", Actor.Setup, Roles.PlatformAdministrator));
        Assert.Equal(last, town.Written[^1].Time);
    }

    private static bool Same(GovernanceState a, GovernanceState b) =>
        a.Position == b.Position && a.Epoch == b.Epoch
        && a.Roster.People.Values.Select(p => (p.Id, p.Active, p.Keys.Length))
            .SequenceEqual(b.Roster.People.Values.Select(p => (p.Id, p.Active, p.Keys.Length)))
        && a.Registry.Releases.Select(r => r.Digest)
            .SequenceEqual(b.Registry.Releases.Select(r => r.Digest))
        && a.Approvals.Given.Count == b.Approvals.Given.Count
        && a.Orders.InForce.SequenceEqual(b.Orders.InForce);

    private static GovernanceTown Busy()
    {
        var town = GovernanceTown.Peopled();
        town.Give(town.Apply("kim"));
        town.Give(GovernanceTown.Submit("kim"));
        town.Give(town.Approve("lea"));
        town.Give(town.Approve("dana"));
        var order = Guid.CreateVersion7(town.Time.GetUtcNow());
        town.Give(GovernanceTown.Order(Actor.Response, "pause", order));
        town.Give(town.Resume("sam", [order]));
        return town;
    }
}
