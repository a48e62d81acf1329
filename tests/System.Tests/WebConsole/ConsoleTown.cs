using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Adoptions;
using Provost.Control.Approvals;
using Provost.Control.Custody;
using Provost.Control.Decisions;
using Provost.Control.Evidence;
using Provost.Control.Exceptions;
using Provost.Control.Findings;
using Provost.Control.Governance;
using Provost.Control.Incidents;
using Provost.Control.Registry;
using Provost.Control.Signals;
using Provost.Gateway.Warrants;
using Provost.Ledger.Statements;

namespace Provost.SystemTests.WebConsole;

/// <summary>
/// A small organisation as the console reads it: a credit model in breach under fallback, an assistant that waits for
/// its first approval, and callers whose names are attacks.
/// </summary>
internal static class ConsoleTown
{
    public const string Owner = "p_owner00000000000";
    public const string Approver = "p_approver00000000";
    public const string Compliance = "p_compliance000000";
    public const string Author = "p_author0000000000";

    /// <summary>What a stranger may send as any name.</summary>
    public const string Attack = "<script>alert('x')</script>\" onload=\"alert(1)";

    public static readonly DateTimeOffset Now = new(2026, 11, 21, 9, 41, 0, TimeSpan.Zero);
    public static readonly Guid Incident = Guid.Parse("019a0000-0000-7000-8000-0000007d02c5");
    public static readonly Guid WarrantId = Guid.Parse("019a0000-0000-7000-8000-00000014c19e");
    public static readonly Guid Excepted = Guid.Parse("019a0000-0000-7000-8000-0000000e8ce7");
    public static readonly SystemKey Credit = new("credit-limit-model", "production");
    public static readonly SystemKey Refund = new("refund-assistant", "production");

    private static readonly ResetMade Reset = new(
        Incident,
        new LedgerReset
        {
            Origin = "acme.example/provost",
            First = 1200,
            Last = 1311,
            Signed = new ResetTree(1312, ""),
            Tree = new ResetTree(1200, ""),
            Position = 40,
            Chain = "",
            Epoch = 7,
        },
        Now.AddDays(-2), Compliance);

    private static readonly string Digest = Ledger.Statements.Digest.Of("release"u8);
    public static readonly string Next = Ledger.Statements.Digest.Of("next"u8);
    private static readonly string Terms = Ledger.Statements.Digest.Of("terms"u8);

    public static string? NameOf(string person) => person switch
    {
        Owner => "Sam Adeyemi",
        Approver => "Leo <b>Marin</b>",
        Compliance => "Ana Ruiz",
        _ => null,
    };

    /// <summary>Somebody whose name is an attack waits to be added.</summary>
    public static IReadOnlyList<WaitingChange> RosterChanges() =>
    [
        new WaitingChange
        {
            Id = Incident,
            Person = Approver,
            Change = RosterChanged.RolesSet,
            By = Compliance,
            Asked = Now.AddHours(-1),
            Until = Now.AddHours(23),
            Draft = GovernanceDraft.Of(
                Actor.Person(Compliance), Approver,
                new RosterChanged { Person = Approver, Change = RosterChanged.RolesSet, Roles = [] }),
            Payload = [],
            Signatures = [],
            SignedBy = [Compliance],
        },
    ];

    public static GovernanceState Governance()
    {
        var release = Release(Credit.System, Digest, "4.2.0");
        return new GovernanceState
        {
            Genesis = Founded(),
            Resets = new ResetState { Made = [Reset] },
            LogKeys = new LogKeyState
            {
                Keys = [LogKey("first") with { Until = Now.AddDays(-1), Ended = Now.AddDays(-1) }, LogKey("second")],
            },
            NodeHeads = Nodes(),
            Roster = new RosterState
            {
                People = new[] { (Owner, "on-call"), (Approver, "approver"), (Compliance, "compliance") }
                    .ToImmutableSortedDictionary(p => p.Item1, p => Person(p.Item1, p.Item2), StringComparer.Ordinal),
            },
            Registry = new RegistryState
            {
                Systems = ImmutableDictionary<SystemKey, SystemState>.Empty
                    .Add(Credit, SystemOf(Credit, "model", "high")).Add(Refund, SystemOf(Refund, "llm", "limited")),
                Releases = [release, Release(Refund.System, Next, "3.3.0")],
            },
            Approvals = new ApprovalState { Given = [Approved(Owner), Approved(Approver)] },
            Warrants = new WarrantState { Issued = [Warranted()] },
            Orders = new OrderState
            {
                InForce = [new Order(Incident, "fallback", Credit, null, "response", Now.AddHours(-7), Incident)],
            },
            Exceptions = new ExceptionState { All = [Exception()] },
            Adoptions = new AdoptionState { All = [AdoptionTown.Adopted()] },
        };
    }

