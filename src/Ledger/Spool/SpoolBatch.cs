using Provost.Ledger.Records;

namespace Provost.Ledger.Spool;

/// <summary>What was queued during one sync and is written by the next: one task for all.</summary>
internal sealed class SpoolBatch
{
    private readonly TaskCompletionSource _durable = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<PatientWait> _waits = new(1);

    public List<RecordDraft> Drafts { get; } = new(32);

    public long Bytes { get; set; }

    public long First { get; set; } = -1;

    public Task Durable => _durable.Task;

    /// <summary>
    /// True once durable, false when that takes longer than patience. Calls that come at about the same time share one
    /// task and one timer: nobody waits longer than asked, and nobody is turned away more than a tenth earlier.
    /// </summary>
    public Task<bool> DurableWithin(TimeSpan patience, TimeProvider time)
    {
        lock (_waits)
        {
            if (_durable.Task.IsCompleted)
                return Outcome();

            if (_waits.Count == 0 || time.GetElapsedTime(_waits[^1].Begun) > patience / 10)
                _waits.Add(new PatientWait(patience, time));

            return _waits[^1].Outcome.Task;
        }
    }

    public void Succeed()
    {
        lock (_waits)
            _durable.SetResult();

        foreach (var wait in _waits)
        {
            wait.Dispose();
            wait.Outcome.TrySetResult(true);
        }

        ReturnDrafts(); // last: nobody waits while they are wiped
    }

    public void Fail(SpoolUnavailableException fault)
    {
        ReturnDrafts();
        lock (_waits)
            _durable.SetException(fault);

        _ = _durable.Task.Exception; // a caller that gave up waiting must not be told by the finaliser
        foreach (var wait in _waits)
        {
            wait.Dispose();
            wait.Outcome.TrySetException(fault);
        }
    }

    public static SpoolBatch Refused(SpoolUnavailableException fault)
    {
        var batch = new SpoolBatch();
        batch.Fail(fault);
        return batch;
    }

    private Task<bool> Outcome() => _durable.Task.Exception?.InnerException is { } fault
        ? Task.FromException<bool>(fault)
        : Task.FromResult(true);

    private void ReturnDrafts()
    {
        foreach (var draft in Drafts)
            draft.Dispose();
        Drafts.Clear();
    }

    /// <summary>The calls of some milliseconds, waiting together.</summary>
    private sealed class PatientWait : IDisposable
    {
        private readonly ITimer _timer;

        public PatientWait(TimeSpan patience, TimeProvider time)
        {
            Begun = time.GetTimestamp();
            _timer = time.CreateTimer(
                static wait => ((PatientWait)wait!).Outcome.TrySetResult(false), this, patience,
                Timeout.InfiniteTimeSpan);
        }

        public long Begun { get; }

        public TaskCompletionSource<bool> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Dispose() => _timer.Dispose();
    }
}
