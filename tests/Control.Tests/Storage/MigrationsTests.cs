using Npgsql;
using Provost.Control.Storage;
using Provost.Testing;

namespace Provost.Control.Tests.Storage;

public sealed class MigrationsTests(TestCluster cluster)
{
    private static readonly Migration First = new(9001, "first", "CREATE TABLE fruit (name text)");
    private static readonly Migration Second = new(9002, "second", "INSERT INTO fruit VALUES ('apple')");

    [Fact]
    public async Task Applies_each_once_and_in_order()
    {
        await using var connection = await EmptyAsync();
        var migrations = new Migrations([Second, First]);

        Assert.Equal(2, await migrations.ApplyAsync(connection, TimeProvider.System, CancellationToken.None));
        Assert.Equal(0, await migrations.ApplyAsync(connection, TimeProvider.System, CancellationToken.None));
        Assert.Equal(1L, await ScalarAsync(connection, "SELECT count(*) FROM fruit"));
    }

    [Fact]
    public async Task Lets_one_of_two_migrators_work()
    {
        await using var one = await EmptyAsync();
        await using var other = one.CloneWith(one.ConnectionString);
        await other.OpenAsync();
        var slow = new Migration(9002, "slow", "SELECT pg_sleep(0.1)");
        var migrations = new Migrations([First, slow, Second with { Number = 9003 }]);

        var applied = await Task.WhenAll(
            migrations.ApplyAsync(one, TimeProvider.System, CancellationToken.None),
            migrations.ApplyAsync(other, TimeProvider.System, CancellationToken.None));

        Assert.Equal([0, 3], applied.Order());
        Assert.Equal(1L, await ScalarAsync(one, "SELECT count(*) FROM fruit"));
    }

    [Fact]
    public async Task Refuses_a_text_that_changed_after_it_was_applied()
    {
        await using var connection = await EmptyAsync();
        await new Migrations([First]).ApplyAsync(connection, TimeProvider.System, CancellationToken.None);
        var changed = new Migrations([new Migration(9001, "first", First.Sql + " "), Second]);

        await Assert.ThrowsAsync<MigrationRefusedException>(
            () => changed.ApplyAsync(connection, TimeProvider.System, CancellationToken.None));
        Assert.Equal(0L, await ScalarAsync(connection, "SELECT count(*) FROM fruit"));
    }

    [Fact]
    public async Task Refuses_a_database_of_a_newer_build()
    {
        await using var connection = await EmptyAsync();
        await new Migrations([First, Second]).ApplyAsync(connection, TimeProvider.System, CancellationToken.None);

        var refused = await Assert.ThrowsAsync<MigrationRefusedException>(
            () => new Migrations([First]).ApplyAsync(connection, TimeProvider.System, CancellationToken.None));
        Assert.Contains("9002", refused.Message);
    }

    [Fact]
    public async Task Leaves_nothing_of_a_migration_that_fails_and_frees_the_lock()
    {
        await using var connection = await EmptyAsync();
        var broken = new Migrations(
            [First, new Migration(9002, "broken", "INSERT INTO fruit VALUES ('x'); SELECT 1/0")]);

        await Assert.ThrowsAsync<PostgresException>(
            () => broken.ApplyAsync(connection, TimeProvider.System, CancellationToken.None));

        Assert.Equal(0L, await ScalarAsync(connection, "SELECT count(*) FROM fruit"));
        Assert.Equal(0L, await ScalarAsync(connection, """
            SELECT count(*) FROM pg_locks
            WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """));
        await new Migrations([First, Second]).ApplyAsync(connection, TimeProvider.System, CancellationToken.None);
    }

    [Fact]
    public void Refuses_two_with_one_number() =>
        Assert.Throws<InvalidOperationException>(() => new Migrations([First, Second with { Number = First.Number }]));

    [Fact]
    public void Holds_numbered_files_without_a_gap()
    {
        var numbers = Migrations.Embedded.Known.Select(migration => migration.Number).ToList();
        Assert.Equal(Enumerable.Range(1, numbers.Count), numbers);
    }

    private async Task<NpgsqlConnection> EmptyAsync()
    {
        var address = await cluster.MakeDatabaseAsync(CancellationToken.None);
        var source = new NpgsqlConnectionStringBuilder(address) { Pooling = false };
        var connection = new NpgsqlConnection(source.ConnectionString);
        await connection.OpenAsync();
        await using var forget = new NpgsqlCommand("TRUNCATE schema_migration", connection);
        await forget.ExecuteNonQueryAsync();
        return connection;
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
