using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Provost.Control.Storage;
using Provost.Testing;

namespace Provost.Control.Tests.Storage;

public sealed class DatabaseTests(TestCluster cluster)
{
    [Fact]
    public async Task Says_at_once_that_it_is_down()
    {
        await using var database = new Database(
            "Host=/nonexistent;Username=x;Database=x", TimeProvider.System, NullLogger<Database>.Instance);
        database.Start();

        Assert.False(database.IsUp);
        var down = await Assert.ThrowsAsync<DatabaseDownException>(
            () => database.RunAsync((_, _) => Task.FromResult(1), CancellationToken.None));
        Assert.Equal("provost.database_down", down.Code);
    }

    [Fact]
    public async Task Migrates_before_it_says_that_it_is_up()
    {
        var address = await cluster.MakeDatabaseAsync(CancellationToken.None);
        var late = new Migration(9001, "late", "CREATE TABLE late AS SELECT 5 AS n");
        await using var database = new Database(address, new Migrations([.. Migrations.Embedded.Known, late]),
            TimeProvider.System, NullLogger<Database>.Instance);
        database.Start();
        await database.WhenUpAsync(new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token);

        Assert.Equal(5, await database.RunAsync(
            (c, t) => ScalarAsync(c, "SELECT n FROM late", t), CancellationToken.None));
        Assert.Null(database.State.Reason);
    }

    [Fact]
    public async Task Stays_refused_when_the_schema_is_another_builds()
    {
        var address = await cluster.MakeDatabaseAsync(CancellationToken.None);
        await using var database = new Database(
            address, new Migrations([]), TimeProvider.System, NullLogger<Database>.Instance);
        database.Start();
        await database.WhenAsync(
            DatabasePhase.Refused, new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token);

        Assert.Contains("newer build", database.State.Reason);
        await Assert.ThrowsAsync<DatabaseDownException>(
            () => database.RunAsync((_, _) => Task.CompletedTask, CancellationToken.None));
    }

    [Fact]
    public async Task Turns_a_lost_connection_into_down_and_comes_back_by_itself()
    {
        var address = await cluster.MakeDatabaseAsync(CancellationToken.None);
        await using var database = new Database(address, TimeProvider.System, NullLogger<Database>.Instance);
        database.Start();
        var until = new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token;
        await database.WhenUpAsync(until);

        await Assert.ThrowsAsync<DatabaseDownException>(() => database.RunAsync(
            (c, t) => ScalarAsync(c, "SELECT pg_terminate_backend(pg_backend_pid())", t), CancellationToken.None));
        await database.WhenUpAsync(until);
        Assert.Equal(1, await database.RunAsync((c, t) => ScalarAsync(c, "SELECT 1", t), CancellationToken.None));
    }

    [Fact]
    public async Task Passes_a_wrong_statement_on_as_the_bug_it_is()
    {
        var address = await cluster.MakeDatabaseAsync(CancellationToken.None);
        await using var database = new Database(address, TimeProvider.System, NullLogger<Database>.Instance);
        database.Start();
        await database.WhenUpAsync(new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token);

        await Assert.ThrowsAsync<PostgresException>(
            () => database.RunAsync((c, t) => ScalarAsync(c, "SELECT nonsense", t), CancellationToken.None));
        Assert.True(database.IsUp);
    }

    private static async Task<object?> ScalarAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken);
    }
}
