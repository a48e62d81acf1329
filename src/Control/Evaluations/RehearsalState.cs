using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Rollbacks;
using Provost.Ledger.Statements;

namespace Provost.Control.Evaluations;

/// <summary>A rehearsal: open, over with a result, broken off, or cut by its end.</summary>
/// <param name="By">Who had it run.</param>
public sealed record Rehearsal(RehearsalBegun Is, string By, DateTimeOffset At)
{
    /// <summary>Null while it runs and where it broke off.</summary>
    public TestResultPredicate? Result { get; init; }

    /// <summary>The signed statement; null without a result.</summary>
    public JsonElement? Statement { get; init; }

    public string? Fault { get; init; }

    /// <summary>What came of a rehearsed rollback; null while it runs, where it broke off, and for a test.</summary>
    public RollbackOutcome? Restored { get; init; }

    /// <summary>Why a rehearsed rollback restored nothing; null where it did, or where there is no outcome.</summary>
    public string? Shortfall => Is.Rollback is { } aim ? Restored?.Shortfall(Is.Release, aim.IsFallback) : null;

    public DateTimeOffset? EndedAt { get; init; }

    public Guid Id => Is.Rehearsal;

    /// <summary>Whether its lane answers.</summary>
    public bool IsOpen(DateTimeOffset at) => EndedAt is null && at < Is.Until;

    /// <summary><c>running</c>, <c>passed</c>, <c>failed</c> (a minimum is not reached), <c>broken</c> or
    /// <c>cut</c>.</summary>
    public string Standing(DateTimeOffset at) => Result is { } result
        ? result.Result == TestResultPredicate.Passed ? "passed" : "failed"
        : Restored is not null ? Shortfall is null ? "passed" : "failed"
        : Fault is not null ? "broken"
        : at < Is.Until ? "running"
        : "cut";
}

/// <summary>Every rehearsal, and by it what is proven of a release before anybody approves it.</summary>
public sealed record RehearsalState
{
    /// <summary>The environment of all rehearsals; no system is registered in it.</summary>
    public const string Environment = "rehearsal";

    /// <summary>The longest that a lane is open.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>A result counts so long: a provider's model may answer otherwise after that.</summary>
    public static readonly TimeSpan Counts = TimeSpan.FromDays(30);

    internal static readonly FrozenSet<string> Verbs =
        new[] { RehearsalBegun.Verb, RehearsalEnded.Verb }.ToFrozenSet();

    internal static readonly RehearsalState Empty = new();

    /// <summary>Oldest first.</summary>
    public ImmutableList<Rehearsal> All { get; init; } = [];

    /// <summary>Those that replay an evaluation set.</summary>
    public IEnumerable<Rehearsal> Tests => All.Where(r => r.Is.Rollback is null);

    /// <summary>Those that try the way back.</summary>
    public IEnumerable<Rehearsal> Rollbacks => All.Where(r => r.Is.Rollback is not null);

    public Rehearsal? Find(Guid id) => All.Find(r => r.Id == id);

    /// <summary>The lanes that answer.</summary>
    public IEnumerable<Rehearsal> Open(DateTimeOffset at) => All.Where(r => r.IsOpen(at));

    /// <summary>The newest result of a release; null while there is none. Digest and set are bound in it.</summary>
    public Rehearsal? Newest(string system, string release) =>
        All.FindLast(r => r.Is.System == system && r.Is.Release == release && r.Result is not null);

    /// <summary>The same with the lanes of a system closed.</summary>
    internal RehearsalState EndedFor(string system, DateTimeOffset at) => this with
    {
        All =
        [
            .. All.Select(r => r.Is.System == system && r.EndedAt is null
                ? r with { Fault = "the system was retired", EndedAt = at }
                : r),
        ],
    };

    internal Answer<RehearsalState> Apply(GovernanceEntry entry, GovernanceState whole) =>
        entry.Verb == RehearsalBegun.Verb
            ? Begin(entry, entry.Read<RehearsalBegun>(), whole)
            : End(entry, entry.Read<RehearsalEnded>(), whole);

