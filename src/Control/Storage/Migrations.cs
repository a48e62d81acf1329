using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Provost.Control.Storage;

/// <summary>One numbered step of the schema.</summary>
/// <param name="Number">From the file's name, unique.</param>
/// <param name="Name">The rest of the file's name.</param>
/// <param name="Sql">The text, run as it stands.</param>
public sealed record Migration(int Number, string Name, string Sql)
{
    /// <summary>SHA-256 of the text in UTF-8.</summary>
    public byte[] Hash { get; } = SHA256.HashData(Encoding.UTF8.GetBytes(Sql));
}

/// <summary>The database's schema and this build's do not belong together; nothing was changed.</summary>
public sealed class MigrationRefusedException(string message) : Exception(message)
{
    /// <summary>Stable code.</summary>
    public string Code => "provost.database.migration_refused";
}

/// <summary>Brings a database to this build's schema.</summary>
/// <remarks>Files <c>Storage/Migrations/NNNN-name.sql</c> run in order, each in a transaction.</remarks>
public sealed class Migrations
{
    // An advisory lock needs a number that no other user of the server takes: "provost" in ASCII.
    private const long LockKey = 0x70726f766f7374;

    private readonly List<Migration> _known;

    internal Migrations(IEnumerable<Migration> known)
    {
        _known = [.. known.OrderBy(migration => migration.Number)];
        for (var i = 1; i < _known.Count; i++)
        {
            if (_known[i].Number == _known[i - 1].Number)
                throw new InvalidOperationException($"Two migrations have the number {_known[i].Number}.");
        }
    }

    /// <summary>The migrations embedded in this build.</summary>
    public static Migrations Embedded { get; } = new(ReadEmbedded());

    /// <summary>In ascending order.</summary>
    public IReadOnlyList<Migration> Known => _known;

    /// <summary>Applies what is missing; several servers may call it at once, one works and the others wait.</summary>
    /// <returns>How many were applied.</returns>
    /// <exception cref="MigrationRefusedException">An applied migration's text differs from this build's, or the
    /// database was migrated by a newer build.</exception>
    public async Task<int> ApplyAsync(
        NpgsqlConnection connection, TimeProvider time, CancellationToken cancellationToken)
    {
        await ExecuteAsync(connection, "SELECT pg_advisory_lock($1)", [LockKey], cancellationToken);
        try
        {
            await ExecuteAsync(connection, """
                CREATE TABLE IF NOT EXISTS schema_migration
                (number int PRIMARY KEY, name text NOT NULL, sha256 bytea NOT NULL, applied timestamptz NOT NULL)
                """, [], cancellationToken);
            var applied = await ReadAppliedAsync(connection, cancellationToken);
            Check(applied);
            var missing = _known.Where(migration => !applied.ContainsKey(migration.Number)).ToList();
            foreach (var migration in missing)
                await ApplyOneAsync(connection, migration, time, cancellationToken);
            return missing.Count;
        }
        finally
        {
            // A connection that broke holds no lock any more; one that lives must not carry it back to the pool.
            if (connection.State == System.Data.ConnectionState.Open)
                await ExecuteAsync(connection, "SELECT pg_advisory_unlock($1)", [LockKey], CancellationToken.None);
        }
    }

    private void Check(Dictionary<int, byte[]> applied)
    {
        foreach (var (number, hash) in applied)
        {
            var known = _known.Find(migration => migration.Number == number)
                ?? throw new MigrationRefusedException(
                    $"The database holds migration {number}, unknown to this build. Start the newer build again.");
            if (!known.Hash.AsSpan().SequenceEqual(hash))
            {
                throw new MigrationRefusedException(
                    $"Migration {number} ({known.Name}) was changed after it was applied. Undo that, add a new one.");
            }
        }
    }

    private static async Task ApplyOneAsync(
        NpgsqlConnection connection, Migration migration, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, migration.Sql, [], cancellationToken);
        await ExecuteAsync(connection, "INSERT INTO schema_migration VALUES ($1, $2, $3, $4)",
            [migration.Number, migration.Name, migration.Hash, time.GetUtcNow().UtcDateTime], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<Dictionary<int, byte[]>> ReadAppliedAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT number, sha256 FROM schema_migration", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var applied = new Dictionary<int, byte[]>();
        while (await reader.ReadAsync(cancellationToken))
            applied.Add(reader.GetInt32(0), reader.GetFieldValue<byte[]>(1));
        return applied;
    }

    private static async Task ExecuteAsync(
        NpgsqlConnection connection, string sql, object[] values, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection)
        {
            CommandTimeout = 0, // waiting for another migrator, or building an index, takes as long as it takes
        };
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static IEnumerable<Migration> ReadEmbedded()
    {
        var assembly = typeof(Migrations).Assembly;
        const string prefix = "Provost.Control.Storage.Migrations.";
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            if (!resource.StartsWith(prefix, StringComparison.Ordinal))
                continue;

            var name = resource[prefix.Length..^".sql".Length];
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            yield return new Migration(
                int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), name[5..], reader.ReadToEnd());
        }
    }
}
