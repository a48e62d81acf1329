using Provost.Control.Access;
using Provost.Control.Access.Passkeys;
using Provost.Control.Governance;
using Provost.Control.Tests.Governance;
using Provost.Gateway.Warrants;
using Provost.Ledger.Statements;
using Provost.Testing;

namespace Provost.Control.Tests.Access.Passkeys;

/// <summary>What the fold makes of passkeys: whatever a desk let through is checked here again.</summary>
public sealed class PasskeyStateTests : IDisposable
{
    private readonly GovernanceTown _town = GovernanceTown.Peopled();
    private readonly TestAuthenticator _passkey = new();

    public PasskeyStateTests()
    {
        _town.Give(_town.Apply("kim"));
        _town.Give(GovernanceTown.Submit("kim"));
    }

    public void Dispose()
    {
        _town.Dispose();
        _passkey.Dispose();
    }

    [Fact]
    public void A_further_passkey_needs_two_others_and_signs_a_day_later()
    {
        Assert.Equal("provost.people.needs_two", GovernanceTown.Code(Register("lea", _passkey, "max")));
        _town.Done(Register("lea", _passkey, "max", "cleo"));
        Assert.Equal("provost.passkey.waits", _town.Code(Approval("lea")));

        _town.Time.Advance(RosterState.KeyDelay);
        _town.Give(Approval("lea"));
        Assert.Equal(_passkey.PublicKey.KeyId, _town.State.Approvals.Given[^1].KeyId);
    }

    [Theory]
    [InlineData("type", "provost.passkey.type")]
    [InlineData("origin", "provost.passkey.origin")]
    [InlineData("party", "provost.passkey.relying_party")]
    [InlineData("presence", "provost.passkey.presence")]
    [InlineData("verification", "provost.passkey.verification")]
    [InlineData("framed", "provost.passkey.framed")]
    [InlineData("malformed", "provost.passkey.malformed")]
    [InlineData("another statement", "provost.passkey.challenge")]
    [InlineData("another key", "provost.passkey.signature")]
    [InlineData("another person", "provost.approvals.signature")]
    public void Each_wrong_field_has_a_refusal_of_its_own(string field, string code)
    {
        Held("lea", _passkey);
        var draft = Approval("lea");
        var other = Approval("lea");
        using var stranger = new TestAuthenticator();
        switch (field)
        {
            case "type": _passkey.Type = "webauthn.create"; break;
            case "origin": draft = From("https://provost.evil.example"); break;
            case "party": _passkey.Host = "evil.example"; break;
            case "presence": _passkey.Flags = 0x04; break;
            case "verification": _passkey.Flags = 0x01; break;
            case "framed": _passkey.Extra = ",\"topOrigin\":\"https://evil.example\""; break;
            case "malformed": _passkey.Extra = ",\"origin\":\"http://localhost:7401\""; break;
            case "another statement": draft = draft with { Statement = Swapped(draft, other) }; break;
            case "another key": draft = draft with { Statement = Named(stranger, draft) }; break;
            default: draft = Signed(draft, stranger); break;
        }

        if (field is "type" or "party" or "presence" or "verification" or "framed" or "malformed")
            draft = Signed(draft, _passkey);

        Assert.Equal(code, _town.Code(draft));
    }

    [Fact]
    public void A_statement_has_its_effect_once_after_a_restart_too()
    {
        Held("lea", _passkey);
        var draft = Approval("lea");
        _town.Give(draft);
        Assert.Equal("provost.statement.replayed", _town.Code(draft));

        var restarted = GovernanceTown.Fold(_town.Written);
        Assert.Equal(_passkey.PublicKey, restarted.Roster.Live("lea")!.Keys[^1].Key);
        Assert.Equal(_passkey.PublicKey.KeyId, restarted.Approvals.Given[^1].KeyId);
        Assert.Equal(_town.State.Nonces.Count, restarted.Nonces.Count);
    }

