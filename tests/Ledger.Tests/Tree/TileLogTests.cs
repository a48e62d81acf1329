using FsCheck;
using FsCheck.Fluent;

namespace Provost.Ledger.Tree;

public sealed class TileLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(1000)]
    [InlineData(65_536 + 300)]
    public void Holds_every_entry_and_the_root_over_them(int size)
    {
        var entries = NaiveTree.Entries(size);
        Write(entries);
        var reader = new TileLogReader(_folder.Path);

        Assert.True(reader.ReadLeaves(0, size).Zip(entries).All(p => p.First.Span.SequenceEqual(p.Second)));
        Assert.Equal(size, reader.ReadLeaves(0, size).Count());
        Assert.Equal(NaiveTree.Root(entries), reader.RootAt(size));
        using var again = TileLogWriter.Open(_folder.Path);
        Assert.Equal(size, again.Size);
        Assert.Equal(NaiveTree.Root(entries), again.Root());
    }

    [Fact]
    public void Scans_the_same_entries_as_it_reads_and_reads_such_that_stay()
    {
        var entries = NaiveTree.Entries(600);
        Write(entries);
        var reader = new TileLogReader(_folder.Path);
        var kept = reader.ReadLeaves(200, 400).ToList();
        for (var from = 0; from < 600; from += 37)
            Assert.Equal(entries.Skip(from), reader.ScanLeaves(from, 600 - from).Select(entry => entry.ToArray()));

        Assert.Equal(entries.Skip(200), kept.Select(entry => entry.ToArray()));
        Assert.Equal(entries[599], reader.ReadLeaf(599).ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(599)]
    public void Gives_chosen_entries_with_their_indexes(int step)
    {
        var entries = NaiveTree.Entries(600);
        Write(entries);
        var chosen = Enumerable.Range(0, 600).Where(i => i % step == 0).Select(i => (long)i).ToList();
        var given = new TileLogReader(_folder.Path).ScanAt(chosen).Select(e => (e.Index, e.Entry.ToArray())).ToList();

        Assert.Equal(chosen, given.Select(g => g.Index));
        Assert.Equal(chosen.Select(i => entries[(int)i]), given.Select(g => g.Item2));
    }

    [Fact]
    public void Lays_files_out_as_tlog_tiles_does()
    {
        Write(NaiveTree.Entries(256));
        Assert.Equal(
            ["tile/0/000", "tile/1/000.p/1", "tile/entries/000", "writer.lock"], Files());

        Write(NaiveTree.Entries(70));
        Assert.Equal(
            ["tile/0/000", "tile/0/001.p/70", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/70",
                "writer.lock"],
            Files());
        Assert.Equal("x001/x234/067", TilePath.Number(1_234_067));
        Assert.Equal("000", TilePath.Number(0));
        Assert.Equal("x001/000", TilePath.Number(1000));
    }

    [Fact]
    public void Builds_the_same_proofs_as_the_recursive_definition()
    {
        var entries = NaiveTree.Entries(600);
        Write(entries);
        var reader = new TileLogReader(_folder.Path);
        Prop.ForAll(Arb.From(from size in Gen.Choose(1, 600)
                             from index in Gen.Choose(0, size - 1)
                             select (size, index)), sample =>
        {
            var head = entries.AsSpan(0, sample.size);
            return Same(NaiveTree.Path(sample.index, head), reader.InclusionProof(sample.index, sample.size))
                && Same(
                    NaiveTree.Consistency(sample.index + 1, head, whole: true),
                    reader.ConsistencyProof(sample.index + 1, sample.size))
                && reader.RootAt(sample.size).AsSpan().SequenceEqual(NaiveTree.Root(head));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Continues_after_a_stop_as_if_nothing_had_happened()
    {
        var steps = Gen.ArrayOf(Gen.Choose(0, 400), 6);
        Prop.ForAll(Arb.From(steps), sizes =>
        {
            using var folder = new TemporaryFolder();
            var entries = new List<byte[]>();
            foreach (var size in sizes)
            {
                using var writer = TileLogWriter.Open(folder.Path);
                Assert.Equal(entries.Count, writer.Size);
                foreach (var entry in NaiveTree.Entries(size))
                {
                    writer.Append(entry);
                    entries.Add(entry);
                }

                writer.Flush();
                writer.Append("never flushed"u8);
            }

            var reader = new TileLogReader(folder.Path);
            return reader.RootAt(entries.Count).AsSpan().SequenceEqual(NaiveTree.Root(entries.ToArray()));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(15));
    }

    /// <summary>A crash inside a flush: some of its renames reached the disk, in any order, others did not.</summary>
    [Fact]
    public void Recovers_a_prefix_whatever_part_of_a_flush_survived()
    {
        Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), seed =>
        {
            var random = new Random(seed);
            using var folder = new TemporaryFolder();
            var (before, after) = (random.Next(0, 700), random.Next(1, 900));
            var entries = NaiveTree.Entries(before + after);
            Write(entries.AsSpan(0, before), folder.Path);
            var durable = Files(folder.Path).ToHashSet();
            Write(entries.AsSpan(before), folder.Path);
            foreach (var file in Files(folder.Path).Where(f => !durable.Contains(f) && random.Next(2) == 0))
                File.Delete(folder.File(file));

            // The partial bundle of the first flush is only removed once the new names are durable.
            if (before % 256 > 0 && !File.Exists(folder.File(Entries(before))))
                Restore(folder, entries, before);

            using (var writer = TileLogWriter.Open(folder.Path))
            {
                Assert.InRange(writer.Size, before, entries.Length);
                Assert.Equal(NaiveTree.Root(entries.AsSpan(0, (int)writer.Size)), writer.Root());
                for (var i = 0; i < 300; i++)
                    writer.Append([7, (byte)i]);

                writer.Flush();
                var reader = new TileLogReader(folder.Path);
                Assert.Equal(writer.Root(), reader.RootAt(writer.Size));
                Assert.Equal(NaiveTree.Root(Leaves(reader, writer.Size)), writer.Root());
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(15));
    }

    [Fact]
    public void Computes_lost_hash_tiles_again()
    {
        var entries = NaiveTree.Entries(1000);
        Write(entries);
        Directory.Delete(_folder.File("tile/0"), recursive: true);
        Directory.Delete(_folder.File("tile/1"), recursive: true);
        TileLogWriter.Open(_folder.Path).Dispose();

        Assert.Equal(NaiveTree.Root(entries), new TileLogReader(_folder.Path).RootAt(1000));
    }

    [Fact]
    public void Refuses_a_second_writer()
    {
        using var first = TileLogWriter.Open(_folder.Path);

        Assert.ThrowsAny<IOException>(() => TileLogWriter.Open(_folder.Path));
    }

    [Fact]
    public void Holds_entries_up_to_the_largest_that_the_format_allows()
    {
        using var writer = TileLogWriter.Open(_folder.Path);
        writer.Append(new byte[TileLogWriter.MaxLeafBytes]);
        Assert.Throws<ArgumentException>(() => writer.Append(new byte[TileLogWriter.MaxLeafBytes + 1]));
        writer.Flush();

        Assert.Equal(1, writer.Size);
        Assert.Equal(TileLogWriter.MaxLeafBytes, new TileLogReader(_folder.Path).ReadLeaf(0).Length);
    }

    [Fact]
    public void Flushes_again_what_a_failed_flush_left()
    {
        var entries = NaiveTree.Entries(600);
        using var writer = TileLogWriter.Open(_folder.Path);
        foreach (var entry in entries)
            writer.Append(entry);

        File.WriteAllText(_folder.File("tile"), "in the way");
        Assert.ThrowsAny<IOException>(writer.Flush);
        Assert.Equal(0, writer.FlushedSize);
        File.Delete(_folder.File("tile"));
        writer.Flush();

        Assert.Equal(NaiveTree.Root(entries), new TileLogReader(_folder.Path).RootAt(600));
    }

    [Fact]
    public void Serves_narrow_tiles_after_wider_ones_superseded_them()
    {
        Write(NaiveTree.Entries(10));
        var reader = new TileLogReader(_folder.Path);
        var (tile, bundle) = (reader.Tile(0, 0, 10), reader.EntryBundle(0, 10));
        Write(NaiveTree.Entries(300));

        Assert.Equal(tile, reader.Tile(0, 0, 10));
        Assert.Equal(bundle, reader.EntryBundle(0, 10));
        Assert.Null(reader.Tile(0, 1, 200));
        Assert.Null(reader.EntryBundle(7, 1));
    }

    [Fact]
    public void Names_the_file_that_is_broken()
    {
        Write(NaiveTree.Entries(10));
        File.WriteAllBytes(_folder.File("tile/entries/000.p/10"), [0, 5, 1]);
        var reader = new TileLogReader(_folder.Path);

        Assert.Contains("000", Assert.Throws<TileLogCorruptException>(() => reader.ReadLeaf(9)).Message);
    }

    [Fact]
    public async Task Serves_readers_while_it_writes()
    {
        var entries = NaiveTree.Entries(900);
        using var writer = TileLogWriter.Open(_folder.Path);
        long flushed = 0;
        var reader = Task.Run(() =>
        {
            var log = new TileLogReader(_folder.Path);
            for (long size = 0; size < entries.Length; size = Interlocked.Read(ref flushed))
            {
                if (size > 0)
                    Assert.Equal(entries[size - 1], log.ReadLeaf(size - 1).ToArray());

                Assert.Equal(NaiveTree.Root(entries.AsSpan(0, (int)size)), log.RootAt(size));
            }
        });
        for (var i = 0; i < entries.Length; i++)
        {
            writer.Append(entries[i]);
            if (i % 7 == 0 || i == entries.Length - 1)
            {
                writer.Flush();
                Interlocked.Exchange(ref flushed, writer.FlushedSize);
            }
        }

        await reader;
    }

    private static bool Same(IReadOnlyList<byte[]> one, IReadOnlyList<byte[]> other) =>
        one.Count == other.Count && one.Zip(other).All(p => p.First.AsSpan().SequenceEqual(p.Second));

    private static byte[][] Leaves(TileLogReader reader, long size) =>
        [.. reader.ReadLeaves(0, size).Select(l => l.ToArray())];

    private static string Entries(int size) => $"tile/entries/{size / 256:000}.p/{size % 256}";

    private static void Restore(TemporaryFolder folder, byte[][] entries, int size)
    {
        using var copy = new TemporaryFolder();
        Write(entries.AsSpan(0, size), copy.Path);
        Directory.CreateDirectory(Path.GetDirectoryName(folder.File(Entries(size)))!);
        File.Copy(copy.File(Entries(size)), folder.File(Entries(size)));
    }

    private void Write(ReadOnlySpan<byte[]> entries) => Write(entries, _folder.Path);

    private static void Write(ReadOnlySpan<byte[]> entries, string path)
    {
        using var writer = TileLogWriter.Open(path);
        foreach (var entry in entries)
            writer.Append(entry);

        writer.Flush();
    }

    private string[] Files() => Files(_folder.Path);

    private static string[] Files(string path) =>
        [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(path, f)).Order(StringComparer.Ordinal)];
}
