using Microsoft.Extensions.Logging;
using Provost.Control.Access;
using Provost.Control.Access.OpenId;
using Provost.Control.Access.Passkeys;
using Provost.Control.Access.Pipelines;
using Provost.Control.Adoptions;
using Provost.Control.Approvals;
using Provost.Control.Coverage;
using Provost.Control.Custody;
using Provost.Control.Decisions;
using Provost.Control.Drills;
using Provost.Control.Envelopes;
using Provost.Control.Erasure;
using Provost.Control.Evaluations;
using Provost.Control.Exceptions;
using Provost.Control.Findings;
using Provost.Control.Gate;
using Provost.Control.Governance;
using Provost.Control.Graph;
using Provost.Control.Handovers;
using Provost.Control.Holds;
using Provost.Control.Import;
using Provost.Control.Intake.Editions;
using Provost.Control.Registry;
using Provost.Control.Retention;
using Provost.Control.Reveals;
using Provost.Control.Reviews;
using Provost.Control.Rollbacks;
using Provost.Control.Signals;
using Provost.Control.Storage;
using Provost.Control.Vendors;
using Provost.Control.Why;
using Provost.Gateway.Manifests;
using Provost.Gateway.Routing;

namespace Provost.Control;

/// <summary>What the host gives Control to work with.</summary>
public sealed record ControlParts
{
    public required GovernanceLog Log { get; init; }
    public required ISigner Signer { get; init; }
    public required BlobStore Blobs { get; init; }
    public required Database Database { get; init; }
    public required TimeProvider Time { get; init; }
    public required ILoggerFactory Loggers { get; init; }
    public required RegistryOptions Registry { get; init; }

    /// <summary>Gateways that enforce snapshots.</summary>
    public required IReadOnlyList<EnforcementPoint> Points { get; init; }

    /// <summary>The newest checkpoint as note text, null before the first.</summary>
    public required Func<string?> Checkpoint { get; init; }

    /// <summary>Entries of the log that a checkpoint covers.</summary>
    public required Func<long> Committed { get; init; }

    /// <summary>Asks the approved version of a scoring model once more.</summary>
    public required Rescorer Rescore { get; init; }

    /// <summary>Asks the judge that a release's evaluation declares.</summary>
    /// <value>By default none, which is a failed test.</value>
    public Judge Judge { get; init; } = (_, _) => Task.FromResult(new Judged(null, null, "No judge is configured."));

    /// <summary>Puts a call of a rehearsal through the gateway.</summary>
    public required Replayer Replay { get; init; }

    /// <summary>The board of signals at an instant, null while none runs.</summary>
    public required Func<DateTimeOffset, SignalBoard?> Signals { get; init; }

    /// <summary>PBKDF2 iterations of a new password; an old one keeps those it was made with.</summary>
    /// <value>Default 210,000.</value>
    public int PasswordIterations { get; init; } = PasswordRow.DefaultIterations;

    /// <summary>Reaches the issuers of the platform's settings and nobody else.</summary>
    public required HttpMessageInvoker Issuers { get; init; }

    /// <summary>The organisation's OpenID provider; null for none.</summary>
    public OpenIdSettings? OpenId { get; init; }

    /// <summary>The address of the console that passkeys are made for.</summary>
    /// <value>Default this machine, as localhost.</value>
    public PasskeyOrigin Passkeys { get; init; } = new();

    /// <summary>Opens the payloads of a decision.</summary>
    public required ContentReader Content { get; init; }

    /// <summary>What erasure and retention need of log and vault.</summary>
    public required VaultParts Vault { get; init; }

    /// <summary>Terms by class and jurisdiction.</summary>
    public RetentionSchedule Retention { get; init; } = RetentionSchedule.Load();
}

