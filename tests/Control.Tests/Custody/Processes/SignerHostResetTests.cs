using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Provost.Control.Custody;
using Provost.Control.Custody.Processes;
using Provost.Control.Governance;
using Provost.Gateway.Warrants;
using Provost.Ledger.Statements;
using Provost.Testing;

namespace Provost.Control.Tests.Custody.Processes;

/// <summary>What a signer takes for a reset: the root key's word about exactly what it remembers, once.</summary>
public sealed class SignerHostResetTests : IDisposable
{
    private const string Origin = "acme.example/test";

    private readonly string _folder = Directory.CreateTempSubdirectory("provost-reset-").FullName;
    private readonly ManualTime _time = new();
    private readonly GovernanceEntry _genesis;
    private readonly Ed25519PrivateKey _root;
    private SignerHost _host;

    public SignerHostResetTests()
    {
        _host = SignerHost.Open(_folder, isApart: false, _time);
        var signed = Ask(
            SignerVerb.Genesis, new GenesisRequest("acme.example", Origin, "C0", ""),
            CustodyJson.Default.GenesisRequest, CustodyJson.Default.SignedGenesis)!;
        _genesis = Entry(0, GenesisMade.Verb, Origin, JsonSerializer.SerializeToElement(
            signed.Body, GovernanceJson.Default.GenesisMade), signed.Envelope);
        _root = KeyFile.Load(Path.Combine(_folder, "keys", "root.key"));
        Assert.Equal(CustodyAnswer.Done, Learn().Kind);
        Assert.NotNull(Sign(20, 1).Note);
    }

