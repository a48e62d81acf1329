using Provost.Ledger.Records;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Spool;

/// <summary>Segments that the log holds are written over: what they held before must never be read again.</summary>
public sealed class SegmentReuseTests : IAsyncLifetime
{
    private const int SegmentBytes = 16 << 10;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private readonly TemporaryFolder _folder = new();
    private readonly FaultyStorage _storage = new(7);
    private Spool _spool = null!;

    private string Folder => _folder.File("n1");

    public ValueTask InitializeAsync()
    {
        _spool = Open(Folder, _storage);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _spool.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task After_a_crash_in_a_segment_that_was_written_over_nothing_of_its_earlier_life_comes_back()
    {
        await WriteIntoAReusedSegment();
        var copy = _folder.File("crashed/n1");
        CopyWhatADiskWouldHold(copy);
        var durable = _spool.DurableThrough;
        Assert.True(StaleFrameBehindTheLast(copy, durable) is { } stale && stale.NodeSeq < durable);

        await using var after = Open(copy, new FaultyStorage(8));
        var ticket = after.Append(Draft());
        await ticket.Durable.WaitAsync(Soon);

        Assert.Equal(durable + 1, ticket.NodeSeq);
        Assert.Equal(durable + 2, SpoolReader.EndOf(copy));
        var first = SpoolSegments.List(copy)[0].First;
        var read = new SpoolReader(copy).Read(first, long.MaxValue, int.MaxValue).Select(f => f.NodeSeq);
        Assert.Equal(Numbers(first, durable + 1), read);
    }

    [Fact]
    public async Task Nothing_of_an_earlier_life_is_signed_where_a_segment_was_left_without_being_cut()
    {
        await WriteIntoAReusedSegment();
        var copy = _folder.File("uncut/n1");
        CopyWhatADiskWouldHold(copy);
        var durable = _spool.DurableThrough;
        await File.WriteAllBytesAsync(SpoolSegments.PathOf(copy, durable + 1), [], CancellationToken.None);

        var after = Open(copy, new FaultyStorage(8));
        await using (after)
        {
            await after.Append(Draft()).Durable.WaitAsync(Soon);
        }

        Assert.Equal(durable + 1, SpoolSignature.VerifiedThrough(copy, after.NodeKey));
    }

    [Fact]
    public async Task Of_a_node_that_never_comes_back_only_what_it_wrote_last_counts()
    {
        await WriteIntoAReusedSegment();
        var left = _folder.File("left/n1");
        CopyWhatADiskWouldHold(left);

        Assert.Equal(_spool.DurableThrough + 1, SpoolReader.EndOf(left));
        Assert.Equal(-1, SpoolSignature.VerifiedThrough(left, _spool.NodeKey));
    }

    [Fact]
    public async Task What_it_was_longer_than_its_successor_is_cut_when_a_segment_is_left()
    {
        await WriteIntoAReusedSegment();
        var durable = _spool.DurableThrough;
        await _spool.DisposeAsync();

        var newest = SpoolSegments.List(Folder)[^1].Path;
        Assert.True(new FileInfo(newest).Length < SegmentBytes);
        Assert.Equal(durable + 1, SpoolReader.EndOf(Folder));
        Assert.Equal(durable, SpoolSignature.VerifiedThrough(Folder, _spool.NodeKey));
    }

    [Fact]
    public async Task Keeps_no_more_to_write_over_than_was_asked_and_none_when_the_disk_is_low()
    {
        await Fill(300);
        SpoolReader.DeleteBelow(Folder, _spool.DurableThrough + 1, spare: 2);
        Assert.Equal(2, Spent().Length);
        Assert.Single(Directory.GetFiles(Folder, "*.seg"));

        _storage.Free = 0;
        await using var low = Open(_folder.File("low"), _storage, minFree: 1);
        Assert.Equal(2, Spent().Length); // another node's folder is not its business

        await _spool.DisposeAsync();
        _spool = Open(Folder, _storage, minFree: 1);
        Assert.Empty(Spent());
    }

    /// <summary>Frames of one length, so that new ones end exactly where old ones begin.</summary>
    private async Task WriteIntoAReusedSegment()
    {
        await Fill(1100);
        SpoolReader.DeleteBelow(Folder, _spool.DurableThrough + 1);
        await Fill(200); // every number has four digits, in the segments that are kept too
        SpoolReader.DeleteBelow(Folder, _spool.DurableThrough + 1, spare: 2);
        var spent = Spent().Length;
        Assert.Equal(2, spent);
        while (Spent().Length == spent)
            await Fill(1);

        await Fill(3);
    }

    private string[] Spent() => Directory.GetFiles(Folder, "*.spent");

    private async Task Fill(int records)
    {
        for (var i = 0; i < records; i++)
            await _spool.Append(Draft()).Durable.WaitAsync(Soon);
    }

    private static IEnumerable<long> Numbers(long from, long through)
    {
        for (var number = from; number <= through; number++)
            yield return number;
    }

    private static SpoolFrame? StaleFrameBehindTheLast(string folder, long last)
    {
        var bytes = File.ReadAllBytes(SpoolSegments.List(folder)[^1].Path);
        var at = 0;
        while (SpoolFrame.TryRead(bytes.AsMemory(at), out var length) is { } frame)
        {
            at += length;
            if (frame.NodeSeq == last)
                return SpoolFrame.TryRead(bytes.AsMemory(at), out _);
        }

        return null;
    }

    private void CopyWhatADiskWouldHold(string into)
    {
        Directory.CreateDirectory(into);
        foreach (var path in Directory.GetFiles(Folder).Where(p => Path.GetFileName(p) != "lock"))
            File.Copy(path, Path.Combine(into, Path.GetFileName(path)));
    }

    private static Spool Open(string folder, ISpoolStorage storage, long minFree = 0) => Spool.Open(
        new SpoolOptions
        {
            Directory = folder,
            Node = "n1",
            SegmentBytes = SegmentBytes,
            MinFreeBytes = minFree,
            SignWithin = TimeSpan.FromHours(1),
        },
        TimeProvider.System,
        storage);

    private static RecordDraft Draft()
    {
        var draft = RecordDraft.Rent();
        new DecisionRecord { Node = "n1", System = new string('x', 200) }.WriteIntent(draft, Guid.CreateVersion7());
        return draft;
    }
}
