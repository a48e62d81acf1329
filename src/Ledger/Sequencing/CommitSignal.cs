namespace Provost.Ledger.Sequencing;

/// <summary>What is committed, and a wake for those who wait for more. Safe for concurrent use.</summary>
internal sealed class CommitSignal
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _next = NewSource();
    private Committed _now;

    public CommitSignal(long size, IReadOnlyDictionary<string, long> nodes) =>
        _now = new Committed(size, Copy(nodes), SignedAt: null);

    /// <summary>What is committed now, one state.</summary>
    public Committed Now => Volatile.Read(ref _now);

    public void Advance(long size, IReadOnlyDictionary<string, long> nodes, DateTimeOffset signedAt)
    {
        TaskCompletionSource woken;
        lock (_lock)
        {
            Volatile.Write(ref _now, new Committed(size, Copy(nodes), signedAt));
            (woken, _next) = (_next, NewSource());
        }

        woken.SetResult();
    }

    public async Task WaitAsync(Func<Committed, bool> isReached, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task wake;
            lock (_lock)
            {
                if (isReached(_now))
                    return;

                wake = _next.Task;
            }

            await wake.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static Dictionary<string, long> Copy(IReadOnlyDictionary<string, long> nodes) =>
        new(nodes, StringComparer.Ordinal);

    /// <summary>Entries that a checkpoint covers, per node the first record that it does not, and when this process
    /// signed it.</summary>
    internal sealed record Committed(long Size, IReadOnlyDictionary<string, long> Nodes, DateTimeOffset? SignedAt)
    {
        public long NextOf(string node) => Nodes.TryGetValue(node, out var next) ? next : 0;
    }
}
