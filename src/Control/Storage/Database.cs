using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Provost.Control.Storage;

/// <summary>The one owner of connections to PostgreSQL. Down is a normal state, told at once.</summary>
/// <remarks>
/// <see cref="Start"/> begins a probe: every 50 ms to 1 s while down, every second while up. The first answer after
/// each outage applies the migrations, so whoever sees <see cref="IsUp"/> sees this build's schema.
/// </remarks>
public sealed partial class Database : IAsyncDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly NpgsqlDataSource _source;
    private readonly Migrations _migrations;
    private readonly TimeProvider _time;
    private readonly ILogger<Database> _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = Unset();
    private TaskCompletionSource _doubt = Unset();
    private volatile DatabaseState _state;
    private Task _probing = Task.CompletedTask;

    /// <param name="connectionString">Npgsql form; timeouts are shortened here unless it sets them.</param>
    /// <param name="time">The clock of pauses and states.</param>
    /// <param name="logger">Told of changes of state only.</param>
    public Database(string connectionString, TimeProvider time, ILogger<Database> logger)
        : this(connectionString, Migrations.Embedded, time, logger)
    {
    }

    internal Database(string connectionString, Migrations migrations, TimeProvider time, ILogger<Database> logger)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        if (!settings.ShouldSerialize("Timeout"))
            settings.Timeout = 2;
        if (!settings.ShouldSerialize("Command Timeout"))
            settings.CommandTimeout = 15;
        if (!settings.ShouldSerialize("Maximum Pool Size"))
            settings.MaxPoolSize = 30;
        settings.ApplicationName ??= "provost";
        _source = NpgsqlDataSource.Create(settings);
        _migrations = migrations;
        _time = time;
        _logger = logger;
        _state = new DatabaseState(DatabasePhase.Down, time.GetUtcNow(), "not tried yet");
    }

    /// <summary>Whether it answered last and its schema is this build's.</summary>
    public bool IsUp => _state.Phase == DatabasePhase.Up;

    /// <summary>For <c>/readyz</c>.</summary>
    public DatabaseState State => _state;

    /// <summary>Begins to probe, in the background.</summary>
    public void Start() => _probing = Task.Run(ProbeAsync);

    /// <summary>Completes when it is up; at once when it is.</summary>
    public Task WhenUpAsync(CancellationToken cancellationToken) => WhenAsync(DatabasePhase.Up, cancellationToken);

    /// <summary>Completes when it stands there; at once when it does.</summary>
    public async Task WhenAsync(DatabasePhase phase, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_state.Phase == phase)
                    return;

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Runs one piece of work on a connection of its own.</summary>
    /// <exception cref="DatabaseDownException">Down already, or the connection was lost on the way. Whether the
    /// last statement took effect is then unknown: the work must be safe to repeat.</exception>
    public async Task<T> RunAsync<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        if (_state is { Phase: not DatabasePhase.Up } state)
            throw new DatabaseDownException(state.Reason ?? state.Phase.ToString());

        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellationToken);
            return await work(connection, cancellationToken);
        }
        catch (Exception e) when (IsLoss(e))
        {
            Doubt();
            throw new DatabaseDownException(e.Message, e);
        }
    }

    /// <inheritdoc cref="RunAsync{T}"/>
    public Task RunAsync(
        Func<NpgsqlConnection, CancellationToken, Task> work, CancellationToken cancellationToken) =>
        RunAsync(async (connection, token) =>
        {
            await work(connection, token);
            return true;
        }, cancellationToken);

    /// <summary>Ends the probe and closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _probing;
        await _source.DisposeAsync();
        _stopping.Dispose();
    }

    /// <summary>Whether an error says that the server went away, rather than that the statement was wrong.</summary>
    internal static bool IsLoss(Exception error) => error switch
    {
        // 57P01-57P03: shutting down, crashed, starting; 53300: no slot left; 3D000: not made yet; 08xxx: connection
        PostgresException p => p.SqlState is "57P01" or "57P02" or "57P03" or "53300" or "3D000"
            || p.SqlState.StartsWith("08", StringComparison.Ordinal),
        NpgsqlException { InnerException: TimeoutException } => true,
        NpgsqlException { InnerException: IOException or SocketException } => true,
        NpgsqlException n => n.IsTransient || n.InnerException is EndOfStreamException,
        SocketException or IOException => true,
        _ => false,
    };

    private async Task ProbeAsync()
    {
        var pause = ShortestPause;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await AnswerAsync(_stopping.Token);
                pause = LongestPause;
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (MigrationRefusedException e)
            {
                Become(DatabasePhase.Refused, e.Message);
                pause = LongestPause;
            }
            catch (Exception e) // a probe that fails for any reason means: not up, say why, try again
            {
                pause = IsUp ? ShortestPause : pause * 2 < LongestPause ? pause * 2 : LongestPause;
                Become(DatabasePhase.Down, e.InnerException is { } inner ? inner.Message : e.Message);
            }

            await Task.WhenAny(Task.Delay(pause, _time, _stopping.Token), NextDoubt());
        }
    }

    private async Task AnswerAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        if (!IsUp)
        {
            Become(DatabasePhase.Migrating, "The schema is being brought up to date.");
            var applied = await _migrations.ApplyAsync(connection, _time, cancellationToken);
            if (applied > 0)
                LogMigrated(applied);
        }

        await using var alive = new NpgsqlCommand("SELECT 1", connection);
        await alive.ExecuteScalarAsync(cancellationToken);
        Become(DatabasePhase.Up, null);
    }

    /// <summary>A lost connection means down until a probe succeeds: the next caller must not wait for it.</summary>
    private void Doubt()
    {
        Become(DatabasePhase.Down, "A connection was lost.");
        _source.Clear(); // the pool's other connections went with it
        lock (_lock)
            _doubt.TrySetResult();
    }

    private static TaskCompletionSource Unset() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task NextDoubt()
    {
        lock (_lock)
        {
            var doubt = _doubt.Task;
            if (doubt.IsCompleted)
                _doubt = Unset();
            return doubt;
        }
    }

    private void Become(DatabasePhase phase, string? reason)
    {
        lock (_lock)
        {
            if (_state.Phase == phase && _state.Reason == reason)
                return;

            if (_state.Phase != phase)
                LogPhase(phase, reason);
            _state = new DatabaseState(phase, _state.Phase == phase ? _state.Since : _time.GetUtcNow(), reason);
            _changed.SetResult();
            _changed = Unset();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Database: {Phase} {Reason}")]
    private partial void LogPhase(DatabasePhase phase, string? reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Database: {Count} migrations applied")]
    private partial void LogMigrated(int count);
}
