using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Provost.Control.Access;
using Provost.Control.Custody;
using Provost.Control.Custody.Processes;
using Provost.Control.Governance;
using Provost.Gateway.Warrants;
using Provost.Ledger.Statements;
using Provost.Testing;

namespace Provost.Control.Tests.Custody.Processes;

/// <summary>Which keys a signer signs checkpoints with, as the log names them.</summary>
public sealed class SignerHostRotationTests : IDisposable
{
    private const string Origin = "acme.example/test";
    private const string Admin = "p_admin0000000000";

    private readonly string _folder = Directory.CreateTempSubdirectory("provost-rotation-").FullName;
    private readonly ManualTime _time = new();
    private readonly List<GovernanceEntry> _log = [];
    private readonly Ed25519PrivateKey _root;
    private readonly NoteVerifierKey _first;
    private SignerHost _host;

    public SignerHostRotationTests()
    {
        _host = SignerHost.Open(_folder, isApart: false, _time);
        var signed = Ask(
            SignerVerb.Genesis, new GenesisRequest("acme.example", Origin, "C0", ""),
            CustodyJson.Default.GenesisRequest, CustodyJson.Default.SignedGenesis)!;
        _root = KeyFile.Load(Path.Combine(_folder, "keys", "root.key"));
        _first = NoteVerifierKey.Parse(signed.Body.Log);
        Write(Actor.Setup, Origin, signed.Body, signed.Envelope);
        var admin = new PersonAdded
        {
            Person = Admin,
            Mail = "",
            Name = "",
            Roles = [Roles.PlatformAdministrator],
            Invite = "",
            InviteExpires = _time.GetUtcNow().AddDays(1),
            Bootstrap = true,
        };
        Write(Actor.Setup, Admin, admin, Sign("roster", Admin, SignedStatement.DigestOf(admin)));
        Assert.Equal(CustodyAnswer.Done, Learn(_log).Kind);
    }

