using Microsoft.Extensions.Logging;
using Provost.Control.Governance;
using Provost.Control.Response;
using Provost.Control.Response.Channels;

namespace Provost.Control.Notices;

/// <summary>
/// Tells people of dates that near, through the channels of the response: each step once to each person, again while no
/// channel took it and attempts are left. What was told stands in the log, so a restart tells nobody twice; who was
/// being told when the process died is told again under the same id. Call <see cref="TickAsync"/> once a minute.
/// </summary>
public sealed partial class NoticeLoop(
    IReadOnlyList<NoticeSource> sources, GovernanceLog log, Func<string, Contact?> contact,
    IReadOnlyList<IAlertChannel> channels, ResponseOptions options, TimeProvider time, ILogger<NoticeLoop> logger)
{
    /// <summary>Tells what is due now.</summary>
    public async Task TickAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var state = log.State;
        foreach (var due in sources.SelectMany(source => source(state, now)).ToList())
        {
            foreach (var (role, person) in due.To)
            {
                if (await BeginAsync(due, role, person, now, cancellationToken) is { } notice)
                    await SendAsync(due, notice, cancellationToken);
            }
        }
    }

    /// <summary>The notice to send now; null when it was told, or waits for its next attempt.</summary>
    private async Task<Notice?> BeginAsync(
        DueNotice due, string role, string person, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (log.State.Notices.Find(due.Kind, due.About, due.Days, person) is { } begun)
        {
            var isOpen = begun.DeliveredAt is null && begun.Attempts < options.MostAttempts;
            return isOpen && (begun.Attempts == 0 || now - begun.LastAttempt >= options.Wait(begun.Attempts))
                ? begun
                : null;
        }

        var body = new NoticeBegun
        {
            Notice = Guid.CreateVersion7(now),
            Kind = due.Kind,
            About = due.About,
            Days = due.Days,
            System = due.Key.System,
            Environment = due.Key.Environment,
            Person = person,
            Role = role,
        };
        await WriteAsync(GovernanceDraft.Of(Actor.Self, due.About, body), cancellationToken);
        return log.State.Notices.ById[body.Notice];
    }

    private async Task SendAsync(DueNotice due, Notice notice, CancellationToken cancellationToken)
    {
        var outcomes = contact(notice.Is.Person) is not { } to
            ? [("none", new DeliveryOutcome.Failed("the person is not active"))]
            : channels.Count == 0
                ? [("none", new DeliveryOutcome.Failed("no channel is set up"))]
                : await Task.WhenAll(channels.Select(c => DeliverAsync(
                    c, PageMessage.Of(due, notice, options.Console), to, cancellationToken)));
        // Each attempt is one entry: what delivered, or the last that did not.
        var (channel, outcome) = outcomes.FirstOrDefault(o => o.Item2 is DeliveryOutcome.Delivered, outcomes[^1]);
        var tried = new NoticeTried
        {
            Notice = notice.Id,
            Channel = channel,
            Delivered = outcome is DeliveryOutcome.Delivered,
            Said = outcome switch
            {
                DeliveryOutcome.Delivered delivered => delivered.Receipt,
                DeliveryOutcome.Failed failed => failed.Reason,
                _ => throw new System.Diagnostics.UnreachableException(),
            },
        };
        await WriteAsync(GovernanceDraft.Of(Actor.Self, notice.Is.About, tried), cancellationToken);
    }

    private async Task<(string, DeliveryOutcome)> DeliverAsync(
        IAlertChannel channel, PageMessage message, Contact to, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(options.ChannelTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return (channel.Id, await channel.SendAsync(message, to, either.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (channel.Id, new DeliveryOutcome.Failed("no answer in time"));
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            // a channel with a fault must not keep the others from telling
            LogChannelFault(fault, channel.Id, message.Page);
            return (channel.Id, new DeliveryOutcome.Failed($"fault ({fault.GetType().Name})"));
        }
    }

    private async Task WriteAsync(GovernanceDraft draft, CancellationToken cancellationToken)
    {
        if (await log.AppendAsync(draft, cancellationToken) is GovernanceOutcome.Refused refused)
            throw new InvalidOperationException(refused.Fault.Message);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Channel {Channel} failed with notice {Notice}")]
    private partial void LogChannelFault(Exception fault, string channel, Guid notice);
}