    /// <summary>The gateway lost its disk once, with two records on it.</summary>
    private static NodeHeadState Nodes() => new()
    {
        Newest = ImmutableDictionary<string, HeadOfNode>.Empty.Add(
            "gateway-2", new HeadOfNode("gateway-2", 4832, "aa", Now.AddSeconds(-40))),
        Lost =
        [
            new LostRecords(
                new NodeGapFound { Node = "gateway-1", From = 7, To = 8, HeadAt = Now.AddHours(-2) }, Now.AddHours(-1)),
        ],
    };

    /// <summary>In force on the assistant, for a reason that is an attack.</summary>
    private static GovernedException Exception() => new(
        new ExceptionContent
        {
            Id = Excepted,
            System = Refund.System,
            Environment = Refund.Environment,
            Kind = ExceptionContent.GuardrailKind,
            Guardrail = "pii",
            Direction = "output",
            Reason = Attack,
            Until = Now.AddHours(5),
        },
        new ExceptionSignature(Owner, Now.AddHours(-1), default))
    {
        Granted = new ExceptionSignature(Approver, Now.AddMinutes(-50), default),
    };

    /// <summary>Before anything was approved or ordered.</summary>
    public static GovernanceState Before() => Governance() with
    {
        Approvals = new ApprovalState(),
        Warrants = new WarrantState(),
        Orders = new OrderState(),
    };

    /// <summary>Drift in breach with a gap, latency unproven without a sample.</summary>
    public static SignalBoard Board(DateTimeOffset at) => new(at,
    [
        Reading("drift", "stated_income", SignalVerdict.Breach, 0.112, 0.05,
        [
            .. Enumerable.Range(0, 200).Where(m => m is < 60 or > 100).Select(m => new SignalPoint(
                Now.AddMinutes(m - 200), 20, m < 150 ? 0.02 : 0.112, m < 10 ? null : 0.01, m < 10 ? null : 0.13)),
        ]),
        Reading("latency", null, SignalVerdict.Unproven, null, 0.05, []),
    ]);

    public static IncidentState Incidents() => new IncidentEvent[]
    {
        new IncidentEvent.Opened
        {
            Id = Guid.CreateVersion7(Now),
            Incident = Incident,
            At = Now.AddHours(-7),
            System = Credit.System,
            Environment = Credit.Environment,
            Breach = new BreachNote
            {
                Release = Digest,
                Warrant = WarrantId,
                Signal = "drift",
                Feature = "stated_income",
                Value = 0.112m,
                Limit = 0.05m,
                Rows = 400,
                Since = Now.AddHours(-7.2),
                Found = Now.AddHours(-7),
                Evidence = "Most moved: the bin above 90000.",
                LogEvidence = 12.5m,
            },
        },
        new IncidentEvent.ActionTaken
        {
            Id = Guid.CreateVersion7(Now),
            Incident = Incident,
            At = Now.AddHours(-7),
            Action = "fallback",
            OnRelease = Digest,
            Reason = "drift",
            Outcome = ActionOutcome.Unconfirmed,
            Confirmed = ["gateway-1"],
            Unconfirmed = ["gateway-2"],
        },
        new IncidentEvent.PageAttempted
        {
            Id = Guid.CreateVersion7(Now),
            Incident = Incident,
            At = Now.AddHours(-7),
            Page = Guid.CreateVersion7(Now),
            Purpose = PagePurpose.Alert,
            Round = 0,
            Step = 0,
            Role = "technical",
            Person = Owner,
            Attempt = 1,
            TokenHash = "00",
        },
    }.Aggregate(IncidentState.Empty, (state, said) => state.Apply(said));

    /// <summary>Both systems are called; only one has a warrant.</summary>
    public static IReadOnlyList<SystemTraffic> Traffic() =>
        [new(Credit.System, Credit.Environment, 4000), new(Refund.System, Refund.Environment, 12)];

    /// <summary>Gaps as they are computed; no terms can be read.</summary>
    public static IReadOnlyList<Finding> Findings() =>
        FindingList.Of(Governance(), system => system.Verified, _ => null, Now);

    public static IReadOnlyList<FoundCaller> Found() =>
        [new FoundCaller("10.4.7.21", Attack, Attack, 3120, 90000, Now.AddDays(-15), Now.AddMinutes(-1))];

