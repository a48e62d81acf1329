using Provost.Control.Decisions;
using Provost.Control.Evidence;
using Provost.Control.Tests.Decisions;
using Provost.Testing;

namespace Provost.Control.Tests.Evidence;

public sealed class ReconciliationTests
{
    private readonly FakeLog _log = new();
    private readonly ManualTime _time = new();
    private readonly List<CompletenessGap> _gaps = [];
    private long _answered;
    private long _written = -1;
    private bool _isSignatureDue;

    /// <summary>Leaves that the node wrote and the log lost, by their place.</summary>
    private readonly HashSet<long> _lost = [];

    [Fact]
    public async Task While_every_answer_has_its_record_the_count_closes()
    {
        var of = Start();
        Answer(3);
        await CompareAsync(of);
        Answer(2);
        await CompareAsync(of);
        var balance = Assert.Single(of.Balances);
        Assert.Equal((5L, 5L, 0L, 4L), (balance.Answered, balance.Recorded, balance.Missing, balance.Through));
        Assert.Empty(_gaps);
    }

    [Fact]
    public async Task A_record_removed_from_the_log_is_a_gap_with_its_number_and_the_time_it_last_closed()
    {
        var of = Start();
        Answer(3);
        await CompareAsync(of);
        var closed = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromSeconds(5));
        _lost.Add(4);
        Answer(4);
        await CompareAsync(of);

        var gap = Assert.Single(_gaps);
        Assert.Equal((7L, 6L, 1L), (gap.Balance.Answered, gap.Balance.Recorded, gap.Balance.Missing));
        Assert.Equal(("refunds", "production", "n1"), (gap.Balance.System, gap.Balance.Environment, gap.Balance.Node));
        Assert.Equal(closed, gap.Since);
        Assert.EndsWith(
            "1 missing. The count last closed at record 2. Not in the log, or unreadable there: record 4 of the node",
            gap.Evidence);
    }

    [Fact]
    public async Task An_answer_that_left_without_a_record_is_a_gap_although_no_number_is_missing()
    {
        var of = Start();
        Answer(2);
        _answered++;
        await CompareAsync(of);
        Assert.Contains("the node answered without recording", Assert.Single(_gaps).Evidence);
    }

    [Fact]
    public async Task A_gap_is_told_once_and_again_when_it_grows()
    {
        var of = Start();
        _lost.Add(0);
        Answer(2);
        await CompareAsync(of);
        Answer(2);
        await CompareAsync(of);
        Assert.Single(_gaps);
        _lost.Add(5);
        Answer(3);
        await CompareAsync(of);
        Assert.Equal([1L, 2L], _gaps.Select(gap => gap.Balance.Missing));
    }

    [Fact]
    public async Task Records_that_come_after_the_question_close_no_gap()
    {
        var of = Start();
        _lost.Add(1);
        Answer(2);
        await of.AskAsync(CancellationToken.None);
        Answer(1);
        _answered--; // its record is durable, its call is not counted yet
        await CompareAsync(of);
        Assert.Equal((2L, 1L), (_gaps[0].Balance.Answered, _gaps[0].Balance.Recorded));
    }

    [Fact]
    public async Task What_recovery_wrote_for_a_cut_call_and_what_another_node_wrote_is_not_counted()
    {
        var of = Start();
        Answer(1);
        _written++;
        _log.Outcome(record => record["ended"] = "unknown");
        await CompareAsync(of);
        Assert.Equal((1L, 1L), (Assert.Single(of.Balances).Answered, of.Balances[0].Recorded));
        Assert.Empty(_gaps);
    }

    [Fact]
    public async Task A_log_that_does_not_come_as_far_as_the_spool_is_a_gap_unless_only_its_signature_is_due()
    {
        var of = Start();
        Answer(2);
        await CompareAsync(of);
        (_answered, _written) = (3, 2); // the third stands in a spool that the log cannot read
        await CompareAsync(of);
        _isSignatureDue = true;
        _time.Advance(TimeSpan.FromSeconds(61));
        await CompareAsync(of);
        Assert.Empty(_gaps);
        _isSignatureDue = false;
        await CompareAsync(of);
        Assert.Contains("has not come further than record 1 of the node for 60 s", Assert.Single(_gaps).Evidence);
    }

    private void Answer(int calls)
    {
        for (var call = 0; call < calls; call++)
        {
            _log.Outcome();
            (_answered, _written) = (_answered + 1, _written + 1);
        }
    }

    private NodeTally Tally() => new(
        "n1", new Dictionary<(string, string), long> { [("refunds", "production")] = _answered }, _written);

    private Reconciliation Start()
    {
        var feed = _log.Feed;
        return new Reconciliation(
            Tally,
            feed with
            {
                ReadAsync = async (from, count, cancellationToken) =>
                    [.. (await feed.ReadAsync(from, count, cancellationToken))
                        .Select(leaf => _lost.Contains(leaf.Index) ? Without(leaf) : leaf)],
            },
            () => _isSignatureDue,
            (gap, _) =>
            {
                _gaps.Add(gap);
                return Task.CompletedTask;
            },
            _time);
    }

    /// <summary>Asks the node, then takes in what the log has.</summary>
    private static async Task CompareAsync(Reconciliation of)
    {
        await of.AskAsync(CancellationToken.None);
        await of.FollowAsync(CancellationToken.None);
    }

    /// <summary>An entry of another kind in the place of the one that is gone.</summary>
    private static LogLeaf Without(LogLeaf leaf) => new()
    {
        Index = leaf.Index,
        Hash = leaf.Hash,
        Length = leaf.Length,
        Fault = "gone",
    };
}
