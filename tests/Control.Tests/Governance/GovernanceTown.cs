using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Provost.Control.Access;
using Provost.Control.Approvals;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Gateway.Snapshot;
using Provost.Gateway.Warrants;
using Provost.Ledger.Statements;
using Provost.Testing;

namespace Provost.Control.Tests.Governance;

/// <summary>
/// A small organisation over a real governance log whose journal is a list: an administrator, two approvers, an owner,
/// an
/// author, each with a key of their own.
/// </summary>
internal sealed class GovernanceTown : IDisposable
{
    public const string Org = "acme.example";

    private readonly Dictionary<string, Ed25519PrivateKey> _keys = [];

    public GovernanceTown(string origin = "acme.example/test")
    {
        Log = new GovernanceLog([], Write, Time, NullLogger<GovernanceLog>.Instance);
        Root = Ed25519PrivateKey.Generate();
        WarrantKey = Ed25519PrivateKey.Generate();
        using var snapshot = Ed25519PrivateKey.Generate();
        using var log = Ed25519PrivateKey.Generate();
        var body = new GenesisMade
        {
            Org = Org,
            Origin = origin,
            Taxonomy = 1,
            Custody = "C0",
            Root = Root.PublicKey.ToString(),
            Warrant = WarrantKey.PublicKey.ToString(),
            Snapshot = snapshot.PublicKey.ToString(),
            Log = new NoteVerifierKey(origin, log.PublicKey).ToString(),
            Payload = "",
        };
        var draft = GovernanceDraft.Of(Actor.Setup, "genesis", body);
        var envelope = Dsse.Sign(Genesis.PayloadType, CanonicalJson.From(draft.Body), Root);
        Give(draft with { Statement = SignedStatement.Element(envelope) });
    }

    public ManualTime Time { get; } = new();

    public GovernanceLog Log { get; }

    public Ed25519PrivateKey Root { get; }

    public Ed25519PrivateKey WarrantKey { get; }

    public List<GovernanceEntry> Written { get; } = [];

    public GovernanceState State => Log.State;

    /// <summary>The administrator, approvers lea and max, owners dana (business) and sam (technical), author
    /// kim.</summary>
    public static GovernanceTown Peopled(string origin = "acme.example/test")
    {
        var town = new GovernanceTown(origin);
        town.Done(town.Add("pat", Actor.Setup, Roles.PlatformAdministrator));
        foreach (var (name, roles) in new (string, string[])[]
        {
            ("dana", []), ("sam", []), ("kim", []), ("ola", [Roles.OnCall]), ("cleo", [Roles.Compliance]),
            ("lea", [Roles.Approver]), ("max", [Roles.Approver]),
        })
        {
            town.Done(town.Add(name, Actor.Person("pat"), roles));
            town.Done(town.AddKey(name));
        }

        return town;
    }

    public static string Nonce() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public Ed25519PrivateKey KeyOf(string person) =>
        _keys.TryGetValue(person, out var key) ? key : _keys[person] = Ed25519PrivateKey.Generate();

    public GovernanceOutcome Try(GovernanceDraft draft) =>
        Log.AppendAsync(draft, CancellationToken.None).GetAwaiter().GetResult();

    public void Give(GovernanceDraft draft) => Done(Try(draft));

    public void Done(GovernanceOutcome outcome) => Assert.True(
        outcome is GovernanceOutcome.Done, (outcome as GovernanceOutcome.Refused)?.Fault.Message);

    /// <summary>The code of a refusal; fails when it was done.</summary>
    public string Code(GovernanceDraft draft) => Code(Try(draft));

    public static string Code(GovernanceOutcome outcome) =>
        Assert.IsType<GovernanceOutcome.Refused>(outcome).Fault.Code;

    /// <summary>An act of a person with the statement that it needs.</summary>
    public GovernanceDraft Act<T>(string person, string target, T body, string verb, string? after = null)
        where T : IGovernanceBody<T>
    {
        var proposal = ActProposal.Of(
            State, verb, target, after ?? SignedStatement.DigestOf(body), Time.GetUtcNow() + TimeSpan.FromHours(1));
        var envelope = Dsse.Sign(proposal.PayloadType, Convert.FromBase64String(proposal.Payload), KeyOf(person));
        return GovernanceDraft.Of(Actor.Person(person), target, body) with
        {
            Statement = SignedStatement.Element(envelope),
        };
    }

    public GovernanceOutcome Add(string person, Actor by, params string[] roles) =>
        Add(person, by, bootstrap: true, [Root], roles);

