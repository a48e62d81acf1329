using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Provost.Control.Storage;

namespace Provost.Testing;

/// <summary>A database of its own for one test class, with this build's schema.</summary>
/// <remarks>xunit makes it as <c>IClassFixture</c>; call <see cref="ReadyAsync"/> before the first use.</remarks>
public sealed class TestDatabase(TestCluster cluster) : IAsyncDisposable
{
    private readonly SemaphoreSlim _making = new(1);
    private Database? _database;

    /// <summary>The address of this class's database; set by <see cref="ReadyAsync"/>.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>The database, up.</summary>
    public async Task<Database> ReadyAsync(CancellationToken cancellationToken)
    {
        await _making.WaitAsync(cancellationToken);
        try
        {
            if (_database is null)
            {
                ConnectionString = await cluster.MakeDatabaseAsync(cancellationToken);
                _database = new Database(ConnectionString, TimeProvider.System, NullLogger<Database>.Instance);
                _database.Start();
            }
        }
        finally
        {
            _making.Release();
        }

        await _database.WhenUpAsync(cancellationToken);
        return _database;
    }

    /// <summary>Runs one statement, for arranging and asserting.</summary>
    public async Task<object?> ScalarAsync(string sql, CancellationToken cancellationToken)
    {
        var database = await ReadyAsync(cancellationToken);
        return await database.RunAsync(async (connection, token) =>
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteScalarAsync(token);
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
        _making.Dispose();
    }
}
