using Npgsql;
using Provost.Control.Decisions;
using Provost.Testing;

namespace Provost.Control.Tests.Decisions;

public sealed class CopyBufferTests(TestCluster cluster)
{
    [Fact]
    public async Task Writes_values_that_the_database_gives_back_the_same()
    {
        var id = Guid.CreateVersion7();
        var time = new DateTimeOffset(1999, 12, 31, 23, 59, 59, TimeSpan.FromHours(1)).AddMicroseconds(7);
        var wide = new string('ä', 300_000); // wider than the buffer
        await using var source = NpgsqlDataSource.Create(await cluster.MakeDatabaseAsync(CancellationToken.None));
        await using var connection = await source.OpenConnectionAsync(CancellationToken.None);
        await using (var make = new NpgsqlCommand("""
            CREATE TABLE t (n bigint, i int, f bool, u uuid, at timestamptz, b bytea, s text, j jsonb, l text[])
            """, connection))
            await make.ExecuteNonQueryAsync(CancellationToken.None);
        await CopyBuffer.SendAsync(connection, "t (n, i, f, u, at, b, s, j, l)", 9, [true, false], (copy, filled) =>
        {
            copy.Number(filled ? long.MinValue : null);
            copy.Small(filled ? -7 : null);
            copy.Flag(filled);
            copy.Id(id);
            copy.Time(time);
            copy.Bytes(filled ? [0, 255] : []);
            copy.Text(filled ? wide + "\0é😀" : null);
            copy.Json(filled ? """{"a":"\u0000"}""" : null);
            copy.Texts(filled ? ["", "x\0", "a,b"] : []);
        }, CancellationToken.None);

        await using var read = new NpgsqlCommand(
            "SELECT n, i, f, u, at, b, s, j, l FROM t ORDER BY f DESC", connection);
        await using var reader = await read.ExecuteReaderAsync(CancellationToken.None);
        Assert.True(await reader.ReadAsync(CancellationToken.None));
        Assert.Equal((long.MinValue, -7, true, id), (reader.GetInt64(0), reader.GetInt32(1), reader.GetBoolean(2),
            reader.GetGuid(3)));
        Assert.Equal(time.ToUniversalTime(), reader.GetFieldValue<DateTimeOffset>(4));
        Assert.Equal([0, 255], reader.GetFieldValue<byte[]>(5));
        Assert.Equal(wide + "\uFFFDé😀", reader.GetString(6));
        Assert.Equal("""{"a": "\ufffd"}""".Replace("\\ufffd", "\uFFFD", StringComparison.Ordinal), reader.GetString(7));
        Assert.Equal(["", "x\uFFFD", "a,b"], reader.GetFieldValue<string[]>(8));
        Assert.True(await reader.ReadAsync(CancellationToken.None));
        Assert.Equal([true, true, false, true, true], new[] { 0, 1, 2, 6, 7 }.Select(reader.IsDBNull));
        Assert.Empty(reader.GetFieldValue<byte[]>(5));
        Assert.Empty(reader.GetFieldValue<string[]>(8));
    }
}
