using Microsoft.AspNetCore.Http;
using Provost.Control.Access;
using Provost.Control.Coverage;
using Provost.Control.Decisions;
using Provost.Control.Drills;
using Provost.Control.Evidence;
using Provost.Control.Findings;
using Provost.Control.Gate;
using Provost.Control.Governance;
using Provost.Control.Incidents;
using Provost.Control.Registry;
using Provost.Control.Retention;
using Provost.Control.Signals;
using Provost.Control.Why;
using Provost.Gateway.Manifests;
using Provost.Ledger.Records;
using Provost.WebConsole.Custody;
using Provost.WebConsole.Passkeys;
using Provost.WebConsole.People;
using Provost.WebConsole.SignIn;

namespace Provost.WebConsole;

/// <summary>
/// All that the console asks of the server. Reads are of states already in memory unless they are asynchronous; every
/// act is an authorised handler that API and CLI call too, and says no by a <see cref="GovernanceFault"/>.
/// </summary>
public sealed record ConsolePorts
{
    /// <summary>What has authority now.</summary>
    public required Func<GovernanceState> Governance { get; init; }

    /// <summary>From when a page looks: what <c>asOf</c> of its address names, now without one.</summary>
    public required Func<string?, DateTimeOffset, Answer<Standpoint>> LookFrom { get; init; }

    /// <summary>Gaps in the records of systems, most urgent first.</summary>
    public required Func<CancellationToken, Task<IReadOnlyList<Finding>>> FindingsAsync { get; init; }

    /// <summary>When a call or a pipeline last confirmed a system's record.</summary>
    public required Func<SystemState, DateTimeOffset> VerifiedAt { get; init; }

    /// <summary>Every monitor as it stands at an instant.</summary>
    public required Func<DateTimeOffset, SignalBoard> Signals { get; init; }

    public required Func<IncidentState> Incidents { get; init; }

    public required Func<SealState> Seal { get; init; }

    /// <summary>How the platform's keys are kept now.</summary>
    public required Func<CustodyState> Custody { get; init; }

    /// <summary>The index of decisions.</summary>
    public required DecisionQuery Decisions { get; init; }

    public required DecisionExport Export { get; init; }

    /// <summary>The proof that guardrails looked, for a person who may read it.</summary>
    public required CoverageReader CoverageAsync { get; init; }

    /// <summary>Unregistered callers seen since an instant, at most so many.</summary>
    public required Func<DateTimeOffset, int, CancellationToken, Task<IReadOnlyList<FoundCaller>>> FoundAsync
    {
        get; init;
    }

    /// <summary>Systems that were called since an instant, whatever came of it.</summary>
    public required Func<DateTimeOffset, CancellationToken, Task<IReadOnlyList<SystemTraffic>>> TrafficAsync
    {
        get; init;
    }

    /// <summary>The person who signed in, by id; null for nobody. Checks the session, not permissions.</summary>
    public required Func<HttpContext, string?> PersonOf { get; init; }

    /// <summary>A person's name; null when the row is missing or does not open the commitment in the log.</summary>
    public required Func<string, string?> NameOf { get; init; }

    /// <summary>
    /// The id of who looks into callers that nobody registered, an address while nobody of it is known; null while the
    /// platform names nobody.
    /// </summary>
    public required Func<string?> Triager { get; init; }

    /// <summary>Changes of the roster that wait for signatures, oldest first.</summary>
    public required Func<IReadOnlyList<WaitingChange>> RosterChanges { get; init; }

    /// <summary>The bytes of a blob (release, terms, a file) by digest, re-hashed; null when it is not here.</summary>
    public required Func<string, CancellationToken, Task<byte[]?>> ReadBlobAsync { get; init; }

    /// <summary>Digest of the difference that an approval of a release signs now; null when none can be told.
    /// </summary>
    public required Func<SystemKey, ReleaseState, CancellationToken, Task<string?>> SignedDifferenceAsync
    {
        get; init;
    }

    /// <summary>The bytes of the log's entry at an index; null when it is not readable.</summary>
    public required Func<long, CancellationToken, Task<ReadOnlyMemory<byte>?>> ReadEntryAsync { get; init; }

    /// <summary>The story of a decision (person, decision, its outcome in the log, its release).</summary>
    public required Func<string, DecisionRow, OutcomeView?, ReleaseSpec?, CancellationToken, Task<DecisionStory>>
        StoryAsync
    { get; init; }

    /// <summary>Explains a score (decision, purpose, person); the reading is recorded before.</summary>
    public required Func<Guid, string, string, CancellationToken, Task<Answer<Explanation>>> ExplainAsync
    {
        get; init;
    }

    /// <summary>The newest checkpoint as note text; null before the first.</summary>
    public required Func<string?> Checkpoint { get; init; }

    /// <summary>The verifier over the server's own log.</summary>
    public required VerificationDesk Verification { get; init; }

