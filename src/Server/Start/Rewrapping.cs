using Microsoft.Extensions.Logging;
using Provost.Ledger.Sequencing;
using Provost.Ledger.Spool;
using Provost.Ledger.Vault;

namespace Provost.Server.Start;

/// <summary>
/// Keeps the vault up with the log. One round at a time: by the clock, and ahead of an erasure that must find every
/// payload under its subject's key.
/// </summary>
internal sealed partial class Rewrapping(
    PayloadRewrap rewrap, Sequencer sequencer, IReadOnlyList<Spool> spools, TimeProvider time,
    ILogger<Rewrapping> logger) : IDisposable
{
    private readonly SemaphoreSlim _round = new(1);

    /// <summary>Payloads that cannot be opened any more though nobody destroyed their keys.</summary>
    public long Lost { get; private set; }

    /// <summary>Works through all that is durable in the spools now.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _round.WaitAsync(cancellationToken);
        try
        {
            var began = time.GetUtcNow();
            foreach (var spool in spools)
                await sequencer.WaitForNodeAsync(spool.Node, spool.DurableThrough, cancellationToken);

            // reading files is no work for the threads that answer calls
            await Task.Factory.StartNew(
                () => RunTo(sequencer.CommittedSize, began, cancellationToken), cancellationToken,
                TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            _round.Release();
        }

        if (rewrap.Counted.Lost is var lost && lost > Lost)
        {
            Lost = lost;
            LogLost(lost);
        }
    }

    private void RunTo(long size, DateTimeOffset began, CancellationToken cancellationToken)
    {
        BehindScheduler.LowerThisThread();
        rewrap.RunTo(size, began, cancellationToken);
    }

    public void Dispose() => _round.Dispose();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Payloads whose key is gone without an act: {Lost}")]
    private partial void LogLost(long lost);
}
