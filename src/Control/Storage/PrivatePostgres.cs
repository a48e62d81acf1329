using Microsoft.Extensions.Logging;
using Npgsql;

namespace Provost.Control.Storage;

/// <summary>What the private PostgreSQL is doing.</summary>
public enum PrivatePostgresState
{
    /// <summary>Being made or started, for the first time or again.</summary>
    Starting,

    /// <summary>Accepting connections.</summary>
    Running,

    /// <summary>It would not start or died; another try follows by itself.</summary>
    Failed,

    /// <summary>Stopped because it was asked to.</summary>
    Stopped,
}

/// <summary>Provost's own PostgreSQL: a child on a unix socket only, under an unprivileged account.</summary>
/// <remarks>
/// <see cref="Start"/> returns before anything runs: nothing may wait for the database. A postmaster that dies is
/// started again with growing pauses (0.1 s to 5 s). When this process ends in any way, the kernel sends the
/// postmaster SIGINT, which is a clean stop.
/// Access is by peer credentials of the socket: only this account and PostgreSQL's own get in.
/// </remarks>
public sealed partial class PrivatePostgres : IAsyncDisposable
{
    private const string Role = "provost";
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly PrivatePostgresOptions _options;
    private readonly PostgresAccount _account;
    private readonly TimeProvider _time;
    private readonly ILogger<PrivatePostgres> _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource _running = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Postmaster? _postmaster;
    private Task _supervision = Task.CompletedTask;

    private PrivatePostgres(PrivatePostgresOptions options, PostgresAccount account, TimeProvider time,
        ILogger<PrivatePostgres> logger)
    {
        _options = options;
        _account = account;
        _time = time;
        _logger = logger;
        ConnectionString = ConnectionTo(Role);
    }

    /// <summary>The address for Npgsql; valid from the start, whether or not anything listens yet.</summary>
    public string ConnectionString { get; }

    /// <summary>What it is doing now.</summary>
    public PrivatePostgresState State { get; private set; }

    /// <summary>Why it is <see cref="PrivatePostgresState.Failed"/>, else null.</summary>
    public string? Failure { get; private set; }

    /// <summary>The postmaster's process id while one runs.</summary>
    public int? ProcessId => _postmaster is { HasExited: false } postmaster ? postmaster.ProcessId : null;

    /// <summary>Begins to make (first time) and run the cluster, in the background.</summary>
    /// <exception cref="PrivatePostgresException">No binaries, or no account to run them under.</exception>
    public static PrivatePostgres Start(
        PrivatePostgresOptions options, TimeProvider time, ILogger<PrivatePostgres> logger)
    {
        PostgresBinaries.Find(options.BinariesRoot, major: null);
        var postgres = new PrivatePostgres(options, PostgresAccount.For(options), time, logger);
        postgres._supervision = Task.Run(postgres.SuperviseAsync);
        return postgres;
    }

    /// <summary>Completes when connections are accepted.</summary>
    public Task WaitUntilRunningAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            return _running.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Stops the cluster cleanly and ends the supervision.</summary>
    public async ValueTask DisposeAsync()
    {
        if (State == PrivatePostgresState.Stopped)
            return;

        await _stopping.CancelAsync();
        await _supervision;
        if (Directory.Exists(PostgresFolders.SocketFor(_options.DataFolder)))
            Directory.Delete(PostgresFolders.SocketFor(_options.DataFolder), recursive: true);
        _stopping.Dispose();
    }

    private async Task SuperviseAsync()
    {
        var pause = ShortestPause;
        while (!_stopping.IsCancellationRequested)
        {
            Become(PrivatePostgresState.Starting, null);
            try
            {
                if (await RunOnceAsync(_stopping.Token))
                    pause = ShortestPause;
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e) // whatever keeps the database from running is reported and tried again
            {
                Become(PrivatePostgresState.Failed, e.Message);
                LogFailed(e.Message, pause);
            }
            finally
            {
                await StopPostmasterAsync();
            }

            await Task.Delay(pause, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }

        Become(PrivatePostgresState.Stopped, null);
    }

    /// <summary>One life of the postmaster, to its end; true when it got as far as accepting connections.</summary>
    private async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_options.DataFolder);
        var folders = await PostgresFolders.ChooseAsync(_options, _account, cancellationToken);
        folders.PutStrangerAside(_options.DataFolder, _time);
        var binaries = PostgresBinaries.Find(_options.BinariesRoot, folders.ClusterMajor());
        if (Environment.IsPrivilegedProcess)
            Directory.CreateDirectory(Path.GetDirectoryName(folders.Socket)!);
        await _account.MakeFolderAsync(folders.Socket, cancellationToken);
        if (folders.ClusterMajor() is null)
            await MakeClusterAsync(binaries, folders, cancellationToken);

