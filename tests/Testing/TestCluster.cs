using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Provost.Control.Storage;

namespace Provost.Testing;

/// <summary>One private PostgreSQL for a whole test run, made when the first test asks for a database.</summary>
/// <remarks>Use as assembly fixture: <c>[assembly: AssemblyFixture(typeof(TestCluster))]</c>.</remarks>
public sealed class TestCluster : IAsyncDisposable
{
    private const string Template = "migrated";
    private readonly SemaphoreSlim _making = new(1);
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"provost-tests-{Environment.ProcessId}");
    private PrivatePostgres? _postgres;
    private int _made;

    /// <summary>Makes an empty database with this build's schema; returns its connection string.</summary>
    public async Task<string> MakeDatabaseAsync(CancellationToken cancellationToken)
    {
        await _making.WaitAsync(cancellationToken);
        try
        {
            _postgres ??= await StartAsync(cancellationToken);
            var name = $"test_{++_made}";
            await using var admin = NpgsqlDataSource.Create(_postgres.ConnectionString);
            await using var make = admin.CreateCommand($"CREATE DATABASE {name} TEMPLATE {Template}");
            await make.ExecuteNonQueryAsync(cancellationToken);
            return To(_postgres, name);
        }
        finally
        {
            _making.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null)
            await _postgres.DisposeAsync();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
        _making.Dispose();
    }

    private async Task<PrivatePostgres> StartAsync(CancellationToken cancellationToken)
    {
        // Not a temporary folder of the framework: those are closed to the account that PostgreSQL runs under.
        Directory.CreateDirectory(_folder);
        var postgres = PrivatePostgres.Start(
            new PrivatePostgresOptions { DataFolder = _folder, Durable = false },
            TimeProvider.System, NullLogger<PrivatePostgres>.Instance);
        await postgres.WaitUntilRunningAsync(cancellationToken);
        await using var admin = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var make = admin.CreateCommand($"CREATE DATABASE {Template}");
        await make.ExecuteNonQueryAsync(cancellationToken);
        await using var connection = new NpgsqlConnection(To(postgres, Template, pooling: false));
        await connection.OpenAsync(cancellationToken);
        await Migrations.Embedded.ApplyAsync(connection, TimeProvider.System, cancellationToken);
        return postgres;
    }

    private static string To(PrivatePostgres postgres, string database, bool pooling = true) =>
        new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Database = database, Pooling = pooling }
            .ConnectionString;
}
