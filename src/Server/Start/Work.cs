using Microsoft.Extensions.Logging;

namespace Provost.Server.Start;

/// <summary>
/// The work beside the listeners, each on its own: one that fails is said and begun again, and takes nothing with it.
/// </summary>
internal sealed class Work(TimeProvider time, ILogger<Work> logger) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly BehindScheduler _behind = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];

    /// <summary>Runs until told to stop; begun again a second after it failed.</summary>
    public void Keep(string name, Func<CancellationToken, Task> run) =>
        _running.Add(Task.Run(() => KeepAsync(name, run)));

    /// <summary>As <see cref="Keep"/>, behind the calls: see <see cref="BehindScheduler"/>.</summary>
    public void KeepBehind(string name, Func<CancellationToken, Task> run) =>
        _running.Add(_behind.RunAsync(() => KeepAsync(name, run)));

    /// <summary>Runs again and again, so long after each end.</summary>
    public void Every(TimeSpan interval, string name, Func<CancellationToken, Task> run) =>
        Keep(name, stop => RepeatAsync(interval, run, stop));

    /// <summary>As <see cref="Every"/>, behind the calls.</summary>
    public void EveryBehind(TimeSpan interval, string name, Func<CancellationToken, Task> run) =>
        KeepBehind(name, stop => RepeatAsync(interval, run, stop));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        _behind.Dispose();
        _stop.Dispose();
    }

    private async Task RepeatAsync(
        TimeSpan interval, Func<CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        while (true)
        {
            await run(cancellationToken);
            await Task.Delay(interval, time, cancellationToken);
        }
    }

    private async Task KeepAsync(string name, Func<CancellationToken, Task> run)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await run(_stop.Token);
                return;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                // whatever it was, the next try may find the disk or the database well again; serving goes on
                StartLog.WorkFailed(logger, fault, name);
            }

            try
            {
                await Task.Delay(Pause, time, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
