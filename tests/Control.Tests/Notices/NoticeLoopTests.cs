using Microsoft.Extensions.Logging.Abstractions;
using Provost.Control.Governance;
using Provost.Control.Incidents;
using Provost.Control.Notices;
using Provost.Control.Registry;
using Provost.Control.Response;
using Provost.Control.Response.Channels;
using Provost.Control.Tests.Governance;
using Provost.Control.Tests.Response;

namespace Provost.Control.Tests.Notices;

public sealed class NoticeLoopTests : IDisposable
{
    private static readonly SystemKey Desk = new("desk", "production");

    private readonly GovernanceTown _town = GovernanceTown.Peopled();
    private readonly FakeChannel _channel = new("fake");

    public void Dispose() => _town.Dispose();

    [Fact]
    public async Task Owners_are_told_once_at_each_step_before_the_warrant_that_serves_ends()
    {
        Warranted(TimeSpan.FromDays(90));
        await TickAsync();
        Assert.Empty(_channel.Sent);

        await AfterAsync(TimeSpan.FromDays(60));
        Assert.Equal(["sam", "dana"], Told());
        Assert.All(_channel.Sent, s => Assert.Equal(PagePurpose.Notice, s.Page.Purpose));
        Assert.Contains("within 30 days", _channel.Sent[0].Page.Title);
        Assert.Contains("provost approve desk@1.0.0", _channel.Sent[0].Page.ToText());
        await AfterAsync(TimeSpan.FromDays(10));
        Assert.Equal(2, _channel.Sent.Count);

        await AfterAsync(TimeSpan.FromDays(13));
        await AfterAsync(TimeSpan.FromDays(6));
        Assert.Equal([30, 30, 7, 7, 1, 1], _town.State.Notices.All.Select(n => n.Is.Days));
        Assert.All(_town.State.Notices.All, n => Assert.NotNull(n.DeliveredAt));
        await AfterAsync(TimeSpan.FromDays(1));
        Assert.Equal(6, _channel.Sent.Count);
    }

    [Fact]
    public async Task A_restart_tells_nobody_twice()
    {
        Warranted(TimeSpan.FromDays(90));
        await AfterAsync(TimeSpan.FromDays(60));
        var folded = GovernanceTown.Fold(_town.Written);
        Assert.Equal(
            _town.State.Notices.All.Select(n => (n.Id, n.Attempts)),
            folded.Notices.All.Select(n => (n.Id, n.Attempts)));
        Assert.NotNull(folded.Notices.Find(
            WarrantEnds.Kind, _town.State.Warrants.Issued[0].Id.ToString(), 30, "sam"));
    }

    [Fact]
    public async Task A_notice_that_no_channel_took_is_tried_again_under_the_same_id()
    {
        Warranted(TimeSpan.FromDays(90));
        for (var person = 0; person < 2; person++)
            _channel.Next.Enqueue(new DeliveryOutcome.Failed("answered 503"));

        await AfterAsync(TimeSpan.FromDays(60));
        Assert.All(_town.State.Notices.All, n => Assert.Null(n.DeliveredAt));
        await TickAsync();
        Assert.Equal(2, _channel.Sent.Count);
        await AfterAsync(TimeSpan.FromMinutes(1));
        Assert.All(_town.State.Notices.All, n => Assert.NotNull(n.DeliveredAt));
        Assert.Equal(2, _channel.Sent.Select(s => s.Page.Page).Distinct().Count());
        Assert.Equal(4, _channel.Sent.Count);
    }

    [Fact]
    public async Task Without_a_channel_the_log_says_that_nobody_was_told()
    {
        Warranted(TimeSpan.FromDays(90));
        _town.Time.Advance(TimeSpan.FromDays(60));
        await Loop([]).TickAsync(CancellationToken.None);
        Assert.All(_town.State.Notices.All, n => Assert.Equal("none: no channel is set up", n.Said));
    }

    [Fact]
    public void A_warrant_that_was_followed_by_another_or_revoked_warns_nobody()
    {
        Warranted(TimeSpan.FromDays(20));
        _town.Time.Advance(TimeSpan.FromDays(14));
        Assert.Single(WarrantEnds.Due(_town.State, _town.Time.GetUtcNow()));
        _town.Give(_town.Revoke("dana", _town.State.Warrants.Live(Desk, _town.Time.GetUtcNow())!.Id));
        Assert.Empty(WarrantEnds.Due(_town.State, _town.Time.GetUtcNow()));
    }

    [Theory]
    [InlineData(90, 59, null)]
    [InlineData(90, 60, 30)]
    [InlineData(90, 84, 7)]
    [InlineData(90, 89, 1)]
    [InlineData(90, 90, null)]
    [InlineData(5, 1, null)]
    [InlineData(5, 4, 1)]
    [InlineData(1, 0, null)]
    public void A_step_counts_when_it_began_within_the_warrants_life(int lasts, int passed, int? step)
    {
        var from = _town.Time.GetUtcNow();
        Assert.Equal(step, NoticeSteps.At(WarrantEnds.Steps, from, from.AddDays(lasts), from.AddDays(passed)));
    }

    private IEnumerable<string> Told() => _channel.Sent.Select(s => s.To.Person);

    private void Warranted(TimeSpan lasts)
    {
        _town.Give(_town.Apply("kim"));
        _town.Give(GovernanceTown.Submit("kim"));
        _town.Give(_town.Approve("lea"));
        _town.Give(_town.Approve("dana"));
        _town.Give(_town.Warrant(alter: says => says with { NotAfter = says.NotBefore + lasts }));
    }

    private Task AfterAsync(TimeSpan time)
    {
        _town.Time.Advance(time);
        return TickAsync();
    }

    private Task TickAsync() => Loop([_channel]).TickAsync(CancellationToken.None);

    private NoticeLoop Loop(IReadOnlyList<IAlertChannel> channels) => new(
        [WarrantEnds.Due], _town.Log, person => new Contact(person, person, $"{person}@acme.example"), channels,
        new ResponseOptions { Console = new Uri("https://provost.acme.example:7401") }, _town.Time,
        NullLogger<NoticeLoop>.Instance);
}