    private Answer<RehearsalState> Begin(GovernanceEntry entry, RehearsalBegun body, GovernanceState whole)
    {
        if (whole.Registry.Release(body.System, body.Release) is not { } release)
            return RegistryErrors.NoSuchRelease(body.Release);

        if (whole.Registry.IsRetired(body.System))
            return RegistryErrors.Retired(body.System);

        // what asks for an envelope is tested without another command: in the name of who put it forward
        var by = entry.Actor == Actor.Self && release.Parent is not null ? release.Author : entry.Actor.Id;
        if (!MayRehearse(whole, by, release))
            return EvaluationErrors.MayNotRehearse();

        if (body.Rollback is { } aim)
        {
            if (Misses(aim, release, entry.Time, whole) is { } no)
                return no;
        }
        else if (body.Set is null || !release.Files.Values.Contains(body.Set))
        {
            return EvaluationErrors.OtherSet();
        }

        if (body.Until <= entry.Time || body.Until > entry.Time + Longest
            || !Digest.IsWellFormed("sha256:" + body.Hash))
            return EvaluationErrors.Malformed();

        if (Open(entry.Time).Any(r => r.Is.System == body.System))
            return EvaluationErrors.OneRuns();

        return Find(body.Rehearsal) is null && whole.ClientKeys.Keys.GetValueOrDefault(body.Key) is null
            ? this with { All = All.Add(new Rehearsal(body, by, entry.Time)) }
            : EvaluationErrors.Malformed();
    }

    private Answer<RehearsalState> End(GovernanceEntry entry, RehearsalEnded body, GovernanceState whole)
    {
        if (Find(body.Rehearsal) is not { EndedAt: null } open)
            return EvaluationErrors.NotOpen();

        if (body.Rollback is { } outcome)
        {
            return open.Is.Rollback is not null && entry.Actor == Actor.Self && entry.Statement is null
                ? With(open with { Restored = outcome, EndedAt = entry.Time })
                : EvaluationErrors.OtherResult();
        }

        if (entry.Statement is null)
            return With(open with { Fault = body.Fault ?? "it broke off", EndedAt = entry.Time });

        if (open.Is.Rollback is not null)
            return EvaluationErrors.OtherResult();

        var read = TestResult.Read(entry.Statement);
        if (read.Fault is { } fault)
            return fault;

        return !read.Value.Envelope.IsSignedBy(whole.Founded.WarrantKey)
                || Differs(read.Value, open, whole.Founded.Facts.Org)
            ? EvaluationErrors.OtherResult()
            : With(open with
            {
                Result = read.Value.Predicate,
                Statement = entry.Statement,
                EndedAt = entry.Time,
            });
    }

    /// <summary>Why this is no way back: only what was approved is restored, and only a declared fallback
    /// answered.</summary>
    private static GovernanceFault? Misses(
        RollbackAim aim, ReleaseState release, DateTimeOffset at, GovernanceState whole)
    {
        if (whole.Registry.Find(release.System, aim.Environment) is not { } system)
            return RegistryErrors.NoSuchSystem($"{release.System} in {aim.Environment}");

        var isWarranted = whole.Warrants.InForce(system.Key, at).Any(w => w.Release == release.Digest);
        return aim.IsFallback
            ? release.Declares?.Contains("fallback") == true ? null : RollbackErrors.NoWayBack()
            : isWarranted ? null : RegistryErrors.NoRollbackTarget();
    }

    /// <summary>Whether a result is of something else than the rehearsal.</summary>
    private static bool Differs(SignedStatement<TestResultPredicate> read, Rehearsal open, string org) =>
        read.Statement.Subject is not [var subject] || "sha256:" + subject.Digest.Sha256 != open.Is.Release
        || !IsOf(read.Predicate, open, org);

    /// <summary>Whether a predicate is of a rehearsal: its set, its system, its id, and a verdict that follows from
    /// what it says.</summary>
    internal static bool IsOf(TestResultPredicate said, Rehearsal open, string org) =>
        open.Is.Rollback is null && said.Configuration is [var set] && "sha256:" + set.Digest.Sha256 == open.Is.Set
        && said.Run.Org == org && said.Run.System == open.Is.System && said.Run.Rehearsal == open.Id
        && said.Result == (said.Run.Shortfalls.Count == 0 ? TestResultPredicate.Passed : TestResultPredicate.Failed);

    /// <summary>The author, who keeps the manifest, and whoever may approve.</summary>
    internal static bool MayRehearse(GovernanceState whole, string person, ReleaseState release) =>
        Permission.Acting(whole, person) is not null
        && (release.Author == person || Permission.MayDeclare(whole, person, release.System)
            || whole.Registry.Everywhere(release.System).Any(s => Permission.MayApprove(whole, person, s)));

    private RehearsalState With(Rehearsal changed) =>
        this with { All = All.Replace(All.Find(r => r.Id == changed.Id)!, changed) };
}