    [Fact]
    public void A_passkey_that_was_taken_away_signs_nothing_and_comes_back_to_nobody()
    {
        Held("lea", _passkey);
        var before = Approval("lea");
        _town.Done(_town.Change("lea", new RosterChanged
        {
            Person = "lea",
            Change = RosterChanged.KeyRemoved,
            Key = _passkey.Text,
        }, _town.KeyOf("lea")));

        Assert.Equal("provost.passkey.removed", _town.Code(before));
        Assert.Equal("provost.people.key_taken", GovernanceTown.Code(Register("max", _passkey, "lea", "cleo")));
    }

    [Fact]
    public void A_passkey_registers_itself_and_nothing_else_does_it_for_it()
    {
        var body = new RosterChanged { Person = "lea", Change = RosterChanged.KeyAdded, Key = _passkey.Text };
        Assert.Equal(
            "provost.passkey.signature",
            GovernanceTown.Code(_town.Change("lea", body, _town.KeyOf("max"), _town.KeyOf("cleo"))));

        _passkey.Flags = 0x01;
        Assert.Equal("provost.passkey.verification", GovernanceTown.Code(Register("lea", _passkey, "max", "cleo")));
    }

    [Fact]
    public void A_browser_computes_no_digest_so_its_approval_cannot_say_that_it_did()
    {
        Held("lea", _passkey);
        var draft = Signed(
            _town.Approve("lea", alter: a => a with { DigestFrom = DigestOrigin.Checkout }), _passkey);
        Assert.Equal("provost.approvals.passkey_checkout", _town.Code(draft));
    }

    [Fact]
    public void Acts_are_signed_with_a_passkey_as_approvals_are()
    {
        Held("dana", _passkey);
        var order = Guid.CreateVersion7(_town.Time.GetUtcNow());
        _town.Give(GovernanceTown.Order(Actor.Person("ola"), "pause", order));
        var resume = _town.Resume("dana", [order]);
        _passkey.Flags = 0x01;
        Assert.Equal("provost.passkey.verification", _town.Code(Signed(resume, _passkey)));

        _passkey.Flags = 0x05;
        _town.Give(Signed(resume, _passkey));
        Assert.Empty(_town.State.Orders.InForce);
    }

    [Fact]
    public void The_gateway_is_told_of_a_passkey_by_its_whole_text()
    {
        Held("lea", _passkey);
        var entry = SnapshotCompiler.Entry(_town.State.Roster.Live("lea")!, _town.Time.GetUtcNow());
        Assert.Equal(2, entry.Keys.Count);
        Assert.Equal(_passkey.PublicKey, entry.Keys[1].Read());
        Assert.Equal(_town.KeyOf("lea").PublicKey, entry.Keys[0].Read());
    }

    [Fact]
    public void A_session_ends_with_the_passkey_that_opened_it_and_not_with_another_key()
    {
        Held("lea", _passkey);
        var sessions = new Sessions(_town.Log, _town.Time);
        var lea = _town.State.Roster.Live("lea")!;
        var (with, without) = (sessions.Open(lea, _passkey.PublicKey.KeyId).Secret, sessions.Open(lea).Secret);
        Assert.NotNull(sessions.Find(with));

        _town.Done(_town.Change("lea", new RosterChanged
        {
            Person = "lea",
            Change = RosterChanged.KeyRemoved,
            Key = _passkey.Text,
        }, _town.KeyOf("lea")));
        Assert.Null(sessions.Find(with));
        Assert.NotNull(sessions.Find(without));
    }

    [Fact]
    public void A_session_from_before_somebody_left_stays_ended_when_they_come_back()
    {
        var sessions = new Sessions(_town.Log, _town.Time);
        var secret = sessions.Open(_town.State.Roster.Live("ola")!).Secret;
        _town.Give(GovernanceDraft.Of(
            Actor.Person("pat"), "ola", new RosterChanged { Person = "ola", Change = RosterChanged.Deactivated }));
        _town.Time.Advance(TimeSpan.FromMinutes(1));
        _town.Done(_town.Change(
            "cleo", new RosterChanged { Person = "ola", Change = RosterChanged.Reactivated },
            _town.KeyOf("max"), _town.KeyOf("cleo")));

        Assert.Null(sessions.Find(secret));
        Assert.NotNull(sessions.Find(sessions.Open(_town.State.Roster.Live("ola")!).Secret));
    }