    /// <summary>Calls answered against outcomes recorded, the newest comparison of each system.</summary>
    public required Func<IReadOnlyList<NodeBalance>> Balances { get; init; }

    /// <summary>Checks mail and password and starts a session on the response; null: signed in.</summary>
    public required Func<HttpContext, string, string, CancellationToken, Task<GovernanceFault?>> SignInAsync
    {
        get; init;
    }

    public required Func<HttpContext, CancellationToken, Task> SignOutAsync { get; init; }

    /// <summary>Signing in with the organisation's provider; null while the settings name none.</summary>
    public OpenIdPorts? OpenId { get; init; }

    /// <summary>Signing in with a passkey.</summary>
    public required PasskeyPorts Passkeys { get; init; }

    /// <summary>Tokens, sessions and sign-ins.</summary>
    public required AccountPorts Account { get; init; }

    /// <summary>Pauses a system for a stated reason, in a person's name.</summary>
    public required Func<SystemKey, string, string, CancellationToken, Task<Answer<PauseReport>>> PauseAsync
    {
        get; init;
    }

    /// <summary>Rehearses the rollback (system, version that is left, person); null: what came of it is in the
    /// log.</summary>
    public required Func<SystemKey, string, string, Task<GovernanceFault?>> RehearseRollbackAsync { get; init; }

    /// <summary>What the gate answered about a release (system, environment, digest), newest first.</summary>
    public required Func<SystemKey, string, IEnumerable<GateAnswerLine>> GateAnswers { get; init; }

    /// <summary>Calls somebody as a drill (who asks, mail address or id of the person).</summary>
    public required Func<string, string, CancellationToken, Task<Answer<DrillView>>> DrillAsync { get; init; }

    /// <summary>A person takes an incident; null: taken.</summary>
    public required Func<Guid, string, CancellationToken, Task<GovernanceFault?>> AcknowledgeAsync { get; init; }

    /// <summary>Opens a decision's content (decision, purpose, person); the reading is recorded before.</summary>
    public required Func<Guid, string, string, CancellationToken, Task<Answer<DecisionContent>>> ReadContentAsync
    {
        get; init;
    }

    /// <summary>The receipt of a decision (person, decision), for whoever may read it.</summary>
    public required Func<string, Guid, CancellationToken, Task<Answer<Receipt>>> ReceiptAsync { get; init; }

    /// <summary>What ends when, as of now.</summary>
    public required Func<CancellationToken, Task<RetentionPlan>> RetentionAsync { get; init; }

    /// <summary>Terms by class and jurisdiction.</summary>
    public required RetentionSchedule Schedule { get; init; }

    /// <summary>What destroyed a decision's content; null while nothing did.</summary>
    public required Func<DecisionRow, ContentEnd?> EndOf { get; init; }

    /// <summary>Prepares a bundle that verifies offline (person, filter, filter as typed), and records it.</summary>
    public required Func<string, DecisionFilter, IReadOnlyDictionary<string, string>, CancellationToken,
        Task<Answer<PreparedBundle>>> BundleAsync
    { get; init; }

    /// <summary>Records an export (person, filters in words, filter) before the rows leave; null: it may.</summary>
    public required Func<string, IReadOnlyList<string>, DecisionFilter, CancellationToken, Task<GovernanceFault?>>
        RecordExportAsync
    { get; init; }
}

/// <summary>What each guardrail did: person, system, environment (null where there is one), window, gaps.</summary>
public delegate Task<Answer<CoverageAnswer>> CoverageReader(
    string person, string system, string? environment, DateTimeOffset from, DateTimeOffset to, GapPage page,
    CancellationToken cancellationToken);

/// <summary>What stands at the foot of each page.</summary>
public sealed record SealState
{
    /// <summary>Entries that a signed checkpoint covers.</summary>
    public required long Size { get; init; }

    /// <summary>When that checkpoint was signed; null before the first.</summary>
    public required DateTimeOffset? SignedAt { get; init; }

    /// <summary><c>C0</c>, <c>C1</c> or <c>C2</c>.</summary>
    public required string Custody { get; init; }

    /// <summary>Calls answered since the start, as the node counted them at the last reconciliation.</summary>
    public required long Served { get; init; }

    /// <summary>Outcomes of the node in the log through the same record.</summary>
    public required long Recorded { get; init; }

    /// <summary>Why the log cannot be trusted or written; null when it can.</summary>
    public string? Broken { get; init; }
}

/// <summary>What enforcement points said about a pause.</summary>
/// <param name="Confirmed">Points that refuse calls now.</param>
/// <param name="Unconfirmed">Points that were told and have not answered.</param>
public sealed record PauseReport(IReadOnlyList<string> Confirmed, IReadOnlyList<string> Unconfirmed);

/// <summary>A decision's content as captured; null where nothing was kept.</summary>
/// <param name="Passages">What the application had retrieved; null where its release tells of nothing of the
/// kind.</param>
public sealed record DecisionContent(string? Input, string? Output, IReadOnlyList<string>? Passages = null);
