using Provost.Gateway.Routing;

namespace Provost.Gateway.Tests.Routing;

public sealed class UpstreamDeadlineTests : IDisposable
{
    private static readonly Uri Address = new("https://models.example/v1");

    private readonly Upstream _upstream = new(
        "models", new ProviderSettings { Dialect = "openai", BaseUrl = Address }, new EgressResolver([Address]));

    public void Dispose() => _upstream.Dispose();

    [Fact]
    public void One_that_did_not_fire_serves_the_next_call_and_tells_it_nothing_of_the_last()
    {
        var called = false;
        var first = _upstream.RentDeadline(TimeProvider.System);
        first.CancelAfter(TimeSpan.FromHours(1));
        first.Token.Register(() => called = true);
        _upstream.ReturnDeadline(first);

        var second = _upstream.RentDeadline(TimeProvider.System);

        Assert.Same(first, second);
        Assert.False(second.IsCancellationRequested);
        second.Cancel();
        Assert.False(called);
    }

    [Fact]
    public void One_that_fired_serves_nobody_again()
    {
        var first = _upstream.RentDeadline(TimeProvider.System);
        first.Cancel();
        _upstream.ReturnDeadline(first);

        var second = _upstream.RentDeadline(TimeProvider.System);

        Assert.NotSame(first, second);
        Assert.False(second.IsCancellationRequested);
    }

    [Fact]
    public void Two_calls_at_once_have_one_each()
    {
        var first = _upstream.RentDeadline(TimeProvider.System);
        var second = _upstream.RentDeadline(TimeProvider.System);

        Assert.NotSame(first, second);
        _upstream.ReturnDeadline(first);
        _upstream.ReturnDeadline(second);
    }
}