    public GovernanceOutcome Add(
        string person, Actor by, bool bootstrap, IReadOnlyList<Ed25519PrivateKey> signers, params string[] roles)
    {
        var body = new PersonAdded
        {
            Person = person,
            Mail = "commitment",
            Name = "commitment",
            Roles = roles,
            Invite = "00",
            InviteExpires = Time.GetUtcNow().AddDays(7),
            Bootstrap = bootstrap,
        };
        return Try(Signed(GovernanceDraft.Of(by, person, body), SignedStatement.DigestOf(body), signers));
    }

    public GovernanceOutcome Change(string by, RosterChanged body, params Ed25519PrivateKey[] signers) =>
        Try(Signed(GovernanceDraft.Of(Actor.Person(by), body.Person, body), SignedStatement.DigestOf(body), signers));

    public GovernanceOutcome AddKey(string person) => Change(
        person,
        new RosterChanged
        {
            Person = person,
            Change = RosterChanged.KeyAdded,
            Key = KeyOf(person).PublicKey.ToString(),
        },
        KeyOf(person));

    public GovernanceOutcome Reopen(string by, Ed25519PrivateKey key, TimeSpan? lasts = null)
    {
        var body = new BootstrapReopened { Until = Time.GetUtcNow() + (lasts ?? RosterState.BootstrapWindow) };
        var draft = GovernanceDraft.Of(Actor.Person(by), "bootstrap", body);
        return Try(Signed(draft, SignedStatement.DigestOf(body), [key]));
    }

    public GovernanceDraft Apply(string by, string tier = "limited", string environment = "production") =>
        GovernanceDraft.Of(Actor.Person(by), "desk", Applied(tier, environment));

    public static SystemApplied Applied(string tier = "limited", string environment = "production") => new()
    {
        System = "desk",
        Environment = environment,
        Kind = "llm",
        Unit = "care",
        Purpose = "Answers questions.",
        Population = "customers",
        Terms = Digest.Of("terms"u8),
        Tier = tier,
        Taxonomy = 1,
        Owners = new OwnerIds("dana", "sam", null),
        Escalation = [new EscalationStepFact("technical", 0)],
        Contacts = new Dictionary<string, string>(),
    };

    public static GovernanceDraft Submit(string by, string version = "1.0.0") =>
        GovernanceDraft.Of(Actor.Person(by), "desk", new ReleaseSubmitted
        {
            System = "desk",
            Release = ReleaseOf(version),
            Version = version,
            Provider = "openai",
            Model = "gpt",
            LastsMs = 86_400_000,
            Files = new Dictionary<string, string>(),
        });

    public static string ReleaseOf(string version) =>
        Digest.Of(System.Text.Encoding.UTF8.GetBytes("release " + version));

    public GovernanceDraft Approve(
        string person, string version = "1.0.0", string environment = "production",
        Func<ApprovalPredicate, ApprovalPredicate>? alter = null, Ed25519PrivateKey? key = null)
    {
        var system = State.Registry.Find("desk", environment)!;
        var said = new ApprovalPredicate
        {
            Org = Org,
            Environment = environment,
            System = "desk",
            Release = ReleaseOf(version),
            Terms = system.Terms,
            Purpose = system.Purpose,
            Population = system.Population,
            Tier = system.Tier,
            Taxonomy = system.Taxonomy,
            Difference = Digest.Of("difference"u8),
            Person = person,
            Expires = Time.GetUtcNow().AddDays(7),
            Nonce = Nonce(),
            Demo = State.Founded.IsTrial,
        };
        said = alter?.Invoke(said) ?? said;
        var statement = new Statement<ApprovalPredicate>
        {
            Subject =
            [
                new(StatementSubject.Release, new(said.Release["sha256:".Length..])),
                new(StatementSubject.Terms, new(said.Terms["sha256:".Length..])),
            ],
            PredicateType = PredicateTypes.Approval,
            Predicate = said,
        };
        var payload = SignedStatement.Payload(statement, SnapshotJson.Default.StatementApprovalPredicate);
        var envelope = Dsse.Sign(Statement<ApprovalPredicate>.PayloadType, payload, key ?? KeyOf(person));
        return GovernanceDraft.Of(Actor.Person(person), said.Release, new ApprovalGiven
        {
            System = "desk",
            Environment = environment,
            Release = ReleaseOf(version),
        }) with
        { Statement = SignedStatement.Element(envelope) };
    }

