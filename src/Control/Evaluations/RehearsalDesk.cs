using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using Provost.Control.Access;
using Provost.Control.Custody;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Gateway.Manifests;
using Provost.Gateway.Routing;
using Provost.Gateway.Snapshot;
using Provost.Ledger.Statements;

namespace Provost.Control.Evaluations;

/// <summary>How far a test has come in this life of the server; what stands in the log is not in it.</summary>
/// <param name="Outcomes">Cases that are done, in the set's order once all are.</param>
public sealed record RehearsalProgress(int Total, int Done, int Failing, IReadOnlyList<CaseOutcome> Outcomes);

/// <summary>
/// Tests a release before anybody approves it: replays its evaluation set through the gateway in a lane that only the
/// server can call, scores the answers itself, and has the signer sign the result. Nothing that a person hands in
/// counts.
/// </summary>
public sealed partial class RehearsalDesk(
    GovernanceLog log, BlobStore blobs, ISigner signer, SnapshotPublisher publisher, Replayer replay, Judge judge,
    TimeProvider time, ILogger<RehearsalDesk> logger) : IDisposable
{
    private const int AtOnce = 4;

    private readonly ConcurrentDictionary<Guid, Run> _runs = new();
    private readonly ReplayReader _reader = new(blobs);
    private readonly CancellationTokenSource _stop = new();
    private readonly DateTimeOffset _began = time.GetUtcNow();

    /// <summary>Begins a test and returns once its lane answers.</summary>
    public async Task<Answer<Rehearsal>> BeginAsync(
        Principal asks, string system, string version, CancellationToken cancellationToken)
    {
        var state = log.State;
        if (state.Registry.Version(system, version) is not { } release)
            return RegistryErrors.NoSuchRelease($"{system}@{version}");

        return RehearsalState.MayRehearse(state, asks.Person, release)
            ? await BeginAsync(asks.Actor, release, cancellationToken)
            : EvaluationErrors.MayNotRehearse();
    }

    /// <summary>Begins a test of what was submitted; the fold says whether this actor may.</summary>
    internal async Task<Answer<Rehearsal>> BeginAsync(
        Actor actor, ReleaseState release, CancellationToken cancellationToken)
    {
        var read = await ReadAsync(release, cancellationToken);
        if (read.Fault is { } unread)
            return unread;

        var run = read.Value;
        var body = new RehearsalBegun
        {
            Rehearsal = Guid.CreateVersion7(time.GetUtcNow()),
            System = release.System,
            Release = release.Digest,
            Set = release.Files[run.Evaluation.Set],
            Key = ClientKeyText.IdOf(run.Key).ToString(),
            Hash = ClientKeyText.HashOf(run.Key),
            Until = InstantConverter.Whole(time.GetUtcNow() + RehearsalState.Longest),
        };
        if (await log.AppendAsync(GovernanceDraft.Of(actor, release.Digest, body), cancellationToken)
            is GovernanceOutcome.Refused refused)
        {
            return refused.Fault;
        }

        await publisher.PublishAsync(CancellationToken.None);
        var begun = log.State.Rehearsals.Find(body.Rehearsal)!;
        _runs[body.Rehearsal] = run;
        run.Ends = Task.Run(() => RunAsync(begun, run, _stop.Token), CancellationToken.None);
        return begun;
    }

    /// <summary>Closes the lanes of an earlier life of the server: their keys died with it.</summary>
    internal async Task CloseLeftAsync()
    {
        foreach (var left in log.State.Rehearsals.Open(time.GetUtcNow()).Where(r => r.At < _began))
        {
            await WriteAsync(GovernanceDraft.Of(
                Actor.Self, left.Is.Release,
                new RehearsalEnded { Rehearsal = left.Id, Fault = "the server was started again" }));
        }
    }

    /// <summary>How far a test has come; null for one of an earlier life of the server.</summary>
    public RehearsalProgress? ProgressOf(Guid rehearsal) => _runs.GetValueOrDefault(rehearsal)?.Progress;

    /// <summary>Completes when a test of this life has ended and its result stands in the log.</summary>
    internal Task WhenEndedAsync(Guid rehearsal) => _runs.GetValueOrDefault(rehearsal)?.Ends ?? Task.CompletedTask;

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private async Task<Answer<Run>> ReadAsync(ReleaseState release, CancellationToken cancellationToken)
    {
        var read = await _reader.ReadAsync(release, cancellationToken);
        if (read.Fault is { } fault)
            return fault;

        if (read.Value is not { Document.Spec.Evaluation: { } evaluation } parts)
            return EvaluationErrors.NoSet();

        try
        {
            var (set, calls) = (EvaluationSet.Read(parts.Files[evaluation.Set]), parts.Calls);
            return new Run(evaluation, set, calls, [.. set.Cases.Select(calls.BodyOf)], ClientKeyText.Create(),
                evaluation.Judge is { } judges ? Encoding.UTF8.GetString(parts.Files[judges.Prompt]) : null);
        }
        catch (EvaluationSetException broken)
        {
            return EvaluationErrors.BadSet(broken);
        }
    }

    private async Task RunAsync(Rehearsal begun, Run run, CancellationToken cancellationToken)
    {
        try
        {
            var indexes = Enumerable.Range(0, run.Set.Cases.Count);
            var options = new ParallelOptions
            {
                MaxDegreeOfParallelism = AtOnce,
                CancellationToken = cancellationToken,
            };
            await Parallel.ForEachAsync(
                indexes, options, async (i, token) => run.Done(i, await OneAsync(run, i, token)));
            await EndAsync(begun, run);
        }
        catch (Exception broken)
        {
            // whatever it was, the lane is closed and the log says that there is no result
            LogBroken(broken, begun.Id);
            await BreakOffAsync(begun, broken);
        }
    }

    private async Task<CaseOutcome> OneAsync(Run run, int index, CancellationToken cancellationToken)
    {
        var item = run.Set.Cases[index];
        var answer = await replay(
            new ReplayCall(run.Calls.Path, run.Key, run.Bodies[index]), cancellationToken);
        if (answer.Status is < 200 or >= 300)
            return Unanswered(run, item, $"the gateway answered {answer.Status}", answer.Decision);

        if (run.Calls.TextOf(answer.Body) is not { } text)
            return Unanswered(run, item, "the answer cannot be read", answer.Decision);

        var predicted = item.Label is null && run.Set.Favourable is null ? null : run.Calls.ClassOf(answer.Body);
        var failure = item.Expect?.Failure(text)
            ?? (item.Label is { } label && predicted != label ? $"it does not say {label}" : null);
        return new CaseOutcome(item, predicted, failure, answer.Decision)
        {
            Judged = run.Evaluation.Judge is { } by
                ? await judge(
                    new JudgeQuestion(
                        by.Provider, by.Model, run.JudgePrompt!, item.Question ?? "",
                        item.Expect?.Words ?? item.Label, text),
                    cancellationToken)
                : null,
        };
    }

    private static CaseOutcome Unanswered(Run run, EvaluationCase item, string failure, Guid? decision) =>
        new(item, null, failure, decision)
        {
            Judged = run.Evaluation.Judge is null ? null : new Judged(0, null, null),
        };

    private async Task EndAsync(Rehearsal begun, Run run)
    {
        var outcomes = run.Progress.Outcomes;
        var measures = EvaluationScore.Of(outcomes, run.Set.Favourable);
        var shortfalls = EvaluationScore.Shortfalls(measures, run.Evaluation.Minimum);
        if (outcomes.FirstOrDefault(o => o.Judged?.Fault is not null) is { Judged.Fault: { } fault } unjudged)
            shortfalls = [.. shortfalls, $"case {unjudged.Case.Id} was not judged: {fault}"];

        var predicate = new TestResultPredicate
        {
            Result = shortfalls.Count == 0 ? TestResultPredicate.Passed : TestResultPredicate.Failed,
            Configuration = [new(run.Evaluation.Set, new(begun.Is.Set!["sha256:".Length..]))],
            FailedTests = [.. outcomes.Where(o => o.Failure is not null).Select(o => o.Case.Id)],
            Run = new TestRun(
                log.State.Founded.Facts.Org, begun.Is.System, begun.Id, begun.At,
                InstantConverter.Whole(time.GetUtcNow()), outcomes.Count,
                [.. measures.Select(m => MeasureFact.Of(m, run.Evaluation.Minimum))], shortfalls,
                run.Evaluation.Judge is { } by
                    ? new TestJudge(by.Provider, by.Model, Digest.Of(Encoding.UTF8.GetBytes(run.JudgePrompt!)))
                    : null),
        };
        var signed = signer.SignTestResult(predicate);
        if (signed.Fault is { } unsigned)
            throw new InvalidOperationException(unsigned.Message);

        await WriteAsync(GovernanceDraft.Of(
            Actor.Self, begun.Is.Release, new RehearsalEnded { Rehearsal = begun.Id }) with
        {
            Statement = signed.Value,
        });
    }

    private async Task BreakOffAsync(Rehearsal begun, Exception broken)
    {
        try
        {
            await WriteAsync(GovernanceDraft.Of(
                Actor.Self, begun.Is.Release,
                new RehearsalEnded { Rehearsal = begun.Id, Fault = $"it broke off ({broken.GetType().Name})" }));
        }
        catch (Exception unwritten)
        {
            LogBroken(unwritten, begun.Id); // the lane closes at its end all the same
        }
    }

    private async Task WriteAsync(GovernanceDraft draft)
    {
        if (await log.AppendAsync(draft, CancellationToken.None) is GovernanceOutcome.Refused refused)
            throw new InvalidOperationException(refused.Fault.Message);

        await publisher.PublishAsync(CancellationToken.None);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Test {Rehearsal} broke off")]
    private partial void LogBroken(Exception broken, Guid rehearsal);

    /// <summary>One test under way.</summary>
    private sealed class Run(
        ReleaseEvaluation evaluation, EvaluationSet set, Replay calls, IReadOnlyList<byte[]> bodies, string key,
        string? judgePrompt)
    {
        private readonly CaseOutcome?[] _outcomes = new CaseOutcome?[set.Cases.Count];
        private readonly Lock _lock = new();

        public ReleaseEvaluation Evaluation => evaluation;

        public EvaluationSet Set => set;

        public Replay Calls => calls;

        public IReadOnlyList<byte[]> Bodies => bodies;

        /// <summary>In this process's memory alone.</summary>
        public string Key => key;

        /// <summary>What the judge is told; null without one.</summary>
        public string? JudgePrompt => judgePrompt;

        public Task Ends { get; set; } = Task.CompletedTask;

        public RehearsalProgress Progress
        {
            get
            {
                lock (_lock)
                {
                    var done = _outcomes.OfType<CaseOutcome>().ToList();
                    return new RehearsalProgress(
                        _outcomes.Length, done.Count, done.Count(o => o.Failure is not null), done);
                }
            }
        }

        public void Done(int index, CaseOutcome outcome)
        {
            lock (_lock)
                _outcomes[index] = outcome;
        }
    }
}