/// <summary>
/// Every authorised handler of Control, wired once. API, console and response call these and nothing beside them.
/// </summary>
public sealed class ControlDesks : IDisposable
{
    public ControlDesks(ControlParts parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var (log, blobs, database, time) = (parts.Log, parts.Blobs, parts.Database, parts.Time);
        var people = new PeopleStore(database);
        Log = log;
        Blobs = blobs;
        Time = time;
        Directory = new PeopleDirectory(people, log);
        Signer = parts.Signer;
        Publisher = new SnapshotPublisher(
            log, new SnapshotCompiler(blobs, Directory, parts.Checkpoint), Signer, parts.Points, time,
            parts.Loggers.CreateLogger<SnapshotPublisher>());
        SetupCode = new SetupCode(time);
        Logins = new LoginDesk(log, Signer, people, Directory, SetupCode, parts.PasswordIterations, time);
        SignIns = new SignInBook(log, time);
        var sessions = new Sessions(log, time);
        Identity = new RequestIdentity(Logins, sessions, SignIns);
        Credentials = new CredentialDesk(log, sessions, SignIns, time);
        Services = new ServiceTokenDesk(log, time);
        var issuers = new IssuerKeys(parts.Issuers, time);
        Pipelines = new PipelineDesk(log, issuers, time);
        OpenId = parts.OpenId is { } provider
            ? new OpenIdDesk(
                provider, log, Directory, parts.Issuers, issuers, time, parts.Loggers.CreateLogger<OpenIdDesk>())
            : null;
        Passkeys = new PasskeyDesk(log, Directory, parts.Passkeys, time);
        Roster = new RosterDesk(log, Signer, people, Directory, database, parts.Passkeys, time);
        ClientKeys = new ClientKeyDesk(log, Publisher, time);
        Manifests = new ManifestDesk(log, blobs, Directory, Publisher, database, parts.Registry, time);
        Rehearsals = new RehearsalDesk(
            log, blobs, Signer, Publisher, parts.Replay, parts.Judge, time,
            parts.Loggers.CreateLogger<RehearsalDesk>());
        Variants = new VariantDesk(
            log, blobs, Signer, Publisher, Rehearsals, database, time, parts.Loggers.CreateLogger<VariantDesk>());
        Submissions = new SubmitDesk(log, Variants, database, time);
        Orders = new OrderDesk(log, Publisher, database, time);
        Approvals = new ApprovalDesk(log, blobs, Signer, Publisher, database, parts.Checkpoint, time);
        GateBook = new GateBook(log, time);
        Seen = new SeenDifferenceDesk(log, blobs);
        Rejections = new RejectDesk(log, Publisher, time);
        Revocations = new RevokeDesk(log, Publisher, database, time);
        Rollbacks = new RollbackRehearsalDesk(
            log, blobs, Publisher, parts.Replay, time, parts.Loggers.CreateLogger<RollbackRehearsalDesk>());
        Exceptions = new ExceptionDesk(log, blobs, Publisher, database, time);
        Adoptions = new AdoptionDesk(log, Publisher, database, parts.Registry, time);
        Findings = new FindingDesk(log, blobs, database, time);
        Systems = new SystemViews(log, Directory, parts.Signals, Findings.VerifiedAt, time);
        GateAnswers = new GateAnswers(log, Systems.Person);
        Handovers = new HandoverDesk(log, Directory, Publisher, database, Systems, time);
        Imports = new ImportDesk(log, blobs, Manifests, Publisher, Systems, database);
        VaultOrders = new VaultOrders(log, parts.Vault.Keys);
        var decisions = new DecisionQuery(database);
        DecisionsUnder = (exception, token) => decisions.CountUnderAsync(exception, token);
        Why = new WhyDesk(
            log, decisions, new DecisionSteps(database), blobs, Systems, parts.Checkpoint, parts.Content, VaultOrders,
            parts.Vault);
        Answers = new ApprovalAnswers(log, Why, Systems, time);
        Explain = new ExplainDesk(log, Why, parts.Rescore, time);
        var terms = new RetentionTerms(log, blobs, parts.Retention);
        Holds = new HoldDesk(log, parts.Vault.AliasOf, time);
        Erasures = new ErasureDesk(log, decisions, parts.Vault, VaultOrders, terms, time);
        Retention = new RetentionDesk(log, parts.Vault, VaultOrders, terms, time);
        Reveals = new RevealDesk(log, decisions, parts.Content, VaultOrders, time);
        VendorViews = new VendorViews(() => log.State, Systems.Person, time.GetUtcNow);
        Taxonomy = new TaxonomyDesk(log, Publisher, database, time);
        Drills = new DrillDesk(log, Directory, Systems.Person, time);
        Vendors = new VendorDesk(log, Publisher, VendorViews, time);
        Coverage = Covered(parts);
    }