    public GovernanceDraft Resume(string person, IReadOnlyList<Guid> orders, Ed25519PrivateKey? key = null)
    {
        var act = new ActPredicate
        {
            Org = Org,
            Environment = "production",
            Verb = "resume",
            Object = "desk",
            Before = OrderState.DigestOf(orders),
            Nonce = Nonce(),
        };
        var envelope = Dsse.Sign(
            Statement<ActPredicate>.PayloadType, SignedStatement.ActPayload(act, []), key ?? KeyOf(person));
        var body = new OrderEnded { System = "desk", Environment = "production", Orders = orders };
        return GovernanceDraft.Of(Actor.Person(person), "desk", body) with
        {
            Statement = SignedStatement.Element(envelope),
        };
    }

    public GovernanceDraft Revoke(
        string person, Guid warrant, Ed25519PrivateKey? key = null, Func<ActPredicate, ActPredicate>? alter = null)
    {
        var act = new ActPredicate
        {
            Org = Org,
            Environment = "production",
            Verb = "revoke",
            Object = warrant.ToString(),
            Expires = Time.GetUtcNow().AddHours(1),
            Nonce = Nonce(),
        };
        var payload = SignedStatement.ActPayload(alter?.Invoke(act) ?? act, []);
        var envelope = Dsse.Sign(Statement<ActPredicate>.PayloadType, payload, key ?? KeyOf(person));
        return GovernanceDraft.Of(
            Actor.Person(person), warrant.ToString(), new WarrantRevoked { Warrant = warrant }) with
        {
            Statement = SignedStatement.Element(envelope),
        };
    }

    /// <summary>A warrant of the release as the signer issues it, of as much as the fold looks at.</summary>
    public GovernanceDraft Warrant(
        Ed25519PrivateKey? key = null, Func<WarrantPredicate, WarrantPredicate>? alter = null)
    {
        var now = Time.GetUtcNow();
        var system = State.Registry.Find("desk", "production")!;
        var says = new WarrantPredicate
        {
            Id = Guid.CreateVersion7(now),
            Org = Org,
            Environment = "production",
            System = "desk",
            Release = ReleaseOf("1.0.0"),
            Terms = system.Terms,
            Purpose = system.Purpose,
            Population = system.Population,
            Tier = system.Tier,
            Taxonomy = 1,
            Approvals = [],
            Thresholds = JsonDocument.Parse("{}").RootElement,
            Owners = new WarrantOwners("dana", "sam", null),
            NotBefore = now,
            NotAfter = now.AddDays(1),
        };
        var payload = SignedStatement.Payload(
            new Statement<WarrantPredicate>
            {
                Subject = [],
                PredicateType = PredicateTypes.Warrant,
                Predicate = says = alter?.Invoke(says) ?? says,
            },
            SnapshotJson.Default.StatementWarrantPredicate);
        var envelope = Dsse.Sign(Statement<WarrantPredicate>.PayloadType, payload, key ?? WarrantKey);
        return GovernanceDraft.Of(Actor.Self, says.Id.ToString(), new WarrantIssued { Warrant = says.Id }) with
        {
            Statement = SignedStatement.Element(envelope),
        };
    }

    public static GovernanceDraft Order(Actor by, string kind, Guid id, string? release = null) =>
        GovernanceDraft.Of(by, "desk", new OrderGiven
        {
            Id = id,
            Kind = kind,
            System = "desk",
            Environment = "production",
            Release = release,
        });

    public static GovernanceState Fold(IEnumerable<GovernanceEntry> entries, GovernanceState? from = null)
    {
        var state = from ?? GovernanceState.Empty;
        foreach (var entry in entries)
        {
            var next = state.Apply(entry);
            state = next.Fault is null ? next.Value : state.Reached(entry);
        }

        return state;
    }

    public void Dispose()
    {
        Log.Dispose();
        Root.Dispose();
        WarrantKey.Dispose();
        foreach (var key in _keys.Values)
            key.Dispose();
    }

    private static GovernanceDraft Signed(
        GovernanceDraft draft, string after, IReadOnlyList<Ed25519PrivateKey> signers)
    {
        var payload = SignedStatement.ActPayload(RosterState.ActFor(Org, draft.Object, after, Nonce()), []);
        var envelope = Dsse.Sign(Statement<ActPredicate>.PayloadType, payload, signers[0]);
        envelope = signers.Skip(1).Aggregate(envelope, (e, key) => e.CountersignedBy(key));
        return draft with { After = after, Statement = SignedStatement.Element(envelope) };
    }

    private Task<long> Write(GovernanceEntry entry, CancellationToken cancellationToken)
    {
        Written.Add(entry with { Position = Written.Count });
        return Task.FromResult((long)Written.Count - 1);
    }
}
