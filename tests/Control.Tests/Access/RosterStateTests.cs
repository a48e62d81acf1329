using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Tests.Governance;
using Provost.Ledger.Statements;

namespace Provost.Control.Tests.Access;

public sealed class RosterStateTests
{
    [Fact]
    public void The_first_person_is_a_platform_administrator_made_at_setup()
    {
        using var town = new GovernanceTown();
        Assert.Equal("provost.people.first", GovernanceTown.Code(town.Add("x", Actor.Setup, Roles.Approver)));
        Assert.Equal(
            "provost.people.first",
            GovernanceTown.Code(town.Add("x", Actor.Person("x"), Roles.PlatformAdministrator)));
        town.Done(town.Add("pat", Actor.Setup, Roles.PlatformAdministrator));
        Assert.True(town.State.Roster.Live("pat")!.Bootstrap);
    }

    [Fact]
    public void Setup_adds_nobody_once_there_is_an_administrator()
    {
        using var town = new GovernanceTown();
        town.Done(town.Add("pat", Actor.Setup, Roles.PlatformAdministrator));
        Assert.Equal(
            "provost.people.administrators_only",
            GovernanceTown.Code(town.Add("eve", Actor.Setup, Roles.PlatformAdministrator)));
    }

    [Fact]
    public void Who_administers_the_platform_cannot_approve()
    {
        using var town = GovernanceTown.Peopled();
        Assert.Equal(
            "provost.people.roles_conflict",
            GovernanceTown.Code(town.Add(
                "eve", Actor.Person("pat"), Roles.PlatformAdministrator, Roles.Approver)));
    }

    [Fact]
    public void The_root_key_countersigns_until_two_approvers_have_keys()
    {
        using var town = GovernanceTown.Peopled();
        Assert.Equal("provost.people.bootstrap_over", GovernanceTown.Code(town.Add("eve", Actor.Person("pat"))));
    }

    [Fact]
    public void The_root_key_countersigns_for_one_day_at_most()
    {
        using var town = new GovernanceTown();
        town.Done(town.Add("pat", Actor.Setup, Roles.PlatformAdministrator));
        town.Time.Advance(RosterState.BootstrapWindow);
        Assert.Equal("provost.people.bootstrap_over", GovernanceTown.Code(town.Add("eve", Actor.Person("pat"))));
    }

    [Fact]
    public void Afterwards_two_persons_with_standing_sign()
    {
        using var town = GovernanceTown.Peopled();
        var admin = Actor.Person("pat");
        Assert.Equal("provost.people.needs_two", GovernanceTown.Code(
            town.Add("eve", admin, bootstrap: false, [town.KeyOf("lea")])));
        Assert.Equal("provost.people.needs_two", GovernanceTown.Code(
            town.Add("eve", admin, bootstrap: false, [town.KeyOf("lea"), town.KeyOf("lea")])));
        Assert.Equal("provost.people.needs_two", GovernanceTown.Code(
            town.Add("eve", admin, bootstrap: false, [town.KeyOf("lea"), town.KeyOf("kim")])));
        Assert.Equal("provost.people.needs_two", GovernanceTown.Code(
            town.Add("eve", admin, bootstrap: false, [town.Root, town.KeyOf("lea")])));
        town.Done(town.Add("eve", admin, bootstrap: false, [town.KeyOf("lea"), town.KeyOf("cleo")]));
        Assert.False(town.State.Roster.Live("eve")!.Bootstrap);
    }

    [Fact]
    public void Nobody_signs_for_their_own_promotion()
    {
        using var town = GovernanceTown.Peopled();
        var change = new RosterChanged
        {
            Person = "cleo",
            Change = RosterChanged.RolesSet,
            Roles = [Roles.Compliance, Roles.Approver],
        };
        Assert.Equal("provost.people.needs_two", GovernanceTown.Code(
            town.Change("pat", change, town.KeyOf("cleo"), town.KeyOf("lea"))));
        town.Done(town.Change("pat", change, town.KeyOf("max"), town.KeyOf("lea")));
        Assert.True(town.State.Roster.Live("cleo")!.Has(Roles.Approver));
    }

