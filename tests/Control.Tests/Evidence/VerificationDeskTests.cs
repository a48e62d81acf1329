using Provost.Control.Evidence;
using Provost.Testing;

namespace Provost.Control.Tests.Evidence;

public sealed class VerificationDeskTests
{
    private readonly ManualTime _time = new();
    private readonly Queue<Action> _begun = new();

    [Fact]
    public void One_run_at_a_time_and_who_asks_meanwhile_sees_that_one()
    {
        var desk = Desk();
        var first = desk.Start("leo");
        Assert.Null(first.Ok);
        Assert.Equal("leo", desk.Start("pat").By);
        Assert.Single(_begun);
        _begun.Dequeue()();
        Assert.Equal("pat", desk.Start("pat").By);
    }

    [Fact]
    public void A_log_that_cannot_be_read_is_a_failure_with_its_reason_and_never_proved()
    {
        var desk = Desk();
        desk.Start("leo");
        _time.Advance(TimeSpan.FromSeconds(3));
        _begun.Dequeue()();
        var run = desk.Run!;
        Assert.False(run.Ok);
        Assert.NotNull(run.Failure);
        Assert.Equal(TimeSpan.FromSeconds(3), run.EndedAt - run.StartedAt);
        Assert.Equal(VerificationRun.Caveat, run.NotChecked[0]);
    }

    private VerificationDesk Desk() => new("no-such-folder", "no-such-trust.json", _begun.Enqueue, _time);
}
