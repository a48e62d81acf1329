using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Provost.Gateway.Snapshot;
using Provost.Gateway.Warrants;
using Provost.Ledger.Statements;
using Provost.Testing;

namespace Provost.Gateway.Tests.Warrants;

public sealed class WarrantCheckTests : IDisposable
{
    private static readonly string Release = Digest.Of("release"u8);
    private static readonly string Terms = Digest.Of("terms"u8);

    private readonly Ed25519PrivateKey _warrant = Ed25519PrivateKey.Generate();
    private readonly Dictionary<string, Ed25519PrivateKey> _persons = new()
    {
        ["dana"] = Ed25519PrivateKey.Generate(),
        ["ana"] = Ed25519PrivateKey.Generate(),
    };

    private int _days = 30;

    public void Dispose()
    {
        _warrant.Dispose();
        foreach (var key in _persons.Values)
            key.Dispose();
    }

    [Theory]
    [InlineData("production", "minimal", 2)]
    [InlineData("prod-eu", "minimal", 2)]
    [InlineData("Staging", "minimal", 2)]
    [InlineData("staging", "minimal", 1)]
    [InlineData("sandbox", "minimal", 1)]
    [InlineData("staging", "limited", 2)]
    [InlineData("experimental", "minimal", 1)]
    [InlineData("experimental", "limited", 1)]
    [InlineData("Experimental", "limited", 2)]
    [InlineData("experimental", "unheard-of", 2)]
    [InlineData("staging", "unheard-of", 2)]
    public void One_approval_is_enough_only_in_the_lowest_tier_where_it_is_known_not_to_be_production(
        string environment, string tier, int needed)
    {
        var alone = Check(environment, tier, "dana");
        Assert.Equal(needed == 1 ? null : $"1 approvals; tier {tier} needs 2", alone?.Split(" has ")[1]);
        Assert.Null(Check(environment, tier, "dana", "ana"));
        Assert.Equal(needed == 1, Check(environment, tier, "dana", "dana") is null);
    }

    [Fact]
    public void A_warrant_of_the_experimental_lane_ends_within_thirty_days()
    {
        _days = 31;
        Assert.EndsWith("lasts longer than the experimental lane allows", Check("experimental", "minimal", "dana"));
        Assert.Null(Check("staging", "minimal", "dana"));
    }

    [Theory]
    [InlineData("limited", "server", "", null)]
    [InlineData("limited", "server", "origin", "carries an approval that ana did not sign")]
    [InlineData("limited", "server", "verification", "carries an approval that ana did not sign")]
    [InlineData("high", "checkout", "", "has no approval from a checkout; tier high needs one")]
    public void A_passkey_signs_an_approval_and_never_one_from_a_checkout(
        string tier, string digestFrom, string wrong, string? expected)
    {
        using var passkey = new TestAuthenticator("https://provost.acme.example");
        var held = SnapshotPersonKey.Of(passkey.PublicKey);
        passkey.Origin = wrong == "origin" ? "https://provost.evil.example" : passkey.Origin;
        passkey.Flags = wrong == "verification" ? (byte)0x01 : passkey.Flags;
        var ana = CanonicalJson.From(JsonSerializer.SerializeToElement(
            new Statement<ApprovalPredicate>
            {
                Subject = Subject(),
                PredicateType = PredicateTypes.Approval,
                Predicate = Approval("production", tier, "ana") with { DigestFrom = digestFrom },
            },
            SnapshotJson.Default.StatementApprovalPredicate));
        var signed = passkey.Sign(new Envelope(Statement<ApprovalPredicate>.PayloadType, ana, []));
        signed = signed with { Signatures = [signed.Signatures[0] with { KeyId = held.Id }] };
        var fault = Check(
            "production", tier, [Approved("production", tier, "dana"), JsonElement.Parse(Dsse.Write(signed))],
            [.. Roster().Where(p => p.Person != "ana"), new SnapshotPerson("ana", [], [held])]);
        Assert.Equal(expected, fault?["warrant 019fa5ac-0a3e-7c70-bd2f-000000000001 ".Length..]);
    }

    private string? Check(string environment, string tier, params string[] approvers) => Check(
        environment, tier, [.. approvers.Select(p => Approved(environment, tier, p))], [.. Roster()]);

    private JsonElement Approved(string environment, string tier, string person) => Sign(
        new Statement<ApprovalPredicate>
        {
            Subject = Subject(),
            PredicateType = PredicateTypes.Approval,
            Predicate = Approval(environment, tier, person),
        },
        SnapshotJson.Default.StatementApprovalPredicate, _persons[person]);

    private IEnumerable<SnapshotPerson> Roster() => _persons.Select(p => new SnapshotPerson(
        p.Key, [], [SnapshotPersonKey.Of(p.Value.PublicKey)]));

    private string? Check(
        string environment, string tier, IReadOnlyList<JsonElement> approvals, IReadOnlyList<SnapshotPerson> roster)
    {
        var warrant = Sign(
            new Statement<WarrantPredicate>
            {
                Subject = Subject(),
                PredicateType = PredicateTypes.Warrant,
                Predicate = Warrant(environment, tier, approvals),
            },
            SnapshotJson.Default.StatementWarrantPredicate, _warrant);
        new WarrantCheck([_warrant.PublicKey], roster).Check(warrant, "acme", out var fault);
        return fault;
    }

    private static ApprovalPredicate Approval(string environment, string tier, string person) => new()
    {
        Org = "acme",
        Environment = environment,
        System = "desk",
        Release = Release,
        Terms = Terms,
        Purpose = "Answers.",
        Population = "Customers",
        Tier = tier,
        Taxonomy = 1,
        Difference = Release,
        Person = person,
        Expires = DateTimeOffset.UnixEpoch.AddYears(60),
        Nonce = "n",
    };

    private WarrantPredicate Warrant(
        string environment, string tier, IReadOnlyList<JsonElement> approvals) => new()
        {
            Id = Guid.Parse("019fa5ac-0a3e-7c70-bd2f-000000000001"),
            Org = "acme",
            Environment = environment,
            System = "desk",
            Release = Release,
            Terms = Terms,
            Purpose = "Answers.",
            Population = "Customers",
            Tier = tier,
            Taxonomy = 1,
            Approvals = approvals,
            Thresholds = JsonElement.Parse("{}"),
            Owners = new WarrantOwners("dana", "dana", null),
            NotBefore = DateTimeOffset.UnixEpoch,
            NotAfter = DateTimeOffset.UnixEpoch.AddDays(_days),
        };

    private static JsonElement Sign<T>(
        Statement<T> statement, JsonTypeInfo<Statement<T>> type, Ed25519PrivateKey key)
    {
        var payload = CanonicalJson.From(JsonSerializer.SerializeToElement(statement, type));
        return JsonElement.Parse(Dsse.Write(Dsse.Sign(Statement<T>.PayloadType, payload, key)));
    }

    private static StatementSubject[] Subject() =>
    [
        new(StatementSubject.Release, new SubjectDigest(Release["sha256:".Length..])),
        new(StatementSubject.Terms, new SubjectDigest(Terms["sha256:".Length..])),
    ];
}