    [Fact]
    public void A_key_proves_itself_and_is_nobody_elses()
    {
        using var town = GovernanceTown.Peopled();
        town.Done(town.Add(
            "eve", Actor.Person("pat"), bootstrap: false, [town.KeyOf("lea"), town.KeyOf("max")]));
        var key = new RosterChanged
        {
            Person = "eve",
            Change = RosterChanged.KeyAdded,
            Key = town.KeyOf("eve").PublicKey.ToString(),
        };
        Assert.Equal("provost.people.key_unproven", GovernanceTown.Code(town.Change("eve", key, town.KeyOf("lea"))));
        var taken = key with { Key = town.KeyOf("lea").PublicKey.ToString() };
        Assert.Equal("provost.people.key_taken", GovernanceTown.Code(town.Change("eve", taken, town.KeyOf("lea"))));
        town.Done(town.Change("eve", key, town.KeyOf("eve")));
    }

    [Fact]
    public void A_second_key_needs_two_others()
    {
        using var town = GovernanceTown.Peopled();
        using var second = Ed25519PrivateKey.Generate();
        var change = new RosterChanged
        {
            Person = "dana",
            Change = RosterChanged.KeyAdded,
            Key = second.PublicKey.ToString(),
        };
        Assert.Equal("provost.people.needs_two", GovernanceTown.Code(town.Change("dana", change, second)));
        Assert.Equal("provost.people.needs_two", GovernanceTown.Code(
            town.Change("dana", change with { Bootstrap = true }, second, town.Root)));
        Assert.Equal("provost.people.own_keys", GovernanceTown.Code(
            town.Change("pat", change, second, town.KeyOf("lea"), town.KeyOf("max"))));
        town.Done(town.Change("dana", change, second, town.KeyOf("lea"), town.KeyOf("max")));
        Assert.Equal(2, town.State.Roster.Live("dana")!.Keys.Length);
    }

    [Fact]
    public void A_further_key_signs_nothing_for_a_day()
    {
        using var town = GovernanceTown.Peopled();
        using var second = Ed25519PrivateKey.Generate();
        var add = new RosterChanged
        {
            Person = "lea",
            Change = RosterChanged.KeyAdded,
            Key = second.PublicKey.ToString(),
        };
        town.Done(town.Change("lea", add, second, town.KeyOf("max"), town.KeyOf("cleo")));
        var change = new RosterChanged { Person = "kim", Change = RosterChanged.RolesSet, Roles = [Roles.OnCall] };
        town.Time.Advance(RosterState.KeyDelay - TimeSpan.FromSeconds(1));
        Assert.Equal("provost.people.needs_two", GovernanceTown.Code(
            town.Change("pat", change, second, town.KeyOf("max"))));
        town.Time.Advance(TimeSpan.FromSeconds(1));
        town.Done(town.Change("pat", change, second, town.KeyOf("max")));
    }

    [Fact]
    public void A_key_of_ones_own_is_given_up_alone_and_nobody_elses()
    {
        using var town = GovernanceTown.Peopled();
        var remove = new RosterChanged
        {
            Person = "lea",
            Change = RosterChanged.KeyRemoved,
            Key = town.KeyOf("lea").PublicKey.ToString(),
        };
        Assert.Equal("provost.people.may_not_ask", GovernanceTown.Code(town.Change("kim", remove, town.KeyOf("kim"))));
        Assert.Equal("provost.people.needs_two", GovernanceTown.Code(town.Change("pat", remove, town.KeyOf("max"))));
        town.Give(GovernanceDraft.Of(Actor.Person("lea"), "lea", remove));
        Assert.Equal(1, town.State.Roster.ApproversWithKeys(town.Time.GetUtcNow()));
    }

    [Fact]
    public void Once_two_approvers_could_sign_losing_one_does_not_bring_the_bootstrap_back()
    {
        using var town = GovernanceTown.Peopled();
        var leaves = new RosterChanged { Person = "lea", Change = RosterChanged.Deactivated };
        town.Give(GovernanceDraft.Of(Actor.Person("pat"), "lea", leaves));
        Assert.Equal("provost.people.bootstrap_over", GovernanceTown.Code(
            town.Add("eve", Actor.Person("pat"), Roles.Approver)));
    }

