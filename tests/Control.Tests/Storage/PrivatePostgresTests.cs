using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Provost.Control.Storage;
using Provost.Testing;

namespace Provost.Control.Tests.Storage;

public sealed class PrivatePostgresTests : IAsyncLifetime
{
    private readonly string _folder = Path.Combine(
        Path.GetTempPath(), $"provost-pg-{Environment.ProcessId}-{Guid.NewGuid():n}");
    private readonly string _shared;

    public PrivatePostgresTests() => _shared = _folder + "-shared";

    public ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_folder);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        foreach (var folder in new[] { _folder, _shared }.Where(Directory.Exists))
            Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Makes_a_cluster_and_listens_on_its_socket_alone()
    {
        await using var postgres = Start();
        await postgres.WaitUntilRunningAsync(Soon());

        Assert.Equal("", await ScalarAsync(postgres, "SHOW listen_addresses"));
        Assert.Equal("on", await ScalarAsync(postgres, "SHOW data_checksums"));
        Assert.True(File.Exists(Path.Combine(_folder, "postgres", "PG_VERSION")));
        if (Environment.IsPrivilegedProcess)
        {
            var status = File.ReadAllLines($"/proc/{postgres.ProcessId}/status");
            Assert.DoesNotContain("\t0\t", status.First(line => line.StartsWith("Uid:", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Steps_back_for_calls()
    {
        await using var postgres = Start();
        await postgres.WaitUntilRunningAsync(Soon());

        Assert.Equal(Niceness("self") + 5, Niceness($"{postgres.ProcessId}"));
        var session = $"/proc/{postgres.ProcessId}/autogroup";
        if (File.Exists(session))
            Assert.EndsWith(" nice 5", File.ReadAllText(session).TrimEnd());
    }

    [Fact]
    public async Task Gives_its_child_none_of_our_environment()
    {
        Environment.SetEnvironmentVariable("PROVOST_TEST_SECRET", "s3cret-in-the-environment");
        await using var postgres = Start();
        await postgres.WaitUntilRunningAsync(Soon());

        Assert.DoesNotContain("s3cret-in-the-environment", File.ReadAllText($"/proc/{postgres.ProcessId}/environ"));
    }

    [Fact]
    public async Task Keeps_its_tables_over_a_clean_stop_and_leaves_no_process()
    {
        int? processId;
        await using (var first = Start())
        {
            await first.WaitUntilRunningAsync(Soon());
            processId = first.ProcessId;
            await ScalarAsync(first, "CREATE TABLE kept AS SELECT 42 AS answer");
        }

        Assert.False(Directory.Exists($"/proc/{processId}"));
        await using var second = Start();
        await second.WaitUntilRunningAsync(Soon());
        Assert.Equal(42, await ScalarAsync(second, "SELECT answer FROM kept"));
    }

    [Fact]
    public async Task Starts_again_after_kill_9_and_keeps_what_was_committed()
    {
        var log = new HeardLog<PrivatePostgres>();
        await using var postgres = Start(durable: true, log);
        await postgres.WaitUntilRunningAsync(Soon());
        await ScalarAsync(postgres, "CREATE TABLE kept AS SELECT 7 AS answer");
        var killed = postgres.ProcessId!.Value;
        Process.GetProcessById(killed).Kill();
        await log.SaidAsync(
            line => line.StartsWith("PostgreSQL runs as process ", StringComparison.Ordinal)
                && !line.Contains($" {killed} ", StringComparison.Ordinal),
            Soon());

        NpgsqlConnection.ClearAllPools();
        Assert.Equal(7, await ScalarAsync(postgres, "SELECT answer FROM kept"));
    }

    [Fact]
    public async Task Waits_for_the_postmaster_of_a_server_that_was_killed()
    {
        await using (var first = Start())
            await first.WaitUntilRunningAsync(Soon());
        var options = new PrivatePostgresOptions { DataFolder = _folder, SharedRoot = _shared };
        var account = PostgresAccount.For(options);
        var folders = await PostgresFolders.ChooseAsync(options, account, CancellationToken.None);
        await account.MakeFolderAsync(folders.Socket, CancellationToken.None);
        using var orphan = await Postmaster.StartAsync(PostgresBinaries.Find(options.BinariesRoot, null), folders,
            account, durable: false, TimeProvider.System, NullLogger.Instance);
        Assert.True(await orphan.WaitUntilReadyAsync(Soon()));

        await using var later = Start();
        await later.WaitUntilRunningAsync(Soon());

        Assert.True(orphan.HasExited);
        Assert.Equal(1, await ScalarAsync(later, "SELECT 1"));
    }

    [Fact]
    public async Task Is_not_fooled_by_a_process_number_that_another_process_has_now()
    {
        await using (var first = Start())
            await first.WaitUntilRunningAsync(Soon());
        var stale = $"{Environment.ProcessId}\n{_folder}/postgres\n0\n5432\n\n\n\nready\n";
        await File.WriteAllTextAsync(Path.Combine(_folder, "postgres", "postmaster.pid"), stale);

        await using var second = Start();
        await second.WaitUntilRunningAsync(Soon());
    }

    [Fact]
    public async Task Goes_to_the_shared_root_when_the_data_folder_is_closed_to_its_account()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root changes the account");
        File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using var postgres = Start();
        await postgres.WaitUntilRunningAsync(Soon());

        Assert.False(Directory.Exists(Path.Combine(_folder, "postgres")));
        Assert.Single(Directory.GetDirectories(_shared));
    }

    [Fact]
    public async Task Does_not_show_the_tables_of_a_deleted_data_folder_to_a_new_one()
    {
        await using (var first = Start())
        {
            await first.WaitUntilRunningAsync(Soon());
            await ScalarAsync(first, "CREATE TABLE stale AS SELECT 1 AS one");
        }

        File.Delete(Path.Combine(_folder, "postgres.id"));
        await using var second = Start();
        await second.WaitUntilRunningAsync(Soon());
        NpgsqlConnection.ClearAllPools();
        Assert.Equal(DBNull.Value, await ScalarAsync(second, "SELECT to_regclass('stale')::text"));
    }

    [Fact]
    public void Says_what_to_install_when_no_server_is_there()
    {
        var refused = Assert.Throws<PrivatePostgresException>(() => PrivatePostgres.Start(
            new PrivatePostgresOptions { DataFolder = _folder, BinariesRoot = _folder },
            TimeProvider.System, NullLogger<PrivatePostgres>.Instance));
        Assert.Equal("provost.database.binaries_missing", refused.Code);
        Assert.Contains("apt-get install postgresql", refused.Message);
        Assert.Contains("--database", refused.Message);
    }

    [Fact]
    public async Task Answers_within_two_seconds_of_its_first_start()
    {
        var begun = Stopwatch.GetTimestamp();
        await using var postgres = Start(durable: true);
        await postgres.WaitUntilRunningAsync(Soon());
        var took = Stopwatch.GetElapsedTime(begun);
        TestContext.Current.SendDiagnosticMessage("first start took {0} ms", took.TotalMilliseconds);

        // The budget is 2 s on an idle machine; the bound leaves room for a busy one.
        Assert.True(took < TimeSpan.FromSeconds(10), $"took {took}");
    }

    private PrivatePostgres Start(bool durable = false, ILogger<PrivatePostgres>? log = null) => PrivatePostgres.Start(
        new PrivatePostgresOptions { DataFolder = _folder, SharedRoot = _shared, Durable = durable },
        TimeProvider.System, log ?? NullLogger<PrivatePostgres>.Instance);

    /// <summary>Field 19 of proc_pid_stat(5); the name before may hold spaces.</summary>
    private static int Niceness(string process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
    }

    private static CancellationToken Soon() => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    private static async Task<object?> ScalarAsync(PrivatePostgres postgres, string sql)
    {
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
