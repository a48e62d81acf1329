using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Provost.Control.Incidents;
using Provost.Control.Response.Channels;
using Provost.Control.Signals;

namespace Provost.Control.Response;

/// <summary>
/// Turns breaches into incidents and does what is due for each: engages what the release declared, calls people until
/// one answers, watches recovery and says so. All it remembers stands in the log, so it may be killed anywhere; what
/// was due is due again. Call <see cref="HandleAsync"/> for each signal event in order (again when it threw: a breach
/// that stands in the log already is not taken twice) and <see cref="TickAsync"/> once a second. Pages go out in the
/// tick, so that a channel that hangs keeps neither signals nor actions waiting.
/// </summary>
public sealed partial class ResponseLoop(
    ResponseOptions options, ResponsePorts ports, IReadOnlyList<IAlertChannel> channels, TimeProvider time,
    ILogger<ResponseLoop> logger) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Writes a signal event into its incident and engages at once what follows from it.</summary>
    public async Task HandleAsync(SignalEvent said, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var incident = said switch
            {
                SignalEvent.Breach breach => await NoteAsync(breach, cancellationToken),
                SignalEvent.Recovery recovery => await NoteAsync(recovery, cancellationToken),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
            if (incident is { } id && ServingOf(id) is { } serving)
            {
                await EngageDueAsync(id, serving, cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Does what is due now. An incident that cannot be served is logged and tried again next time.</summary>
    public async Task TickAsync(CancellationToken cancellationToken)
    {
        var pages = new List<OutgoingPage>();
        await _turn.WaitAsync(cancellationToken);
        try
        {
            foreach (var incident in ports.Incidents().Open.OrderBy(i => i.OpenedAt).ToList())
            {
                try
                {
                    await ServeAsync(incident.Id, pages, cancellationToken);
                }
                catch (Exception e) when (!cancellationToken.IsCancellationRequested)
                {
                    // One system's trouble must not silence the pages of the others.
                    LogIncidentNotServed(logger, e, incident.Id);
                }
            }
        }
        finally
        {
            _turn.Release();
        }

        await Task.WhenAll(pages.Select(p => SendOrSayAsync(p, cancellationToken)));
    }

    public void Dispose() => _turn.Dispose();

    private async Task<Guid?> NoteAsync(SignalEvent.Breach breach, CancellationToken cancellationToken)
    {
        var note = new BreachNote
        {
            Release = breach.Key.Release,
            Warrant = breach.Warrant,
            Signal = breach.Signal,
            Feature = breach.Feature,
            Value = Six(breach.Value),
            Limit = Six(breach.Limit),
            Rows = breach.Rows,
            Since = Micros(breach.Since),
            Found = Micros(breach.At),
            Evidence = breach.Evidence,
            LogEvidence = Six(breach.LogEvidence),
        };
        if (ports.Incidents().Knows(breach.Key.System, breach.Key.Environment, note))
        {
            return null;
        }

        var now = Now();
        var open = ports.Incidents().OpenOf(breach.Key.System, breach.Key.Environment);
        var id = open?.Id ?? Guid.CreateVersion7(now);
        IncidentEvent next = open is null
            ? new IncidentEvent.Opened
            {
                Id = Guid.CreateVersion7(now),
                Incident = id,
                At = now,
                System = breach.Key.System,
                Environment = breach.Key.Environment,
                Breach = note,
            }
            : new IncidentEvent.SignalJoined { Id = Guid.CreateVersion7(now), Incident = id, At = now, Breach = note };
        await ports.AppendAsync(next, cancellationToken);
        LogBreach(logger, breach.Signal, breach.Key.System, breach.Key.Environment, id);
        return id;
    }

    private async Task<Guid?> NoteAsync(SignalEvent.Recovery recovery, CancellationToken cancellationToken)
    {
        var key = recovery.Key;
        if (ports.Incidents().OpenOf(key.System, key.Environment) is not { } incident
            || incident.Recoveries.Exists(r => r.Release == key.Release && r.Signal == recovery.Signal
                && r.Feature == recovery.Feature && r.At >= recovery.At))
        {
            return null;
        }

        var now = Now();
        await ports.AppendAsync(
            new IncidentEvent.SignalRecovered
            {
                Id = Guid.CreateVersion7(now),
                Incident = incident.Id,
                At = now,
                Release = key.Release,
                Signal = recovery.Signal,
                Feature = recovery.Feature,
                Value = Six(recovery.Value),
                Limit = Six(recovery.Limit),
                Rows = recovery.Rows,
            },
            cancellationToken);
        return incident.Id;
    }

    /// <summary>Actions first: a page then says what was already done.</summary>
    private async Task ServeAsync(Guid id, List<OutgoingPage> pages, CancellationToken cancellationToken)
    {
        if (ServingOf(id) is not { } serving)
        {
            return;
        }

        await EngageDueAsync(id, serving, cancellationToken);
        foreach (var due in PagePlan.Due(ports.Incidents().Incidents[id], serving, options, Now()).ToList())
        {
            if (due is Duty.Call call)
            {
                pages.Add(await CallAsync(id, call, cancellationToken));
            }
            else
            {
                await ActAsync(id, due, cancellationToken);
            }
        }
    }

    /// <summary>One after the other, each from the state the last one left: giving up leads to the fallback.</summary>
    private async Task EngageDueAsync(Guid id, ServingView serving, CancellationToken cancellationToken)
    {
        while (ActionPlan.Due(ports.Incidents().Incidents[id], serving, options, ports, Now())
            .FirstOrDefault() is { } due)
        {
            await ActAsync(id, due, cancellationToken);
        }
    }

    private ServingView? ServingOf(Guid id)
    {
        var incident = ports.Incidents().Incidents[id];
        var serving = ports.Serving(incident.System, incident.Environment);
        if (serving is null)
        {
            LogSystemGone(logger, incident.System, incident.Environment, id);
        }

        return serving;
    }

    private Task ActAsync(Guid incident, Duty due, CancellationToken cancellationToken)
    {
        var now = Now();
        return due switch
        {
            Duty.Engage engage => EngageAsync(incident, engage, cancellationToken),
            Duty.Explain skip => ports.AppendAsync(
                Taken(incident, skip.Action, skip.OnRelease, skip.Reason, ActionOutcome.Skipped), cancellationToken),
            Duty.GiveUp up => ports.AppendAsync(
                new IncidentEvent.NotRecovered
                {
                    Id = Guid.CreateVersion7(now),
                    Incident = incident,
                    At = now,
                    Release = up.Release,
                },
                cancellationToken),
            Duty.Exhaust end => ports.AppendAsync(
                new IncidentEvent.Exhausted
                {
                    Id = Guid.CreateVersion7(now),
                    Incident = incident,
                    At = now,
                    Round = end.Round,
                },
                cancellationToken),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private async Task EngageAsync(Guid id, Duty.Engage engage, CancellationToken cancellationToken)
    {
        var incident = ports.Incidents().Incidents[id];
        IncidentEvent.ActionTaken taken;
        try
        {
            var report = await ports.GiveOrderAsync(
                new OrderRequest(
                    engage.Action, incident.System, incident.Environment, engage.Release, id, engage.Reason),
                cancellationToken);
            var unconfirmed = report.Points.Where(p => !p.Confirmed).Select(p => p.Point).ToList();
            var outcome = unconfirmed.Count > 0 || report.Points.Count == 0
                ? ActionOutcome.Unconfirmed
                : ActionOutcome.Confirmed;
            taken = Taken(id, engage.Action, engage.OnRelease, engage.Reason, outcome) with
            {
                Restored = engage.Release,
                Confirmed = [.. report.Points.Where(p => p.Confirmed).Select(p => p.Point)],
                Unconfirmed = unconfirmed,
                Order = report.Order,
            };
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The people who are paged next must read that the action did not engage, whatever stopped it.
            LogOrderFailed(logger, e, engage.Action, incident.System, id);
            var reason = $"{engage.Reason}; the order was not taken ({e.GetType().Name})";
            taken = Taken(id, engage.Action, engage.OnRelease, reason, ActionOutcome.Failed);
        }

        await ports.AppendAsync(taken, cancellationToken);
    }

    /// <summary>Writes the attempt down; the page itself leaves when the turn is over.</summary>
    private async Task<OutgoingPage> CallAsync(Guid id, Duty.Call call, CancellationToken cancellationToken)
    {
        var now = Now();
        var page = call.Page ?? Guid.CreateVersion7(now);
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        await ports.AppendAsync(
            new IncidentEvent.PageAttempted
            {
                Id = Guid.CreateVersion7(now),
                Incident = id,
                At = now,
                Page = page,
                Purpose = call.Purpose,
                Round = call.Round,
                Step = call.Step,
                Role = call.Target.Role,
                Person = call.Target.Person,
                Attempt = call.Attempt,
                TokenHash = HashOf(token),
            },
            cancellationToken);
        return new OutgoingPage(
            PageMessage.Of(ports.Incidents().Incidents[id], page, call, token, options.Console), id,
            call.Target.Person);
    }

    /// <summary>A page that cannot even be tried is due again: the log has its attempt and no delivery.</summary>
    private async Task SendOrSayAsync(OutgoingPage page, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(page, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogPageNotSent(logger, e, page.Message.Page, page.Incident);
        }
    }

    private async Task SendAsync(OutgoingPage page, CancellationToken cancellationToken)
    {
        var contact = await ports.ContactAsync(page.Person, cancellationToken);
        (string Channel, DeliveryOutcome Outcome)[] results = contact is null
            ? [("none", new DeliveryOutcome.Failed("the person is not active"))]
            : channels.Count == 0
                ? [("none", new DeliveryOutcome.Failed("no channel is set up"))]
                : await Task.WhenAll(channels.Select(c => DeliverAsync(c, page.Message, contact, cancellationToken)));
        foreach (var (channel, outcome) in results)
        {
            await ports.AppendAsync(
                Said(page.Incident, page.Message.Page, channel, outcome), cancellationToken);
        }
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
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // A channel with a fault must not keep the others from calling.
            LogChannelFault(logger, e, channel.Id, message.Page);
            return (channel.Id, new DeliveryOutcome.Failed($"fault ({e.GetType().Name})"));
        }
    }

    private IncidentEvent Said(Guid incident, Guid page, string channel, DeliveryOutcome outcome)
    {
        var now = Now();
        var id = Guid.CreateVersion7(now);
        return outcome switch
        {
            DeliveryOutcome.Delivered d => new IncidentEvent.PageDelivered
            {
                Id = id,
                Incident = incident,
                At = now,
                Page = page,
                Channel = channel,
                Receipt = d.Receipt,
            },
            DeliveryOutcome.Failed f => new IncidentEvent.PageFailed
            {
                Id = id,
                Incident = incident,
                At = now,
                Page = page,
                Channel = channel,
                Reason = f.Reason,
            },
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private IncidentEvent.ActionTaken Taken(
        Guid incident, string action, string onRelease, string reason, ActionOutcome outcome)
    {
        var now = Now();
        return new IncidentEvent.ActionTaken
        {
            Id = Guid.CreateVersion7(now),
            Incident = incident,
            At = now,
            Action = action,
            OnRelease = onRelease,
            Reason = reason,
            Outcome = outcome,
            Confirmed = [],
            Unconfirmed = [],
        };
    }

    private sealed record OutgoingPage(PageMessage Message, Guid Incident, string Person);

    /// <summary>SHA-256 of a token in hex, as events keep it.</summary>
    internal static string HashOf(string token) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private DateTimeOffset Now() => Micros(time.GetUtcNow());

    /// <summary>Records have six digits: what is compared with them has no more.</summary>
    private static DateTimeOffset Micros(DateTimeOffset time) =>
        time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));

    private static decimal Six(double value) => Math.Round((decimal)value, 6);
}
