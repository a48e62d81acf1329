using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Provost.Control.Storage;

namespace Provost.Control.Custody.Processes;

/// <summary>One process that holds keys, started again whenever it ends, with growing pauses (0.1 s to 5 s).</summary>
internal sealed partial class CustodyChild : IAsyncDisposable
{
    /// <summary>What the process prints once it answers.</summary>
    public const string Listening = "listening";

    private const int Terminate = 15;
    private const int Kill = 9;
    private const int KeptLines = 6;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(5);

    private readonly CustodyChildOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<CustodyChild> _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _listened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<string> _lastLines = new();
    private readonly Task _supervision;

    private CustodyChild(CustodyChildOptions options, TimeProvider time, ILogger<CustodyChild> logger)
    {
        (_options, _time, _logger) = (options, time, logger);
        _supervision = Task.Run(SuperviseAsync);
    }

    /// <summary>Why it does not run, null while it does.</summary>
    public string? Failure { get; private set; } = "it is starting";

    /// <summary>Called each time it has begun to answer.</summary>
    public Action Began { get; set; } = static () => { };

    public static CustodyChild Start(CustodyChildOptions options, TimeProvider time, ILogger<CustodyChild> logger) =>
        new(options, time, logger);

    /// <summary>Completes once it has answered for the first time.</summary>
    /// <exception cref="TimeoutException">It does not come; <see cref="Failure"/> says why.</exception>
    public Task WaitAsync(TimeSpan within, CancellationToken cancellationToken) =>
        _listened.Task.WaitAsync(within, _time, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _supervision;
        _stopping.Dispose();
        if (Directory.Exists(Path.GetDirectoryName(_options.Socket)))
            Directory.Delete(Path.GetDirectoryName(_options.Socket)!, recursive: true);
    }

    private async Task SuperviseAsync()
    {
        var pause = ShortestPause;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                if (await RunOnceAsync())
                    pause = ShortestPause;
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException
                or System.ComponentModel.Win32Exception or InvalidOperationException)
            {
                Failure = fault.Message;
            }

            if (_stopping.IsCancellationRequested)
                return;

            LogEnded(_options.Role, Failure ?? "", pause);
            await Task.Delay(pause, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>One life, to its end; true when it got as far as answering.</summary>
    private async Task<bool> RunOnceAsync()
    {
        _options.Account.Own(Path.GetDirectoryName(_options.Socket)!);
        var server = ServiceAccount.Server.User;
        using var process = await _options.Account.StartAsync(_options.Program,
        [
            .. _options.Before, _options.Role, "--folder", _options.Folder, "--socket", _options.Socket,
            "--peer", FormattableString.Invariant($"{server}"),
        ]);
        var listened = false;
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data != Listening)
                return;

            (listened, Failure) = (true, null);
            LogRuns(_options.Role, process.Id, _options.Account.Name);
            _listened.TrySetResult();
            Began();
        };
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await process.WaitForExitAsync(_stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!process.HasExited)
            await StopAsync(process);

        Failure = $"it ended with {process.ExitCode}. {LastLines}".TrimEnd();
        return listened;
    }

    private async Task StopAsync(Process process)
    {
        PostgresAccount.Signal(process.Id, Terminate);
        try
        {
            await process.WaitForExitAsync().WaitAsync(StopWithin, _time);
        }
        catch (TimeoutException)
        {
            PostgresAccount.Signal(process.Id, Kill);
            await process.WaitForExitAsync();
        }
    }

    private string LastLines
    {
        get
        {
            lock (_lastLines)
                return string.Join(' ', _lastLines);
        }
    }

    private void Keep(string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
            return;

        lock (_lastLines)
        {
            if (_lastLines.Count == KeptLines)
                _lastLines.Dequeue();
            _lastLines.Enqueue(line.Trim());
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The {Role} runs as process {ProcessId} under {Account}")]
    private partial void LogRuns(string role, int processId, string account);

    [LoggerMessage(
        Level = LogLevel.Error, Message = "The {Role} does not run: {Reason} It is started again in {Pause}")]
    private partial void LogEnded(string role, string reason, TimeSpan pause);
}

/// <summary>How a process that holds keys is started.</summary>
internal sealed record CustodyChildOptions
{
    /// <summary><c>signer</c> or <c>vault</c>, the program's first argument.</summary>
    public required string Role { get; init; }

    /// <summary>Path of the executable.</summary>
    public required string Program { get; init; }

    /// <summary>Arguments before the role, where the executable is the runtime.</summary>
    public IReadOnlyList<string> Before { get; init; } = [];

    public required ServiceAccount Account { get; init; }

    /// <summary>The folder of its keys and memory.</summary>
    public required string Folder { get; init; }

    /// <summary>Its socket, alone in a folder.</summary>
    public required string Socket { get; init; }
}