    public void Dispose()
    {
        _host.Dispose();
        _root.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Signs_a_shorter_log_only_after_the_root_key_gave_up_the_entries_between()
    {
        Assert.Equal("Shrunk", $"{Sign(12, 2).Refusal}");
        Assert.Null(Reset(Facts(Tree(20, 1), Tree(12, 2), 12, 19)));
        Assert.Equal(CustodyAnswer.Done, Learn().Kind);
        Assert.NotNull(Sign(12, 2).Note);
    }

    [Theory]
    [InlineData("checkpoint")]
    [InlineData("state.json")]
    public void Goes_on_without_its_memory_and_without_the_private_root_key(string file)
    {
        File.Delete(Path.Combine(_folder, "keys", "root.key"));
        Restart(() => File.Delete(Path.Combine(_folder, file)));
        var remembered = file == "checkpoint" ? null : Tree(20, 1);
        Assert.Equal(SignerErrors.LostCode, Code(Learn()));
        Assert.Null(Reset(Facts(remembered, Tree(20, 1), 0, 19)));
        Assert.Equal(CustodyAnswer.Done, Learn().Kind);
        Assert.NotNull(Sign(20, 1).Note);
    }

    [Fact]
    public void Learns_only_the_governance_that_the_reset_names()
    {
        var facts = Facts(Tree(20, 1), Tree(12, 2), 12, 19);
        Assert.Null(Reset(facts with { Chain = SignerMemory.ChainOf([_genesis with { Object = "other" }]) }));
        Assert.Equal(SignerErrors.OtherHistoryCode, Code(Learn()));
    }

    [Fact]
    public void Never_signs_an_epoch_that_the_reset_or_its_own_memory_names()
    {
        Assert.Null(Reset(Facts(Tree(20, 1), Tree(12, 2), 12, 19) with { Epoch = 40 }));
        Restart(() => { });
        Assert.Equal(40, Hello().Epoch);
    }

    [Fact]
    public void Refuses_another_key_another_range_another_log_and_a_day_that_has_passed()
    {
        var facts = Facts(Tree(20, 1), Tree(12, 2), 12, 19);
        using var other = Ed25519PrivateKey.Generate();
        Assert.Equal("provost.ledger.reset_unsigned", Reset(facts, key: other));
        Assert.Equal("provost.ledger.reset_unsigned", Reset(facts, says: "12-18"));
        Assert.Equal("provost.ledger.reset_range", Reset(facts with { Last = 18 }));
        Assert.Equal("provost.ledger.reset_range", Reset(facts with { First = 13 }));
        Assert.Equal("provost.ledger.reset_other", Reset(facts with { Origin = "other.example/test" }));
        Assert.Equal(
            "provost.ledger.reset_unsigned", Reset(facts, expires: _time.GetUtcNow() - TimeSpan.FromSeconds(1)));
        Assert.Equal("provost.ledger.reset_unsigned", Reset(facts, expires: _time.GetUtcNow().AddDays(2)));
        Assert.Equal("Shrunk", $"{Sign(12, 2).Refusal}");
    }

    [Fact]
    public void Refuses_a_statement_about_what_it_does_not_remember_and_one_that_was_used()
    {
        Assert.Equal("provost.ledger.reset_other", Reset(Facts(null, Tree(12, 2), 0, 11)));
        Assert.Equal("provost.ledger.reset_other", Reset(Facts(Tree(20, 3), Tree(12, 2), 12, 19)));
        var same = Facts(Tree(20, 1), Tree(20, 1), 0, 19);
        Assert.Null(Reset(same, nonce: "0123456789abcdef"));
        Assert.Equal("provost.ledger.reset_other", Reset(same, nonce: "0123456789abcdef"));
        Restart(() => { });
        Assert.Equal("provost.ledger.reset_other", Reset(same, nonce: "0123456789abcdef"));
    }

    [Fact]
    public void A_signer_that_never_knew_the_root_key_says_how_to_tell_it()
    {
        Restart(() =>
        {
            File.Delete(Path.Combine(_folder, "keys", "root.key"));
            File.Delete(Path.Combine(_folder, "keys", "root.pub"));
            File.Delete(Path.Combine(_folder, "checkpoint"));
        });
        Assert.Equal("provost.custody.root_unknown", Reset(Facts(null, Tree(12, 2), 0, 11)));
        File.WriteAllText(Path.Combine(_folder, "keys", "root.pub"), _root.PublicKey + "\n");
        Assert.Null(Reset(Facts(null, Tree(12, 2), 0, 11)));
    }

    [Fact]
    public void The_root_keys_public_half_is_kept_from_the_genesis_where_an_earlier_version_did_not()
    {
        Restart(() =>
        {
            File.Delete(Path.Combine(_folder, "keys", "root.key"));
            File.Delete(Path.Combine(_folder, "keys", "root.pub"));
        });
        Assert.Equal(CustodyAnswer.Done, Learn().Kind);
        Assert.Equal(_root.PublicKey.ToString(), File.ReadAllText(Path.Combine(_folder, "keys", "root.pub")));
    }

    private static ResetTree Tree(long size, byte filled) =>
        new(size, Convert.ToBase64String(Enumerable.Repeat(filled, 32).ToArray()));

    private LedgerReset Facts(ResetTree? signed, ResetTree tree, long first, long last) => new()
    {
        Origin = Origin,
        First = first,
        Last = last,
        Signed = signed,
        Tree = tree,
        Position = 0,
        Chain = SignerMemory.ChainOf([_genesis]),
        Epoch = -1,
    };

    /// <summary>Asks for a reset; the code of the refusal, null when it was carried out.</summary>
    private string? Reset(
        LedgerReset facts, Ed25519PrivateKey? key = null, string? says = null, DateTimeOffset? expires = null,
        string? nonce = null)
    {
        var act = new ActPredicate
        {
            Org = "acme.example",
            Verb = LedgerReset.ActVerb,
            Object = says ?? facts.Range(),
            After = SignedStatement.DigestOf(facts),
            Expires = expires ?? _time.GetUtcNow().AddHours(23),
            Nonce = nonce ?? Guid.CreateVersion7().ToString(),
        };
        var envelope = Dsse.Sign(
            Statement<ActPredicate>.PayloadType, SignedStatement.ActPayload(act, []), key ?? _root);
        var entry = Entry(
            1, LedgerReset.Verb, facts.Range(), JsonSerializer.SerializeToElement(
                facts, GovernanceJson.Default.LedgerReset), SignedStatement.Element(envelope));
        var answer = Handle(SignerVerb.Reset, new ResetAsk(entry), CustodyJson.Default.ResetAsk);
        return answer.Kind == CustodyAnswer.Done ? null : Code(answer);
    }

    private GovernanceEntry Entry(long position, string verb, string about, JsonElement body, JsonElement statement) =>
        new()
        {
            Id = Guid.CreateVersion7(),
            Time = _time.GetUtcNow(),
            Position = position,
            Verb = verb,
            Actor = Actor.Setup,
            Object = about,
            Statement = statement,
            Body = body,
        };

    private void Restart(Action between)
    {
        _host.Dispose();
        between();
        _host = SignerHost.Open(_folder, isApart: false, _time);
    }

    private CustodyAnswer Learn() =>
        Handle(SignerVerb.Learn, new LearnRequest([_genesis]), CustodyJson.Default.LearnRequest);

    private HelloAnswer Hello() => JsonSerializer.Deserialize(
        _host.Handle((byte)SignerVerb.Hello, []).Json, CustodyJson.Default.HelloAnswer)!;

    private CheckpointAnswer Sign(long size, byte filled) => Ask(
        SignerVerb.Checkpoint,
        new CheckpointRequest(new SignedTree(size, [.. Enumerable.Repeat(filled, 32)]), []),
        CustodyJson.Default.CheckpointRequest, CustodyJson.Default.CheckpointAnswer)!;

    private TAnswer? Ask<TRequest, TAnswer>(
        SignerVerb verb, TRequest request, JsonTypeInfo<TRequest> type, JsonTypeInfo<TAnswer> answerType)
    {
        var answer = Handle(verb, request, type);
        Assert.Equal(CustodyAnswer.Done, answer.Kind);
        return JsonSerializer.Deserialize(answer.Json, answerType);
    }

    private CustodyAnswer Handle<T>(SignerVerb verb, T request, JsonTypeInfo<T> type) =>
        _host.Handle((byte)verb, JsonSerializer.SerializeToUtf8Bytes(request, type));

    private static string Code(CustodyAnswer answer) =>
        JsonSerializer.Deserialize(answer.Json, CustodyJson.Default.GovernanceFault)!.Code;
}