    [Theory]
    [InlineData(null, "http://localhost:7401", true)]
    [InlineData(null, "http://localhost", true)]
    [InlineData(null, "https://localhost:7401", false)]
    [InlineData(null, "https://provost.acme.example", false)]
    [InlineData("https://provost.acme.example", "https://provost.acme.example", true)]
    [InlineData("https://provost.acme.example", "https://provost.acme.example:444", false)]
    [InlineData("https://provost.acme.example", "http://localhost:7401", false)]
    [InlineData("https://provost.acme.example", null, false)]
    public void Passkeys_belong_to_one_address(string? setting, string? origin, bool expected)
    {
        Assert.Equal(expected, new PasskeyOrigin(setting).Accepts(origin));
        Assert.Null(new PasskeyOrigin(setting).Fault());
        Assert.NotNull(new PasskeyOrigin("https://provost.acme.example/console").Fault());
    }

    /// <summary>With a passkey that counts already.</summary>
    private void Held(string person, TestAuthenticator passkey)
    {
        _town.Done(Register(person, passkey, "max", "cleo"));
        _town.Time.Advance(RosterState.KeyDelay);
    }

    private GovernanceOutcome Register(string person, TestAuthenticator passkey, params string[] signers)
    {
        var body = new RosterChanged { Person = person, Change = RosterChanged.KeyAdded, Key = passkey.Text };
        var after = SignedStatement.DigestOf(body);
        var payload = SignedStatement.ActPayload(
            RosterState.ActFor(GovernanceTown.Org, person, after, GovernanceTown.Nonce()), []);
        var envelope = passkey.Sign(new Envelope(Statement<ActPredicate>.PayloadType, payload, []));
        envelope = signers.Aggregate(envelope, (e, signer) => e.CountersignedBy(_town.KeyOf(signer)));
        return _town.Try(GovernanceDraft.Of(Actor.Person(person), person, body) with
        {
            After = after,
            Statement = SignedStatement.Element(envelope),
        });
    }

    private GovernanceDraft Approval(string person) => Signed(_town.Approve(person), _passkey);

    /// <summary>The same statement, signed with a passkey instead.</summary>
    private static GovernanceDraft Signed(GovernanceDraft draft, TestAuthenticator passkey) => draft with
    {
        Statement = SignedStatement.Element(
            passkey.Sign(Dsse.Read(draft.Statement!.Value) with { Signatures = [] })),
    };

    private GovernanceDraft From(string origin)
    {
        var (key, draft) = (_passkey.PublicKey, _town.Approve("lea"));
        _passkey.Origin = origin;
        var envelope = _passkey.Sign(Dsse.Read(draft.Statement!.Value) with { Signatures = [] });
        return draft with
        {
            Statement = SignedStatement.Element(
                envelope with { Signatures = [envelope.Signatures[0] with { KeyId = key.KeyId }] }),
        };
    }

    private static System.Text.Json.JsonElement Swapped(GovernanceDraft draft, GovernanceDraft other) =>
        SignedStatement.Element(Dsse.Read(draft.Statement!.Value) with
        {
            Signatures = Dsse.Read(other.Statement!.Value).Signatures,
        });

    /// <summary>Another authenticator's signature under the name of this one's key.</summary>
    private System.Text.Json.JsonElement Named(TestAuthenticator stranger, GovernanceDraft draft)
    {
        var envelope = stranger.Sign(Dsse.Read(draft.Statement!.Value) with { Signatures = [] });
        var renamed = envelope.Signatures[0] with { KeyId = _passkey.PublicKey.KeyId };
        return SignedStatement.Element(envelope with { Signatures = [renamed] });
    }
}
