using Provost.Ledger.Payloads;
using Provost.Ledger.Records;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Sequencing;

public sealed class SequencerTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private readonly SequencerStage _stage = new();

    public void Dispose() => _stage.Dispose();

    [Fact]
    public void Makes_one_log_of_all_spools_that_a_stranger_can_verify()
    {
        _stage.Govern("control", 3);
        for (var i = 0; i < 300; i++)
            _stage.Decide("gw", i % 2 == 0 ? "refunds" : "loans", SequencerStage.NewId(), isIntent: false);

        using var sequencer = _stage.Open();
        sequencer.RunOnce();
        _stage.Govern("control", 1);
        sequencer.RunOnce();

        Assert.Equal(304, sequencer.CommittedSize);
        var report = _stage.Verify();
        Assert.True(report.Ok, report.FirstFault?.Message);
        Assert.Equal(304, report.EntriesChecked);
        var leaves = _stage.Leaves(304);
        Assert.Equal([0, 1, 2, 3], leaves.Where(l => l.Stream == "gov").Select(l => l.Seq));
        Assert.Equal(Enumerable.Range(0, 150), leaves.Where(l => l.Stream == "sys:loans").Select(l => (int)l.Seq));
        Assert.Equal(Enumerable.Range(0, 300), leaves.Where(l => l.Node == "gw").Select(l => (int)l.NodeSeq));
    }

    [Fact]
    public void Takes_nothing_twice_however_often_it_runs_and_starts()
    {
        _stage.Govern("control", 5);
        for (var i = 0; i < 4; i++)
            _stage.RunOnce();

        _stage.CloseSpools();
        _stage.RunOnce();
        Assert.Equal(5, _stage.OpenSigner().LastSigned.Size);
        Assert.True(_stage.Verify().Ok);
    }

    [Fact]
    public void Takes_over_the_folder_of_a_node_that_is_gone()
    {
        _stage.Govern("control", 2);
        _stage.Govern("old", 4);
        _stage.CloseSpools();
        _stage.Govern("control", 1);

        _stage.RunOnce();
        Assert.Equal(7, _stage.OpenSigner().LastSigned.Size);
        Assert.True(_stage.Verify().Ok);
    }

    [Fact]
    public void Signs_more_often_when_more_waits_than_one_checkpoint_takes()
    {
        _stage.Govern("control", 200);
        using var sequencer = _stage.Open(maxBytes: 10_000);
        sequencer.RunOnce();

        Assert.Equal(200, sequencer.CommittedSize);
        Assert.True(_stage.Verify().Ok);
    }

    [Fact]
    public void Drops_segments_of_a_spool_only_once_they_are_signed()
    {
        for (var i = 0; i < 10; i++)
            _stage.Govern("control", 20, padding: 2000);
        var spool = Path.Combine(_stage.Root, "spool", "control");
        var before = Directory.GetFiles(spool, "*.seg").Length;
        _stage.RunOnce();

        Assert.True(before > 3);
        Assert.Single(Directory.GetFiles(spool, "*.seg"));
        _stage.Govern("control", 10);
        _stage.RunOnce();
        Assert.Equal(210, _stage.OpenSigner().LastSigned.Size);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"v\":1,\"size\":5,\"root\":\"00\",\"nodes\":{},\"streams\":{},\"open\":{}}")]
    [InlineData("{\"v\":1,\"size\":99,\"root\":\"00\",\"nodes\":{},\"streams\":{},\"open\":{}}")]
    public void Derives_its_cursor_from_the_log_when_the_saved_one_does_not_fit(string saved)
    {
        _stage.Govern("control", 5);
        _stage.RunOnce();
        File.WriteAllText(Path.Combine(_stage.Ledger, "state", "cursor.json"), saved);
        _stage.Govern("control", 5);
        _stage.RunOnce();

        Assert.Equal(10, _stage.OpenSigner().LastSigned.Size);
        Assert.True(_stage.Verify().Ok);
    }

    [Fact]
    public void Goes_on_from_an_older_cursor()
    {
        _stage.Govern("control", 5);
        using (var sequencer = _stage.Open(saveCursorEvery: 1))
        {
            sequencer.RunOnce();
        }

        var cursor = Path.Combine(_stage.Ledger, "state", "cursor.json");
        var old = File.ReadAllBytes(cursor);
        _stage.Decide("gw", "refunds", SequencerStage.NewId(), isIntent: true);
        _stage.RunOnce();
        File.WriteAllBytes(cursor, old);
        _stage.Decide("gw", "refunds", SequencerStage.NewId(), isIntent: true);
        using var last = _stage.Open();
        last.RunOnce();

        Assert.Equal(7, last.CommittedSize);
        Assert.Equal(2, last.OpenIntents.Count);
        Assert.True(_stage.Verify().Ok);
    }

    [Fact]
    public void Lets_a_node_that_lacks_a_record_wait_and_serves_the_others()
    {
        _stage.Govern("control", 2);
        for (var i = 0; i < 10; i++)
            _stage.Govern("broken", 20, padding: 2000);
        _stage.CloseSpools();
        File.Delete(Directory.GetFiles(Path.Combine(_stage.Root, "spool", "broken"), "*.seg").Order().First());
        using var sequencer = _stage.Open();

        var fault = Assert.Throws<SequencerFaultException>(sequencer.RunOnce);
        Assert.Contains("broken lacks record 0", fault.Message);
        Assert.Equal(2, sequencer.CommittedSize);
    }

    [Fact]
    public void Refuses_a_node_that_begins_again_under_a_name_the_log_knows()
    {
        _stage.Govern("control", 3);
        _stage.RunOnce();
        _stage.CloseSpools();
        Directory.Delete(Path.Combine(_stage.Root, "spool", "control"), recursive: true);
        _stage.Govern("control", 1);
        using var sequencer = _stage.Open();

        Assert.Contains("new name", Assert.Throws<SequencerFaultException>(sequencer.RunOnce).Message);
    }

    [Fact]
    public async Task Keeps_up_with_nodes_that_write_and_roll_while_it_runs()
    {
        var nodes = new[] { "control", "gw", "gw2" };
        foreach (var node in nodes)
            _stage.Node(node, segmentBytes: 32 << 10);

        using var stop = new CancellationTokenSource();
        using var sequencer = _stage.Open(time: TimeProvider.System, maxBytes: 200_000);
        var run = sequencer.RunAsync(stop.Token);
        await Task.WhenAll(nodes.Select(node => Task.Run(() =>
        {
            for (var i = 0; i < 100; i++)
                _stage.Govern(node, 1 + (i % 20), padding: 300);
        })));
        var counts = nodes.ToDictionary(n => n, n => _stage.Node(n).DurableThrough + 1);
        foreach (var (node, count) in counts)
        {
            await Task.WhenAny(sequencer.WaitForNodeAsync(node, count - 1, default)).WaitAsync(Soon);
            Assert.Null(sequencer.Health.Fault);
        }

        await stop.CancelAsync();
        await run.WaitAsync(Soon);
        Assert.Null(sequencer.Health.Fault);
        Assert.Equal(counts.Values.Sum(), sequencer.CommittedSize);
        Assert.True(_stage.Verify().Ok);
        Assert.All(nodes, n => Assert.Single(Directory.GetFiles(Path.Combine(_stage.Root, "spool", n), "*.seg")));
    }

    [Fact]
    public void Commits_nothing_that_the_signer_refuses()
    {
        _stage.Govern("control", 5);
        _stage.RunOnce();
        Directory.Delete(_stage.Ledger, recursive: true);
        _stage.CloseSpools();
        using var sequencer = _stage.Open();
        File.Delete(Directory.GetFiles(Path.Combine(_stage.Root, "spool", "control"), "*.seg").Single());

        Assert.Contains("rolled back", Assert.Throws<SequencerFaultException>(sequencer.RunOnce).Message);
        Assert.False(File.Exists(Path.Combine(_stage.Ledger, "checkpoint")));
    }

    [Fact]
    public void Writes_again_what_the_disk_did_not_take()
    {
        _stage.Govern("control", 5);
        _stage.RunOnce();
        _stage.Govern("control", 3);
        var inTheWay = Path.Combine(_stage.Ledger, "tile", "entries", "000.p", "8");
        using var sequencer = _stage.Open();
        Directory.CreateDirectory(Path.Combine(inTheWay, "x"));
        Assert.ThrowsAny<IOException>(sequencer.RunOnce);
        Assert.Equal(5, sequencer.CommittedSize);
        Directory.Delete(inTheWay, recursive: true);
        _stage.Govern("control", 1);

        sequencer.RunOnce();
        Assert.Equal(9, sequencer.CommittedSize);
        Assert.True(_stage.Verify().Ok);
    }

    [Fact]
    public async Task Wakes_those_who_wait_for_a_size_or_a_record_and_ends_when_told_to()
    {
        using var stop = new CancellationTokenSource();
        var node = _stage.Node("gw");
        using var running = _stage.Open();
        var run = running.RunAsync(stop.Token);
        var forSize = running.WaitForSizeAsync(2, TestContext.Current.CancellationToken);
        var forRecord = running.WaitForNodeAsync("gw", 1, TestContext.Current.CancellationToken);
        Assert.False(forSize.IsCompleted);
        _stage.Decide("gw", "refunds", SequencerStage.NewId(), isIntent: true);
        _stage.Decide("gw", "refunds", SequencerStage.NewId(), isIntent: true);
        _stage.Time.Advance(TimeSpan.FromSeconds(1));

        await forSize.WaitAsync(Soon);
        await forRecord.WaitAsync(Soon);
        await running.WaitForSizeAsync(1, default).WaitAsync(Soon);
        Assert.Null(running.Health.Fault);
        Assert.Equal(1, node.DurableThrough);
        await stop.CancelAsync();
        await run.WaitAsync(Soon);
    }

    [Fact]
    public async Task Who_is_behind_does_not_wait_for_checkpoints_to_be_due()
    {
        using var stop = new CancellationTokenSource();
        _stage.Govern("control", 50);
        using var sequencer = _stage.Open(maxBytes: 2_000); // some records a checkpoint, and the time stands still
        var run = sequencer.RunAsync(stop.Token);
        await sequencer.WaitForSizeAsync(50, default).WaitAsync(Soon);
        await stop.CancelAsync();
        await run.WaitAsync(Soon);
    }

    [Fact]
    public async Task Takes_in_what_is_durable_when_it_ends_though_no_checkpoint_is_due()
    {
        using var stop = new CancellationTokenSource();
        _stage.Govern("control", 1);
        using var sequencer = _stage.Open();
        var run = sequencer.RunAsync(stop.Token);
        await sequencer.WaitForSizeAsync(1, TestContext.Current.CancellationToken).WaitAsync(Soon);
        _stage.Govern("control", 1); // the clock stands: the next checkpoint is never due

        await stop.CancelAsync();
        await run.WaitAsync(Soon);
        Assert.Equal(2, sequencer.CommittedSize);
        Assert.True(_stage.Verify().Ok);
    }

    [Fact]
    public async Task Stops_waiting_when_the_one_who_waits_gives_up()
    {
        using var sequencer = _stage.Open();
        using var stop = new CancellationTokenSource();
        var wait = sequencer.WaitForSizeAsync(1, stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    [Fact]
    public void Copies_payloads_before_the_spool_is_trimmed_and_finds_them_by_record()
    {
        for (var i = 0; i < 60; i++)
        {
            var content = new byte[3000];
            content[0] = (byte)i;
            _stage.Append("gw", 1, draft =>
            {
                new DecisionRecord { Node = "gw", Decision = SequencerStage.NewId() }
                    .WriteIntent(draft, SequencerStage.NewId());
                if (i % 3 != 0)
                    draft.AddPart((byte)PayloadField.Input, content);
                if (i % 3 == 2)
                    draft.AddPart((byte)PayloadField.Features, [7, (byte)i]);
            });
            if (i % 20 == 19)
                _stage.RunOnce();
        }

        var store = new PayloadStore(_stage.Payloads);
        for (var i = 0; i < 60; i++)
        {
            Assert.Equal(i % 3 == 0 ? null : (byte)i, store.Find("gw", i, PayloadField.Input)?[0]);
            Assert.Equal(i % 3 == 2 ? [7, (byte)i] : null, store.Find("gw", i, PayloadField.Features));
        }

        Assert.Null(store.Find("gw", 60, PayloadField.Input));
        Assert.Null(store.Find("nobody", 0, PayloadField.Input));
        Assert.Equal(3, Directory.GetFiles(Path.Combine(_stage.Payloads, "gw")).Length);
    }

    [Fact]
    public void Knows_the_intents_whose_process_ended_and_closes_them_as_unknown()
    {
        var (whole, orphan) = (SequencerStage.NewId(), SequencerStage.NewId());
        _stage.Decide("gw", "refunds", whole, isIntent: true);
        _stage.Decide("gw", "refunds", orphan, isIntent: true);
        _stage.Decide("gw", "refunds", whole, isIntent: false);
        _stage.CloseSpools();
        _stage.RunOnce();
        _stage.Node("gw2");
        using var sequencer = _stage.Open();
        var found = Assert.Single(OrphanIntents.Find(sequencer.OpenIntents, sequencer.Log, n => n == "gw"));
        Assert.Empty(OrphanIntents.Find(sequencer.OpenIntents, sequencer.Log, n => n == "gw2"));
        _stage.Append("gw2", 1, draft => OrphanIntents.Close(
            found, draft, "gw2", SequencerStage.NewId(), _stage.Time.GetUtcNow()));
        sequencer.RunOnce();

        Assert.Equal(orphan, found.Decision);
        Assert.Empty(sequencer.OpenIntents);
        var closed = DecisionView.Read(_stage.Leaves(4)[^1].Record)!;
        Assert.Equal((orphan, "refunds", "sha256:r"), (closed.Decision, closed.System, closed.Release));
        Assert.Equal((Outcome.Blocked, Ended.Unknown), (closed.Outcome!.Outcome, closed.Outcome.Ended));
    }

    [Fact]
    public void Signs_again_when_nothing_arrives_for_ten_minutes()
    {
        _stage.Govern("control", 1);
        using var sequencer = _stage.Open();
        sequencer.RunOnce();
        var first = sequencer.Health.SignedAt;
        _stage.Time.Advance(TimeSpan.FromMinutes(10));
        sequencer.RunOnce();

        Assert.Equal(first + TimeSpan.FromMinutes(10), sequencer.Health.SignedAt);
    }

    [Fact]
    public void Refuses_a_second_sequencer_on_the_same_log()
    {
        using var first = _stage.Open();
        Assert.ThrowsAny<IOException>(() => _stage.Open());
    }

    [Fact]
    public void Refuses_a_log_whose_entries_do_not_follow_on_each_other()
    {
        using (var writer = TileLogWriter.Open(_stage.Ledger))
        {
            var record = Written.Record(d => new DecisionRecord { Node = "n1" }.WriteIntent(d, Guid.Empty), nodeSeq: 1);
            writer.Append(Written.Entry(record, nodeSeq: 1, stream: "unbound"));
            writer.Flush();
        }

        Assert.Throws<SequencerFaultException>(() => _stage.Open());
    }
}