    public GovernanceLog Log { get; }
    public BlobStore Blobs { get; }
    public TimeProvider Time { get; }
    public PeopleDirectory Directory { get; }
    public ISigner Signer { get; }
    public SnapshotPublisher Publisher { get; }

    /// <summary>To be printed while the roster is empty.</summary>
    public SetupCode SetupCode { get; }

    public LoginDesk Logins { get; }
    public RequestIdentity Identity { get; }
    public SignInBook SignIns { get; }
    public CredentialDesk Credentials { get; }
    public ServiceTokenDesk Services { get; }
    public PipelineDesk Pipelines { get; }

    /// <summary>Null while the settings name no provider.</summary>
    public OpenIdDesk? OpenId { get; }

    public PasskeyDesk Passkeys { get; }
    public RosterDesk Roster { get; }
    public ClientKeyDesk ClientKeys { get; }
    public ManifestDesk Manifests { get; }
    public SubmitDesk Submissions { get; }
    public OrderDesk Orders { get; }
    public ApprovalDesk Approvals { get; }
    public SeenDifferenceDesk Seen { get; }
    public GateBook GateBook { get; }
    public GateAnswers GateAnswers { get; }
    public RejectDesk Rejections { get; }
    public RevokeDesk Revocations { get; }
    public RehearsalDesk Rehearsals { get; }
    public RollbackRehearsalDesk Rollbacks { get; }
    public VariantDesk Variants { get; }
    public EnvelopeViews Envelopes => field ??= new EnvelopeViews(Log, Systems.Person, Time);
    public ExceptionDesk Exceptions { get; }
    public AdoptionDesk Adoptions { get; }
    public SystemViews Systems { get; }
    public HandoverDesk Handovers { get; }
    public ImportDesk Imports { get; }
    public RetireDesk Retirements => new(Log, Publisher, Time);
    public FindingDesk Findings { get; }
    public WhyDesk Why { get; }
    public ApprovalAnswers Answers { get; }
    public ExplainDesk Explain { get; }
    public VaultOrders VaultOrders { get; }
    public HoldDesk Holds { get; }
    public ErasureDesk Erasures { get; }
    public RetentionDesk Retention { get; }
    public RevealDesk Reveals { get; }

    public CoverageDesk Coverage { get; }

    /// <summary>How many decisions were made under an exception, as far as the index has come.</summary>
    public Func<Guid, CancellationToken, Task<long>> DecisionsUnder { get; }

    public GraphViews Graph => new(() => Log.State, Systems.Person, Time.GetUtcNow);

    public VendorViews VendorViews { get; }

    public VendorDesk Vendors { get; }

    public TaxonomyDesk Taxonomy { get; }

    public ReviewDesk Reviews => new(Log, Systems.Person, Time);

    public DrillDesk Drills { get; }

    public RecordDesk Records => new(Log, Blobs, Time);

    public void Dispose()
    {
        Rehearsals.Dispose();
        Rollbacks.Dispose();
        Publisher.Dispose();
    }

    private static CoverageDesk Covered(ControlParts parts) => new(
        parts.Log, new GuardrailQuery(parts.Database),
        (digest, token) => ReadAsync(parts.Blobs, digest, token), parts.Committed);

    private static async Task<ReleaseDocument?> ReadAsync(
        BlobStore blobs, string digest, CancellationToken cancellationToken)
    {
        try
        {
            return await blobs.FindAsync(digest, cancellationToken) is { } json ? ReleaseDocument.Read(json) : null;
        }
        catch (ManifestException)
        {
            return null; // a release of another edition: what it owes cannot be read here
        }
    }
}
