using Provost.Control.Decisions;
using Provost.Ledger.Tree;

namespace Provost.Control.Tests.Decisions;

public sealed class LeafWindowTests : IDisposable
{
    private const int Leaves = 256 * 70;
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private long _committed;

    public LeafWindowTests()
    {
        var log = new FakeLog();
        log.Outcome();
        log.Garbage();
        using var writer = TileLogWriter.Open(_folder);
        for (var i = 0; i < Leaves; i++)
            writer.Append(log.Stored(i % 2));
        writer.Flush();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Parses_the_newest_leaves_once_for_all_who_follow()
    {
        var window = Window();
        _committed = 300;
        var early = window.Read(250, 1000);
        _committed = 600;
        var late = window.Read(290, 200);

        Assert.Equal(Enumerable.Range(250, 50), early.Select(leaf => (int)leaf.Index));
        Assert.Equal(Enumerable.Range(290, 200), late.Select(leaf => (int)leaf.Index));
        Assert.Same(early[^1], late[9]);
        Assert.Same(late[^1], window.Read(489, 1)[0]);
        Assert.Equal([null, "JsonReaderException"], late.Take(2).Select(leaf => leaf.Fault));
    }

    [Fact]
    public void Lets_nobody_who_lags_push_out_what_is_new()
    {
        var window = Window();
        _committed = Leaves;
        var newest = window.Read(Leaves - 1, 1)[0];
        var lagging = window.Read(0, Leaves);

        Assert.Equal(Enumerable.Range(0, Leaves), lagging.Select(leaf => (int)leaf.Index));
        Assert.Same(newest, lagging[^1]);
        Assert.NotSame(lagging[0], window.Read(0, 1)[0]);
    }

    [Fact]
    public void Gives_many_readers_at_once_the_same_leaves()
    {
        var window = Window();
        _committed = Leaves;
        var read = new LogLeaf[4][];
        Parallel.For(0, read.Length, i =>
        {
            var leaves = new List<LogLeaf>();
            while (leaves.Count < Leaves)
                leaves.AddRange(window.Read(leaves.Count, 100 + (i * 77)));
            read[i] = [.. leaves];
        });

        Assert.All(read, leaves => Assert.Equal(Enumerable.Range(0, Leaves), leaves.Select(leaf => (int)leaf.Index)));
        Assert.All(read, leaves => Assert.Same(read[0][^1], leaves[^1]));
    }

    private LeafWindow Window() => new(new TileLogReader(_folder), () => Interlocked.Read(ref _committed));
}
