using System.Security.Cryptography;
using System.Text;
using Provost.Ledger.Records;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Spool;

public sealed class SpoolTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private readonly TemporaryFolder _folder = new();
    private readonly List<Spool> _opened = [];

    private string Directory => _folder.File("spool/n1");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var spool in _opened)
            await spool.DisposeAsync();

        _folder.Dispose();
    }

    [Fact]
    public async Task Numbers_records_without_a_gap_and_gives_them_back_with_their_parts()
    {
        var spool = Open();
        var tickets = Enumerable.Range(0, 500).Select(i => spool.Append(Draft(part: [1, (byte)i]))).ToList();
        await Task.WhenAll(tickets.Select(t => t.Durable)).WaitAsync(Soon);
        var frames = new SpoolReader(Directory).Read(0, 500, int.MaxValue);

        Assert.Equal(Enumerable.Range(0, 500), tickets.Select(t => (int)t.NodeSeq));
        Assert.Equal(499, spool.DurableThrough);
        Assert.Equal(500, frames.Count);
        for (var i = 0; i < 500; i++)
        {
            Assert.Equal(i, frames[i].NodeSeq);
            Assert.Equal(i, RecordHead.Read(frames[i].Record.Span).NodeSeq);
            var (field, bytes) = Assert.Single(frames[i].Parts);
            Assert.Equal((byte)PayloadField.Input, field);
            Assert.Equal([1, (byte)i], bytes.ToArray());
        }
    }

    [Fact]
    public async Task Its_head_is_the_newest_durable_record_by_its_hash()
    {
        var spool = Open();
        Assert.Null(spool.Head());
        foreach (var last in Enumerable.Range(0, 3))
        {
            await spool.Append(Draft()).Durable.WaitAsync(Soon);
            var record = new SpoolReader(Directory).Read(last, last + 1, int.MaxValue)[0].Record;
            Assert.Equal(new SpoolHead(last, Convert.ToHexStringLower(SHA256.HashData(record.Span))), spool.Head());
        }
    }

    [Fact]
    public async Task Shares_one_sync_among_all_that_wait_for_it()
    {
        var storage = new FaultyStorage(1) { Hold = new ManualResetEventSlim() };
        var spool = Open(storage);
        var first = spool.Append(Draft());
        var rest = Enumerable.Range(0, 100).Select(_ => spool.Append(Draft())).ToList();
        storage.Hold.Set();
        await Task.WhenAll(rest.Select(t => t.Durable)).WaitAsync(Soon);

        Assert.InRange(storage.Syncs, 1, 3);
        Assert.InRange(rest.Append(first).Select(t => t.Durable).Distinct().Count(), 1, 2);
    }

    [Fact]
    public async Task Acknowledges_nothing_before_the_sync_has_returned()
    {
        var storage = new FaultyStorage(1) { Hold = new ManualResetEventSlim() };
        var spool = Open(storage);
        var ticket = spool.Append(Draft());
        Assert.False(ticket.Durable.IsCompleted);
        Assert.Equal(-1, spool.DurableThrough);

        storage.Hold.Set();
        await ticket.Durable.WaitAsync(Soon);
    }

    [Fact]
    public async Task Continues_its_numbers_and_its_epoch_after_a_stop()
    {
        var first = Open();
        await first.Append(Draft()).Durable.WaitAsync(Soon);
        first.RaiseEpoch(7);
        Assert.Throws<ArgumentOutOfRangeException>(() => first.RaiseEpoch(6));
        await first.DisposeAsync();
        var second = Open();
        var ticket = second.Append(Draft());
        await ticket.Durable.WaitAsync(Soon);

        Assert.Equal(1, ticket.NodeSeq);
        Assert.Equal(7, second.HighestEpoch);
        Assert.Equal(first.NodeKey, second.NodeKey);
        Assert.Equal(2, new SpoolReader(Directory).Read(0, 2, int.MaxValue).Count);
    }

    [Fact]
    public async Task Refuses_to_start_when_the_epoch_cannot_be_read()
    {
        var spool = Open();
        spool.RaiseEpoch(7);
        await spool.DisposeAsync();
        var file = Path.Combine(Directory, "epoch");
        var bytes = File.ReadAllBytes(file);
        bytes[0] = 1;
        File.WriteAllBytes(file, bytes);

        Assert.Throws<InvalidDataException>(() => Open());
    }

    [Fact]
    public void Refuses_a_second_process_on_the_same_folder()
    {
        Open();
        Assert.Throws<IOException>(() => Open());
    }

    [Fact]
    public async Task Cuts_whatever_stands_behind_the_last_whole_frame()
    {
        foreach (var tail in new byte[][] { [9], [40, 0, 0, 0, 1, 2, 3, 4], [.. Enumerable.Repeat((byte)255, 900)] })
        {
            var before = Open();
            await before.Append(Draft()).Durable.WaitAsync(Soon);
            await before.DisposeAsync();
            var segment = System.IO.Directory.GetFiles(Directory, "*.seg").Order().Last();
            using (var file = File.Open(segment, FileMode.Append))
            {
                file.Write(tail);
            }

            var length = new FileInfo(segment).Length;
            var after = Open();
            await after.Append(Draft()).Durable.WaitAsync(Soon);
            await after.DisposeAsync();
            Assert.Equal(length - tail.Length, new FileInfo(segment).Length);
        }

        var frames = new SpoolReader(Directory).Read(0, 100, int.MaxValue);
        Assert.Equal([0, 1, 2, 3, 4, 5], frames.Select(f => f.NodeSeq));
    }

    [Fact]
    public async Task Refuses_at_once_when_too_much_waits_for_the_disk()
    {
        var storage = new FaultyStorage(1) { Hold = new ManualResetEventSlim() };
        var spool = Open(storage, o => o with { MaxBacklogBytes = 3000 });
        var tickets = Enumerable.Range(0, 20).Select(_ => spool.Append(Draft())).ToList();
        var refused = tickets.Where(t => t.Durable.IsFaulted).ToList();
        Assert.NotEmpty(refused);
        await Assert.ThrowsAsync<SpoolUnavailableException>(() => refused[0].Durable);
        Assert.True(spool.Health.BacklogBytes is > 0 and <= 3000);

        storage.Hold.Set();
        await Task.WhenAll(tickets.Except(refused).Select(t => t.Durable)).WaitAsync(Soon);
        await spool.Append(Draft()).Durable.WaitAsync(Soon);
    }

    [Fact]
    public async Task Keeps_the_last_space_for_governance_and_recovers_when_there_is_more()
    {
        var storage = new FaultyStorage(1) { Free = 100 };
        var spool = Open(storage, o => o with { MinFreeBytes = 1000 });
        Assert.True(spool.Append(Draft()).Durable.IsFaulted);
        await spool.Append(Draft(isGovernance: true)).Durable.WaitAsync(Soon);
        Assert.False(spool.Health.IsHealthy);

        storage.Free = 5000;
        await UntilHealthy(spool);
        await spool.Append(Draft()).Durable.WaitAsync(Soon);
        Assert.Equal(1, spool.DurableThrough);
    }

    [Fact]
    public async Task Refuses_while_the_disk_fails_and_recovers_without_hands()
    {
        var storage = new FaultyStorage(1);
        var spool = Open(storage);
        await spool.Append(Draft()).Durable.WaitAsync(Soon);
        storage.Fault = "No space left on device";
        var fault = await Assert.ThrowsAsync<SpoolUnavailableException>(() => spool.Append(Draft()).Durable);
        Assert.Contains("No space left", fault.Message);
        Assert.Contains("No space left", spool.Health.Reason);

        storage.Fault = null;
        await UntilHealthy(spool);
        var ticket = spool.Append(Draft());
        await ticket.Durable.WaitAsync(Soon);
        Assert.Equal(1, ticket.NodeSeq);
        Assert.Equal(2, new SpoolReader(Directory).Read(0, 2, int.MaxValue).Count);
    }

    [Fact]
    public async Task Refuses_a_record_that_no_entry_of_the_log_could_hold()
    {
        var spool = Open();
        var ticket = spool.Append(Draft(padding: 64_000));
        await Assert.ThrowsAsync<SpoolUnavailableException>(() => ticket.Durable);
    }

    [Fact]
    public async Task Signs_every_record_with_the_nodes_key()
    {
        for (var i = 0; i < 3; i++)
        {
            var spool = Open();
            await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => spool.Append(Draft()).Durable)).WaitAsync(Soon);
            await spool.DisposeAsync();
            Assert.Equal((i * 30) + 29, SpoolSignature.VerifiedThrough(Directory, spool.NodeKey));
        }

        var key = _opened[0].NodeKey;
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Throws<CryptographicException>(
            () => SpoolSignature.VerifiedThrough(Directory, other.ExportSubjectPublicKeyInfo()));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Directory, "node.pem")));
        Assert.Equal(89, SpoolSignature.VerifiedThrough(Directory, key));
    }

    [Fact]
    public async Task Reads_on_while_records_arrive_and_segments_roll()
    {
        var spool = Open(change: o => o with { SegmentBytes = 16 << 10 });
        var reader = new SpoolReader(Directory);
        var read = new List<long>();
        for (var i = 0; i < 200; i++)
        {
            await spool.Append(Draft(padding: 500)).Durable.WaitAsync(Soon);
            if (i % 3 == 0)
                read.AddRange(reader.Read(read.Count, spool.DurableThrough + 1, 2000).Select(f => f.NodeSeq));
        }

        while (reader.Read(read.Count, spool.DurableThrough + 1, 9000) is { Count: > 0 } more)
            read.AddRange(more.Select(f => f.NodeSeq));

        Assert.Equal(Enumerable.Range(0, 200), read.Select(n => (int)n));
        Assert.Empty(reader.Read(200, long.MaxValue, 9000));
        Assert.Equal(150, new SpoolReader(Directory).Read(150, 200, 10)[0].NodeSeq);
        for (var i = 200; i < 204; i++)
        {
            await spool.Append(Draft(padding: 11_000)).Durable.WaitAsync(Soon);
            SpoolReader.DeleteBelow(Directory, i); // also the segment that the reader has come to the end of
            Assert.Equal(i, Assert.Single(reader.Read(i, i + 1, 90_000)).NodeSeq);
        }

        Assert.Empty(new SpoolReader(Directory).Read(0, 200, 10));
        Assert.Equal(204, SpoolReader.EndOf(Directory));
    }

    [Fact]
    public void Computes_crc_32c_as_published()
    {
        Assert.Equal(0xE3069283u, SpoolFrame.Crc32C("123456789"u8));
        Assert.Equal(0x8A9136AAu, SpoolFrame.Crc32C(new byte[32]));
    }

    [Fact]
    public async Task Finds_no_sound_frame_where_any_byte_was_changed()
    {
        var spool = Open();
        await spool.Append(Draft(part: [1, 2, 3])).Durable.WaitAsync(Soon);
        await spool.DisposeAsync();
        var bytes = File.ReadAllBytes(System.IO.Directory.GetFiles(Directory, "*.seg").Single());
        Assert.NotNull(SpoolFrame.TryRead(bytes, out var length));
        for (var i = 0; i < length; i++)
        {
            bytes[i] ^= 0x40;
            Assert.Null(SpoolFrame.TryRead(bytes, out _));
            bytes[i] ^= 0x40;
        }
    }

    private Spool Open(ISpoolStorage? storage = null, Func<SpoolOptions, SpoolOptions>? change = null)
    {
        var options = new SpoolOptions
        {
            Directory = Directory,
            Node = "n1",
            SegmentBytes = 256 << 10,
            MinFreeBytes = 0,
            RetryAfter = TimeSpan.FromMilliseconds(1),
            SignWithin = TimeSpan.FromMilliseconds(5),
        };
        var spool = Spool.Open(change?.Invoke(options) ?? options, TimeProvider.System, storage ?? new DiskStorage());
        _opened.Add(spool);
        return spool;
    }

    private static async Task UntilHealthy(Spool spool)
    {
        using var patience = new CancellationTokenSource(Soon);
        while (!spool.Health.IsHealthy)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static RecordDraft Draft(byte[]? part = null, int padding = 0, bool isGovernance = false)
    {
        var draft = RecordDraft.Rent();
        var record = new DecisionRecord { Node = "n1", System = new string('x', padding) };
        record.WriteIntent(draft, Guid.CreateVersion7());
        if (part is not null)
            draft.AddPart((byte)PayloadField.Input, part);

        draft.IsGovernance = isGovernance;
        return draft;
    }
}