    [Fact]
    public void The_root_key_opens_the_bootstrap_again_for_a_day_when_no_two_approvers_can_sign()
    {
        using var town = new GovernanceTown();
        town.Done(town.Add("pat", Actor.Setup, Roles.PlatformAdministrator));
        Assert.Equal("provost.people.bootstrap_not_needed", GovernanceTown.Code(town.Reopen("pat", town.Root)));
        town.Done(town.Add("lea", Actor.Person("pat"), Roles.Approver));
        town.Done(town.AddKey("lea"));
        town.Time.Advance(RosterState.BootstrapWindow);
        Assert.Equal("provost.people.root_unsigned", GovernanceTown.Code(town.Reopen("pat", town.KeyOf("lea"))));
        Assert.Equal("provost.people.administrators_only", GovernanceTown.Code(town.Reopen("lea", town.Root)));
        Assert.Equal("provost.people.root_unsigned", GovernanceTown.Code(
            town.Reopen("pat", town.Root, RosterState.BootstrapWindow + TimeSpan.FromMinutes(1))));

        town.Done(town.Reopen("pat", town.Root));
        town.Time.Advance(RosterState.BootstrapWindow);
        Assert.Equal("provost.people.bootstrap_over", GovernanceTown.Code(
            town.Add("max", Actor.Person("pat"), Roles.Approver)));
        town.Done(town.Reopen("pat", town.Root));
        town.Done(town.Add("max", Actor.Person("pat"), Roles.Approver));
        Assert.True(town.State.Roster.Live("max")!.Bootstrap);
        town.Done(town.AddKey("max"));
        Assert.Equal("provost.people.bootstrap_over", GovernanceTown.Code(town.Add("eve", Actor.Person("pat"))));
        Assert.Equal("provost.people.bootstrap_not_needed", GovernanceTown.Code(town.Reopen("pat", town.Root)));
    }

    [Fact]
    public void Approvers_who_lost_their_keys_are_taken_out_before_the_root_key_opens_anything()
    {
        using var town = GovernanceTown.Peopled();
        Assert.Equal("provost.people.bootstrap_not_needed", GovernanceTown.Code(town.Reopen("pat", town.Root)));
        var leaves = new RosterChanged { Person = "lea", Change = RosterChanged.Deactivated };
        town.Give(GovernanceDraft.Of(Actor.Person("pat"), "lea", leaves));
        town.Done(town.Reopen("pat", town.Root));
        town.Done(town.Add("eve", Actor.Person("pat"), Roles.Approver));
        Assert.True(town.State.Roster.IsBootstrap(town.State.Founded, town.Time.GetUtcNow()));
        town.Done(town.AddKey("eve"));
        Assert.False(town.State.Roster.IsBootstrap(town.State.Founded, town.Time.GetUtcNow()));
    }

    [Fact]
    public void A_removed_key_never_comes_back_as_a_first_key()
    {
        using var town = GovernanceTown.Peopled();
        var remove = new RosterChanged
        {
            Person = "dana",
            Change = RosterChanged.KeyRemoved,
            Key = town.KeyOf("dana").PublicKey.ToString(),
        };
        town.Done(town.Change("pat", remove, town.KeyOf("lea"), town.KeyOf("max")));
        Assert.Equal("provost.people.needs_two", GovernanceTown.Code(town.AddKey("dana")));
    }

    [Fact]
    public void Deactivating_is_tightening_and_needs_no_signature()
    {
        using var town = GovernanceTown.Peopled();
        var body = new RosterChanged { Person = "lea", Change = RosterChanged.Deactivated };
        Assert.Equal(
            "provost.people.administrators_only",
            town.Code(GovernanceDraft.Of(Actor.Person("kim"), "lea", body)));
        town.Give(GovernanceDraft.Of(Actor.Person("pat"), "lea", body));
        Assert.Null(town.State.Roster.Live("lea"));
        Assert.Equal(1, town.State.Roster.ApproversWithKeys(town.Time.GetUtcNow()));
    }

    [Fact]
    public void An_invitation_is_used_once_and_ends()
    {
        using var town = GovernanceTown.Peopled();
        var password = new CredentialSet
        {
            Person = "dana",
            Kind = CredentialSet.Password,
            Id = "row",
            Hash = Digest.Of("row"u8),
            Invite = "00",
        };
        var draft = GovernanceDraft.Of(Actor.Person("dana"), "dana", password);
        Assert.Equal("provost.people.bad_invite", town.Code(
            GovernanceDraft.Of(Actor.Person("dana"), "dana", password with { Invite = "01" })));
        Assert.Equal("provost.people.unknown", town.Code(
            GovernanceDraft.Of(Actor.Person("pat"), "dana", password)));
        town.Give(draft);
        Assert.Equal("provost.people.bad_invite", town.Code(draft));

        town.Time.Advance(TimeSpan.FromDays(8));
        var late = password with { Person = "sam" };
        Assert.Equal("provost.people.bad_invite", town.Code(
            GovernanceDraft.Of(Actor.Person("sam"), "sam", late)));
    }
}
