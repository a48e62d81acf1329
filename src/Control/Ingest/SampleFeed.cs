using System.Text.Json;
using Microsoft.Extensions.Logging;
using Provost.Control.Decisions;
using Provost.Control.Signals;

namespace Provost.Control.Ingest;

/// <summary>
/// Tails the committed log and folds each decision into the signals. The state file is a cache: after a crash the
/// log is folded again from the file's cursor, and whoever hears an event twice already knows it.
/// </summary>
/// <param name="feed">The log.</param>
/// <param name="engine">Folded into by this feed alone.</param>
/// <param name="file">Where the engine's state is kept.</param>
/// <param name="reader">Turns leaves into samples.</param>
/// <param name="said">Told of breaches and recoveries, in order.</param>
/// <param name="restarted">Releases that a leaf restored or resumed, to be proved anew from there.</param>
/// <param name="answered">Told of each leaf, before it is folded: it looks at the model that answered.</param>
/// <param name="time">The clock of state saving.</param>
/// <param name="logger">Told of leaves that cannot be read.</param>
public sealed partial class SampleFeed(
    LeafFeed feed, SignalEngine engine, SignalStateFile file, SampleReader reader,
    Func<SignalEvent, CancellationToken, Task> said, Func<LogLeaf, IReadOnlyList<ReleaseKey>> restarted,
    Func<LogLeaf, CancellationToken, ValueTask> answered, TimeProvider time, ILogger<SampleFeed> logger)
{
    private const int LeavesAtOnce = 512;
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(5);

    /// <summary>Folds until told to stop; saves the state on the way and at the end.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (file.LoadInto(engine) is { } reason)
            LogReplay(reason);

        var saved = time.GetTimestamp();
        try
        {
            while (true)
            {
                await feed.WaitForSizeAsync(engine.Cursor + 1, cancellationToken);
                foreach (var leaf in await feed.ReadAsync(engine.Cursor, LeavesAtOnce, cancellationToken))
                    await FoldAsync(leaf, cancellationToken);

                if (time.GetElapsedTime(saved) >= SaveEvery)
                {
                    file.Save(engine);
                    saved = time.GetTimestamp();
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            file.Save(engine);
        }
    }

    private async Task FoldAsync(LogLeaf leaf, CancellationToken cancellationToken)
    {
        foreach (var key in restarted(leaf))
            engine.Restart(leaf.Index, key);

        await answered(leaf, cancellationToken);
        SignalSample? sample = null;
        try
        {
            if (leaf.Fault is { } fault)
                LogUnreadable(leaf.Index, fault);
            else
                sample = reader.Read(leaf);
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or FormatException
            or InvalidOperationException or ArgumentException)
        {
            // a leaf of a form this build does not know: the log keeps it, signals cannot use it, and it is said
            LogUnreadable(leaf.Index, fault.GetType().Name);
        }

        if (sample is null)
        {
            engine.Skip(leaf.Index);
            return;
        }

        foreach (var heard in engine.Fold(leaf.Index, sample))
            await said(heard, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Signals fold the log from its beginning: {Reason}")]
    private partial void LogReplay(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Signals cannot read leaf {Index}: {Fault}")]
    private partial void LogUnreadable(long index, string fault);
}
