using Provost.Ledger.Records;

namespace Provost.Ledger.Spool;

/// <summary>What was queued during one sync and is written by the next: one task for all.</summary>
internal sealed class SpoolBatch
{
    private readonly TaskCompletionSource _durable = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<RecordDraft> Drafts { get; } = new(32);

    public long Bytes { get; set; }

    public long First { get; set; } = -1;

    public Task Durable => _durable.Task;

    public void Succeed()
    {
        ReturnDrafts();
        _durable.SetResult();
    }

    public void Fail(SpoolUnavailableException fault)
    {
        ReturnDrafts();
        _durable.SetException(fault);
        _ = _durable.Task.Exception; // a caller that gave up waiting must not be told by the finaliser
    }

    public static SpoolBatch Refused(SpoolUnavailableException fault)
    {
        var batch = new SpoolBatch();
        batch.Fail(fault);
        return batch;
    }

    private void ReturnDrafts()
    {
        foreach (var draft in Drafts)
            draft.Dispose();
        Drafts.Clear();
    }
}
