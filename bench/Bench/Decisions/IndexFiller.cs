using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Provost.Control.Decisions;
using Provost.Control.Storage;

namespace Provost.Bench.Decisions;

/// <summary>Fills the index of decisions with plausible rows: one COPY a day, straight into its tables.</summary>
/// <remarks>A day's table gets its indexes when it is attached, after the rows: building one is several times faster
/// than growing it. What stands there in the end is what the indexer would have left, vacuumed.</remarks>
internal sealed class IndexFiller(Database database, PlausibleDecisions decisions, int days)
{
    private const int Chunk = 100_000;
    private readonly DailyGroups _groups = new();

    /// <summary>How many decisions the index holds.</summary>
    public Task<long> CountAsync() => database.RunAsync(async (connection, token) =>
    {
        await using var command = new NpgsqlCommand("SELECT coalesce(sum(count), 0)::bigint FROM decision_count",
            connection);
        return (long)(await command.ExecuteScalarAsync(token))!;
    }, CancellationToken.None);

    /// <summary>Fills the days that are missing: a run that was ended goes on with the day it was in.</summary>
    public async Task FillAsync(long rows)
    {
        var watch = Stopwatch.StartNew();
        var leaf = 0L;
        for (var day = 0; day < days; day++)
        {
            var today = day == days - 1 ? (int)(rows - leaf) : decisions.RowsOn(day, rows);
            await database.RunAsync((connection, _) => FillDayAsync(connection, day, today, leaf),
                CancellationToken.None);
            leaf += today;
            Console.Error.WriteLine($"  {decisions.Begin(day):yyyy-MM-dd}: {leaf:N0} rows, {watch.Elapsed:mm\\:ss}");
        }
    }

    private async Task FillDayAsync(NpgsqlConnection connection, int day, int rows, long firstLeaf)
    {
        var begin = decisions.Begin(day);
        var name = "decision_" + begin.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        await using (var known = new NpgsqlCommand("SELECT to_regclass($1)::oid", connection))
        {
            known.Parameters.Add(new NpgsqlParameter { Value = name });
            if (await known.ExecuteScalarAsync() is not DBNull)
                return;
        }

        var choices = new HashSet<string>();
        await using var transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync(connection, $"CREATE TABLE {name} (LIKE decision INCLUDING DEFAULTS)");
        foreach (var chunk in decisions.Day(day, rows, firstLeaf).Chunk(Chunk))
        {
            var shapes = new RowShapes(chunk);
            await CopyBuffer.SendAsync(
                connection, $"{name} ({DecisionColumns.Names}, facets)", DecisionColumns.Count + 1, shapes.Rows,
                static (copy, part) =>
                {
                    DecisionColumns.Write(copy, part.Row);
                    copy.Texts(part.Shape.Facets);
                }, CancellationToken.None);
            await HourlyCounts.AddAsync(connection, shapes.Shapes, CancellationToken.None);
            await _groups.AddAsync(connection, shapes.Shapes, CancellationToken.None);
            choices.UnionWith(shapes.Shapes.SelectMany(shape => shape.Choices));
        }

        await ExecuteAsync(connection, $"""
            ALTER TABLE decision ATTACH PARTITION {name}
                FOR VALUES FROM ('{begin:yyyy-MM-dd} 00:00:00+00') TO ('{begin.AddDays(1):yyyy-MM-dd} 00:00:00+00')
            """);
        await using var add = new NpgsqlCommand(
            "INSERT INTO decision_facet SELECT unnest($1::text[]) ON CONFLICT DO NOTHING", connection);
        add.Parameters.Add(new NpgsqlParameter { Value = choices.ToArray() });
        await add.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
        await ExecuteAsync(connection, $"VACUUM (FREEZE, ANALYZE) {name}");
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }
}
