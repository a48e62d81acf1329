using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Provost.Control.Storage;

/// <summary>One running postmaster: start it, wait until it accepts, stop it.</summary>
internal sealed partial class Postmaster : IDisposable
{
    private const int Interrupt = 2; // fast stop: sessions are cut, a checkpoint is written
    private const int Quit = 3; // immediate stop: recovered from the write-ahead log at the next start
    private const int Niceness = 5; // calls come first: the index may lag behind a saturated gateway, and catches up
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    private readonly Process _process;
    private readonly string _cluster;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Queue<string> _lastLines = new();
    private readonly Lock _lock = new();

    private Postmaster(Process process, string cluster, TimeProvider time, ILogger logger)
    {
        _process = process;
        _cluster = cluster;
        _time = time;
        _logger = logger;
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }

    public int ProcessId => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The end of what it said, for the message when it would not start.</summary>
    public string LastLines
    {
        get
        {
            lock (_lock)
                return string.Join(" | ", _lastLines);
        }
    }

    public static async Task<Postmaster> StartAsync(PostgresBinaries binaries, PostgresFolders folders,
        PostgresAccount account, bool durable, TimeProvider time, ILogger logger)
    {
        string[] arguments =
        [
            "-D", folders.Cluster, "-k", folders.Socket,
            .. Settings(durable).SelectMany(setting => new[] { "-c", setting }),
        ];
        var process = await account.StartAsync(binaries.Postgres, arguments, Niceness);
        return new Postmaster(process, folders.Cluster, time, logger);
    }

    /// <summary>True once it accepts connections, false when it ended before.</summary>
    public async Task<bool> WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        while (!_process.HasExited)
        {
            // The eighth line of postmaster.pid is the state; "ready" is written when connections are accepted.
            if (PidFile.Read(_cluster) is { IsReady: true } file && file.ProcessId == _process.Id)
            {
                PostgresAccount.StepBack(_process.Id, Niceness);
                return true;
            }

            await Task.Delay(Poll, _time, cancellationToken);
        }

        return false;
    }

    public Task WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <summary>Fast stop, and an immediate one when that takes too long.</summary>
    public async Task StopAsync(TimeSpan within)
    {
        PostgresAccount.Signal(_process.Id, Interrupt);
        try
        {
            await _process.WaitForExitAsync().WaitAsync(within, _time);
        }
        catch (TimeoutException)
        {
            LogImmediateStop(within);
            PostgresAccount.Signal(_process.Id, Quit);
            await _process.WaitForExitAsync();
        }
    }

    /// <summary>Waits for a postmaster that an earlier Provost left behind: it got SIGINT when that one died.</summary>
    public static async Task LeaveOldBehindAsync(
        string cluster, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        var pidFile = Path.Combine(cluster, "postmaster.pid");
        var begun = time.GetTimestamp();
        for (var asked = 0; PidFile.Read(cluster) is { } old;)
        {
            if (!PidFile.RunsIn(old.ProcessId, cluster))
            {
                // The number may have gone to another process (a container starts counting anew): PostgreSQL would
                // take that one for its predecessor and refuse.
                File.Delete(pidFile);
                return;
            }

            if (asked == 0)
                LogWaiting(logger, old.ProcessId);
            var waited = time.GetElapsedTime(begun);
            if (asked <= 1 && waited > TimeSpan.FromSeconds(asked == 0 ? 0 : 15))
                PostgresAccount.Signal(old.ProcessId, asked++ == 0 ? Interrupt : Quit);
            await Task.Delay(Poll, time, cancellationToken);
        }
    }

    public void Dispose() => _process.Dispose();

    private static IEnumerable<string> Settings(bool durable)
    {
        yield return "listen_addresses=";
        yield return "unix_socket_permissions=0700";
        yield return "timezone=UTC";
        yield return "log_timezone=UTC";
        yield return "max_connections=60";
        yield return "wal_level=minimal"; // nobody replicates a cluster that is rebuilt from the ledger
        yield return "max_wal_senders=0";
        yield return "jit=off"; // compiling costs more than these short queries
        yield return "random_page_cost=1.1";
        yield return "shared_buffers=256MB";
        yield return "max_wal_size=2GB"; // after each checkpoint every page touched is written whole into the log
        yield return "checkpoint_timeout=15min";
        yield return "client_connection_check_interval=1s";
        if (durable)
            yield break;

        yield return "fsync=off";
        yield return "full_page_writes=off";
        yield return "synchronous_commit=off";
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;

        LogLine(line);
        lock (_lock)
        {
            if (_lastLines.Count == 12)
                _lastLines.Dequeue();
            _lastLines.Enqueue(line);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "PostgreSQL: {Line}")]
    private partial void LogLine(string line);

    [LoggerMessage(Level = LogLevel.Warning, Message = "PostgreSQL did not stop within {Within}; stopping it at once")]
    private partial void LogImmediateStop(TimeSpan within);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Waiting for the PostgreSQL of an earlier run, process {ProcessId}")]
    private static partial void LogWaiting(ILogger logger, int processId);

    /// <summary>What a running postmaster says of itself in <c>postmaster.pid</c>.</summary>
    private sealed record PidFile(int ProcessId, bool IsReady)
    {
        public static PidFile? Read(string cluster)
        {
            string[] lines;
            try
            {
                lines = File.ReadAllLines(Path.Combine(cluster, "postmaster.pid"));
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                return null;
            }

            // An empty file is one that is being written, or that a full disk left: no process can be named.
            var named = int.TryParse(lines.FirstOrDefault(), CultureInfo.InvariantCulture, out var id);
            return new PidFile(named ? id : 0, lines.Length > 7 && lines[7].TrimEnd() == "ready");
        }

        /// <summary>A postmaster's working directory is its cluster.</summary>
        public static bool RunsIn(int processId, string cluster)
        {
            if (processId <= 0)
                return false;

            try
            {
                return new FileInfo($"/proc/{processId}/cwd").LinkTarget == Path.GetFullPath(cluster);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false; // gone, or somebody else's
            }
        }
    }
}