        await Postmaster.LeaveOldBehindAsync(folders.Cluster, _time, _logger, cancellationToken);
        folders.ClearSocket();
        _postmaster = await Postmaster.StartAsync(binaries, folders, _account, _options.Durable, _time, _logger);
        if (!await _postmaster.WaitUntilReadyAsync(cancellationToken))
        {
            await _postmaster.WaitForExitAsync(cancellationToken);
            throw new PrivatePostgresException("provost.database.start_failed",
                "PostgreSQL would not start: " + _postmaster.LastLines, "It is tried again by itself.");
        }

        await MakeDatabaseAsync(cancellationToken);
        Become(PrivatePostgresState.Running, null);
        LogRunning(_postmaster.ProcessId, folders.Cluster, _account.Name);
        await _postmaster.WaitForExitAsync(cancellationToken);
        Become(PrivatePostgresState.Failed, "PostgreSQL ended.");
        LogEnded(_postmaster.LastLines);
        return true;
    }

    /// <summary>Makes the cluster beside its place, then moves it: a cut start leaves nothing half made.</summary>
    private async Task MakeClusterAsync(
        PostgresBinaries binaries, PostgresFolders folders, CancellationToken cancellationToken)
    {
        var draft = folders.Cluster + ".new";
        if (Directory.Exists(draft))
            Directory.Delete(draft, recursive: true);
        await _account.MakeFolderAsync(draft, cancellationToken);
        string[] sync = _options.Durable ? [] : ["--no-sync"];
        var (code, output) = await _account.RunAsync(binaries.Initdb,
            [
                "-D", draft, "-U", Role, "-A", "peer", "-E", "UTF8", "--lc-collate=C", "--lc-ctype=C.UTF-8", "-k",
                .. sync,
            ],
            cancellationToken);
        if (code != 0)
        {
            throw new PrivatePostgresException("provost.database.initdb_failed",
                "initdb failed: " + output, $"Check free space and permissions of {Path.GetDirectoryName(draft)}.");
        }

        await File.WriteAllTextAsync(
            Path.Combine(draft, "pg_hba.conf"), "local all all peer map=provost\n", cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(draft, "pg_ident.conf"),
            $"provost {Environment.UserName} {Role}\nprovost {_account.Name} {Role}\n", cancellationToken);
        PostgresFolders.WriteIdentity(draft, _options.DataFolder);
        Directory.Move(draft, folders.Cluster);
    }

    private async Task MakeDatabaseAsync(CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionTo("postgres"));
        await using var known = source.CreateCommand($"SELECT 1 FROM pg_database WHERE datname = '{Role}'");
        if (await known.ExecuteScalarAsync(cancellationToken) is not null)
            return;

        await using var make = source.CreateCommand($"CREATE DATABASE {Role}");
        await make.ExecuteNonQueryAsync(cancellationToken);
    }

    private string ConnectionTo(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = PostgresFolders.SocketFor(_options.DataFolder),
        Username = Role,
        Database = database,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
        Pooling = database == Role,
    }.ConnectionString;

    private async Task StopPostmasterAsync()
    {
        if (_postmaster is not { } postmaster)
            return;

        if (!postmaster.HasExited)
            await postmaster.StopAsync(_options.StopWithin);
        _postmaster = null;
        postmaster.Dispose();
    }

    private void Become(PrivatePostgresState state, string? failure)
    {
        lock (_lock)
        {
            State = state;
            Failure = failure;
            if (state == PrivatePostgresState.Running)
                _running.TrySetResult();
            else if (_running.Task.IsCompleted)
                _running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "PostgreSQL runs as process {ProcessId} in {Cluster} under {Account}")]
    private partial void LogRunning(int processId, string cluster, string account);

    [LoggerMessage(Level = LogLevel.Warning, Message = "PostgreSQL ended ({LastLines}); it is started again")]
    private partial void LogEnded(string lastLines);

    [LoggerMessage(Level = LogLevel.Error, Message = "PostgreSQL does not run: {Reason}; next try in {Pause}")]
    private partial void LogFailed(string reason, TimeSpan pause);
}
