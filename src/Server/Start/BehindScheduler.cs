using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Provost.Server.Start;

/// <summary>
/// One thread of low priority for what follows the log: the index, the signals, the re-wrapping of payloads. When calls
/// need every core these wait behind them and catch up later; they read from files, so waiting costs no memory.
/// </summary>
/// <remarks>
/// Work begun here comes back here after each await, as long as it does not leave by itself. It must not block on a
/// task that needs this thread.
/// </remarks>
internal sealed partial class BehindScheduler : TaskScheduler, IDisposable
{
    private const int Nice = 5;

    private readonly BlockingCollection<Task> _queued = [];
    private readonly Thread _thread;

    public BehindScheduler()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "behind the log" };
        _thread.Start();
    }

    /// <summary>One: what follows the log never takes a second core from the calls.</summary>
    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Runs here and whatever it awaits comes back here.</summary>
    public Task RunAsync(Func<Task> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.None, this).Unwrap();

    /// <summary>Runs something long on a thread of its own that yields to calls like this one.</summary>
    public static void Begin(Action work) => new Thread(() =>
    {
        LowerThisThread();
        work();
    })
    { IsBackground = true, Name = "behind the calls" }.Start();

    /// <summary>To be called once all that ran here has ended.</summary>
    public void Dispose()
    {
        _queued.CompleteAdding();
        _thread.Join();
        _queued.Dispose();
    }

    /// <summary>Of the calling thread alone, as Linux keeps it; where it is refused, all stay equal.</summary>
    public static void LowerThisThread() => _ = SetPriority(which: 0, who: 0, Nice);

    protected override void QueueTask(Task task) => _queued.Add(task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        Thread.CurrentThread == _thread && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [.. _queued];

    private void Run()
    {
        LowerThisThread();
        foreach (var task in _queued.GetConsumingEnumerable())
            TryExecuteTask(task);
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int value);
}