    public void Dispose()
    {
        _host.Dispose();
        _root.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Names_one_next_key_until_the_log_knows_it()
    {
        var next = NextKey();
        Assert.Equal(next, NextKey());
        Restart();
        Assert.Equal(next, NextKey());
        Rotate(next);
        Assert.NotEqual(next, NextKey());
    }

    [Fact]
    public void Signs_with_the_key_of_the_genesis_then_with_both_then_with_the_new_one()
    {
        Assert.Equal([_first], SignedBy());
        var next = NextKey();
        Assert.Equal([_first], SignedBy());
        var until = Rotate(next);
        Assert.Equal([_first, next], SignedBy());
        Restart();
        Assert.Equal([_first, next], SignedBy());

        End(_first, until.AddSeconds(-1));
        Assert.Equal([_first, next], SignedBy());
        End(_first, until);
        Assert.Equal([next], SignedBy());
        Restart();
        Assert.Equal([next], SignedBy());
    }

    [Fact]
    public void A_key_that_the_root_key_did_not_sign_changes_nothing()
    {
        using var other = Ed25519PrivateKey.Generate();
        Rotate(NextKey(), other);
        Rotate(new NoteVerifierKey("other.example/test", other.PublicKey));
        Rotate(NextKey(), days: 91);
        Assert.Equal([_first], SignedBy());
    }

    [Fact]
    public void Without_the_newest_key_nothing_is_signed()
    {
        var next = NextKey();
        Rotate(next);
        File.Delete(Path.Combine(_folder, "keys", $"log-{next.Key.KeyId}.key"));
        _host.Dispose();
        _host = SignerHost.Open(_folder, isApart: false, _time);
        Assert.Equal(SignerErrors.LostCode, Code(Learn(_log)));
        Assert.Equal(CustodyAnswer.Refused, Checkpoint(3).Kind);
    }

    private NoteVerifierKey NextKey() => NoteVerifierKey.Parse(JsonSerializer.Deserialize(
        _host.Handle((byte)SignerVerb.NextKey, []).Json, CustodyJson.Default.String)!);

    private DateTimeOffset Rotate(NoteVerifierKey next, Ed25519PrivateKey? key = null, int days = 1)
    {
        var body = new LogKeyAdded
        {
            Origin = Origin,
            Key = next.ToString(),
            Former = _first.ToString(),
            Until = _time.GetUtcNow().AddDays(days),
        };
        Write(
            Actor.Person(Admin), body.Key, body,
            Sign(LogKeyState.ActVerb, body.Key, SignedStatement.DigestOf(body), key));
        Assert.Equal(CustodyAnswer.Done, Learn([_log[^1]]).Kind);
        return body.Until;
    }

    private void End(NoteVerifierKey key, DateTimeOffset at)
    {
        _time.Advance(at - _time.GetUtcNow());
        Write(Actor.Self, key.ToString(), new LogKeyEnded { Origin = Origin, Key = key.ToString() }, null);
        Assert.Equal(CustodyAnswer.Done, Learn([_log[^1]]).Kind);
    }

    private JsonElement Sign(string verb, string about, string after, Ed25519PrivateKey? key = null)
    {
        var act = new ActPredicate
        {
            Org = "acme.example",
            Verb = verb,
            Object = about,
            After = after,
            Expires = _time.GetUtcNow().AddHours(1),
            Nonce = Guid.CreateVersion7().ToString(),
        };
        return SignedStatement.Element(Dsse.Sign(
            Statement<ActPredicate>.PayloadType, SignedStatement.ActPayload(act, []), key ?? _root));
    }

    private void Write<T>(Actor actor, string about, T body, JsonElement? statement)
        where T : IGovernanceBody<T> => _log.Add(new GovernanceEntry
        {
            Id = Guid.CreateVersion7(),
            Time = _time.GetUtcNow(),
            Position = _log.Count,
            Verb = T.Verb,
            Actor = actor,
            Object = about,
            Statement = statement,
            Body = JsonSerializer.SerializeToElement(body, T.Json),
        });

    private void Restart()
    {
        _host.Dispose();
        _host = SignerHost.Open(_folder, isApart: false, _time);
        Assert.Equal(CustodyAnswer.Done, Learn(_log).Kind);
    }

    private CustodyAnswer Learn(IReadOnlyList<GovernanceEntry> entries) =>
        Handle(SignerVerb.Learn, new LearnRequest(entries), CustodyJson.Default.LearnRequest);

    /// <summary>The keys whose signatures a checkpoint has; they all verify.</summary>
    private IReadOnlyList<NoteVerifierKey> SignedBy()
    {
        // from size 0 any tree continues; later the same tree is signed again
        var answer = JsonSerializer.Deserialize(Checkpoint(7).Json, CustodyJson.Default.CheckpointAnswer)!;
        Assert.True(SignedNote.TryParse(answer.Note, out var note, out _), answer.Reason);
        var known = _log.Where(e => e.Verb == LogKeyAdded.Verb)
            .Select(e => NoteVerifierKey.Parse(e.Read<LogKeyAdded>().Key)).Prepend(_first).Distinct().ToList();
        Assert.Equal(NoteVerdict.Verified, note.Verify(known));
        return [.. note.Signatures.Select(s => known.Single(k => k.Name == s.Name && k.Id == s.KeyId))];
    }

    private CustodyAnswer Checkpoint(long size) => Handle(
        SignerVerb.Checkpoint, new CheckpointRequest(new SignedTree(size, new byte[32]), []),
        CustodyJson.Default.CheckpointRequest);

    private TAnswer? Ask<TRequest, TAnswer>(
        SignerVerb verb, TRequest request, JsonTypeInfo<TRequest> type, JsonTypeInfo<TAnswer> answerType) =>
        JsonSerializer.Deserialize(Handle(verb, request, type).Json, answerType);

    private CustodyAnswer Handle<T>(SignerVerb verb, T request, JsonTypeInfo<T> type) =>
        _host.Handle((byte)verb, JsonSerializer.SerializeToUtf8Bytes(request, type));

    private static string Code(CustodyAnswer answer) =>
        JsonSerializer.Deserialize(answer.Json, CustodyJson.Default.GovernanceFault)!.Code;
}