    /// <summary>A decision whose client wrote attacks wherever it may write.</summary>
    public static DecisionRow Decision() => new()
    {
        LeafIndex = 771,
        LeafHash = new byte[32],
        Id = Guid.Parse("019a0000-0000-7000-8000-0000008e4b77"),
        Time = Now.AddMinutes(-3),
        Stream = "sys:" + Credit.System,
        Seq = 12,
        System = Credit.System,
        Environment = Credit.Environment,
        Release = Digest,
        Warrant = WarrantId.ToString(),
        Outcome = "redacted",
        Ended = "complete",
        Cohort = ["region=" + Attack],
        ModelRequested = Attack,
        ModelServed = Attack,
        Status = 200,
        TotalUs = 412_000,
    };

    private static LogKey LogKey(string seed) => new(
        new NoteVerifierKey(
            "acme.example/provost",
            new Ed25519PublicKey(SHA256.HashData(Encoding.UTF8.GetBytes(seed)))),
        Now.AddDays(-9), Compliance);

    private static Genesis Founded()
    {
        using var key = Ed25519PrivateKey.Generate();
        var text = key.PublicKey.ToString();
        return new Genesis(
            new GenesisMade
            {
                Org = "acme.example",
                Origin = "acme.example/test",
                Taxonomy = 1,
                Custody = "C0",
                Root = text,
                Warrant = text,
                Snapshot = text,
                Log = text,
                Payload = "",
            },
            Now.AddDays(-30));
    }

    private static Person Person(string id, string role) => new()
    {
        Id = id,
        Roles = [role],
        Mail = "",
        Name = "",
        Since = Now.AddDays(-30),
        Keys = role == "approver"
            ? [new PersonKey(new Ed25519PublicKey(new byte[32]), Now.AddHours(-1), Now.AddHours(23))]
            : [],
    };

    private static SystemState SystemOf(SystemKey key, string kind, string tier) => new()
    {
        Key = key,
        Kind = kind,
        Unit = "consumer-credit",
        Purpose = "Proposes a credit limit & explains it.",
        Population = "adults in the EU",
        Terms = Terms,
        Tier = tier,
        Taxonomy = 1,
        Owners = new OwnerIds(Owner, Owner, Approver),
        Escalation = [new("technical", 0), new("deputy", 600_000)],
        Contacts = new Dictionary<string, string>(),
        Registrant = Author,
        Since = Now.AddDays(-20),
        Changed = Now.AddDays(-20),
    };

    private static ReleaseState Release(string system, string digest, string version) => new()
    {
        System = system,
        Digest = digest,
        Version = version,
        Author = Author,
        SubmittedAt = Now.AddDays(-19),
        Provider = "openai",
        Model = "gpt-5.2",
        LastsMs = 1000,
        Files = new Dictionary<string, string>(),
    };

    private static Approval Approved(string person) => new(
        Credit, Digest, person, "key",
        new ApprovalPredicate
        {
            Org = "acme.example",
            Environment = Credit.Environment,
            System = Credit.System,
            Release = Digest,
            Terms = Terms,
            Purpose = "Proposes a credit limit & explains it.",
            Population = "adults in the EU",
            Tier = "high",
            Taxonomy = 1,
            Difference = Digest,
            Person = person,
            Expires = Now.AddDays(10),
            Nonce = "0123456789abcdef",
        },
        JsonSerializer.SerializeToElement(new { }), Now.AddDays(-18), Late: false);

    private static Warrant Warranted() => new(
        WarrantId, Credit, Digest,
        new WarrantPredicate
        {
            Id = WarrantId,
            Org = "acme.example",
            Environment = Credit.Environment,
            System = Credit.System,
            Release = Digest,
            Terms = Terms,
            Purpose = "Proposes a credit limit & explains it.",
            Population = "adults in the EU",
            Tier = "high",
            Taxonomy = 1,
            Approvals = [],
            Thresholds = JsonSerializer.SerializeToElement(new { }),
            Owners = new WarrantOwners(Owner, Owner, Approver),
            NotBefore = Now.AddDays(-18),
            NotAfter = Now.AddDays(162),
        },
        JsonSerializer.SerializeToElement(new { }), Now.AddDays(-18), RevokedAt: null);

    private static SignalReading Reading(
        string signal, string? feature, SignalVerdict verdict, double? value, double approved,
        IReadOnlyList<SignalPoint> history) => new()
        {
            Key = new ReleaseKey(Credit.System, Credit.Environment, Digest),
            Warrant = WarrantId,
            Signal = signal,
            Feature = feature,
            Measures = "largest difference of a share from the baseline",
            Value = value,
            Low = value is null ? 0 : 0.098,
            High = value is null ? 1 : 0.126,
            Approved = approved,
            Limit = approved + 0.01,
            Verdict = verdict,
            Rows = value is null ? 0 : 400,
            LastSample = value is null ? null : Now.AddSeconds(-9),
            Since = verdict == SignalVerdict.Breach ? Now.AddHours(-7.2) : null,
            History = history,
        };
}
