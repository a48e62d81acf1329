using Provost.Testing;

namespace Provost.Ledger.Spool;

public sealed class SpoolBatchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private readonly ManualTime _time = new();
    private readonly SpoolBatch _batch = new();

    [Fact]
    public async Task Calls_of_the_same_moment_share_one_wait_and_all_learn_that_they_are_durable()
    {
        var first = _batch.DurableWithin(Patience, _time);
        _time.Advance(TimeSpan.FromMilliseconds(50));
        var second = _batch.DurableWithin(Patience, _time);
        _batch.Succeed();

        Assert.Same(first, second);
        Assert.True(await first);
        Assert.True(await _batch.DurableWithin(Patience, _time));
    }

    [Fact]
    public async Task A_later_call_keeps_its_own_patience_when_an_earlier_one_has_lost_it()
    {
        var early = _batch.DurableWithin(Patience, _time);
        _time.Advance(TimeSpan.FromMilliseconds(300));
        var late = _batch.DurableWithin(Patience, _time);
        _time.Advance(TimeSpan.FromMilliseconds(200));

        Assert.False(await early);
        Assert.False(late.IsCompleted);

        _batch.Succeed();
        Assert.True(await late);
        Assert.False(await early);
    }

    [Fact]
    public async Task Nobody_waits_longer_than_asked()
    {
        var waits = new List<Task<bool>>();
        for (var i = 0; i < 20; i++)
        {
            waits.Add(_batch.DurableWithin(Patience, _time));
            _time.Advance(TimeSpan.FromMilliseconds(25));
        }

        for (var i = 0; i < waits.Count; i++)
        {
            Assert.True(waits[i].IsCompleted, $"call {i} still waits");
            Assert.False(await waits[i]);
            _time.Advance(TimeSpan.FromMilliseconds(25));
        }
    }

    [Fact]
    public async Task A_failed_batch_faults_those_who_wait_and_those_who_ask_afterwards()
    {
        var waiting = _batch.DurableWithin(Patience, _time);
        _batch.Fail(new SpoolUnavailableException("The disk is gone."));

        await Assert.ThrowsAsync<SpoolUnavailableException>(() => waiting);
        await Assert.ThrowsAsync<SpoolUnavailableException>(() => _batch.DurableWithin(Patience, _time));
    }
}
