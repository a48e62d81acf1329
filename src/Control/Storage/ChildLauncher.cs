using System.Collections.Concurrent;
using System.Diagnostics;

namespace Provost.Control.Storage;

/// <summary>Starts children from one thread that lives as long as the process.</summary>
/// <remarks>The kernel's parent-death signal fires when the <em>thread</em> that forked ends, not when the process
/// does. A pool thread may retire at any time and would take the database with it.</remarks>
internal static class ChildLauncher
{
    private static readonly BlockingCollection<Action> Starts = [];
    private static readonly Lazy<Thread> Owner = new(StartThread);

    public static Task<Process> StartAsync(ProcessStartInfo info)
    {
        _ = Owner.Value;
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(info)!); // null only for shell execution, which is off
            }
            catch (Exception e) // handed to the caller: the thread must outlive any failed start
            {
                started.SetException(e);
            }
        });
        return started.Task;
    }

    private static Thread StartThread()
    {
        var thread = new Thread(() =>
        {
            foreach (var start in Starts.GetConsumingEnumerable())
                start();
        })
        {
            IsBackground = true,
            Name = "provost children",
        };
        thread.Start();
        return thread;
    }
}
