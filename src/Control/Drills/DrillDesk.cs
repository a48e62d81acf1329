using System.Buffers.Text;
using System.Security.Cryptography;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Incidents;
using Provost.Control.Registry;
using Provost.Control.Response;
using Provost.Control.Response.Channels;

namespace Provost.Control.Drills;

/// <summary>How a page leaves, given by the host once it listens.</summary>
/// <param name="Contact">A person's ways to be reached; null when the person is not active.</param>
/// <param name="Console">The console's address, for links.</param>
/// <param name="Timeout">A channel has so long to answer.</param>
public sealed record DrillWays(
    Func<string, Contact?> Contact, IReadOnlyList<IAlertChannel> Channels, Uri Console, TimeSpan Timeout);

/// <summary>A drill as lists show it.</summary>
/// <param name="Standing"><c>waiting</c>, <c>answered</c>, <c>not delivered</c> or <c>not answered</c>.</param>
public sealed record DrillView(
    Guid Id, PersonView Person, PersonView By, DateTimeOffset At, string Standing, DateTimeOffset? DeliveredAt,
    DateTimeOffset? AnsweredAt, string? Said);

/// <summary>Calls people as a drill, through the channels that real pages take: no incident, no order, nothing changes
/// but the proof of who was reached when.</summary>
public sealed class DrillDesk(
    GovernanceLog log, PeopleDirectory directory, Func<string, PersonView> person, TimeProvider time)
{
    private DrillWays? _ways;

    /// <summary>Where pages go out; before that every drill is not delivered.</summary>
    public void Use(DrillWays ways) => _ways = ways;

    /// <summary>Every drill, the newest first.</summary>
    public IReadOnlyList<DrillView> List()
    {
        var now = time.GetUtcNow();
        return [.. log.State.Drills.All.Reverse().Select(d => View(d, now))];
    }

    /// <summary>Who answers for systems or is on call, and when each was last reached.</summary>
    public IReadOnlyList<ReachLine> Reach() => ReachList.Of(log.State, person, time.GetUtcNow());

    /// <summary>Calls a person and says what the channels made of it.</summary>
    /// <param name="asks">Who wants it.</param>
    /// <param name="named">The person's mail address or id.</param>
    public async Task<Answer<DrillView>> PageAsync(Principal asks, string named, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(asks);
        ArgumentNullException.ThrowIfNull(named);
        if (!Permission.MayDrill(log.State, asks.Person))
            return DrillErrors.MayNot();

        var to = log.State.Roster.Live(named)?.Id
            ?? (named.Contains('@') ? (await directory.ByMailAsync(named, cancellationToken))?.Id : null);
        if (to is null)
            return DrillErrors.NobodyThere();

        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var body = new DrillBegun
        {
            Drill = Guid.CreateVersion7(time.GetUtcNow()),
            Person = to,
            Token = DrillState.HashOf(token),
        };
        if (await log.AppendAsync(GovernanceDraft.Of(asks.Actor, to, body), cancellationToken)
            is GovernanceOutcome.Refused refused)
        {
            return refused.Fault;
        }

        // It stands in the log: whoever asked may be gone, what became of it is written all the same.
        var tried = await SendAsync(body, token, asks.Person, CancellationToken.None);
        if (await log.AppendAsync(GovernanceDraft.Of(Actor.Self, to, tried), CancellationToken.None)
            is GovernanceOutcome.Refused no)
        {
            return no.Fault;
        }

        return View(log.State.Drills.ById[body.Drill], time.GetUtcNow());
    }

    /// <summary>Takes the answer of whoever holds the link; pressing twice is pressing once.</summary>
    public async Task<Answer<DrillView>> AnswerAsync(string token, CancellationToken cancellationToken)
    {
        if (log.State.Drills.Find(token) is not { } drill)
            return DrillErrors.Unknown();

        var body = new DrillAnswered { Drill = drill.Id, Token = token };
        return drill.AnsweredAt is null
            && await log.AppendAsync(
                GovernanceDraft.Of(Actor.Person(drill.Person), drill.Person, body), cancellationToken)
                is GovernanceOutcome.Refused refused
                ? refused.Fault
                : View(log.State.Drills.ById[drill.Id], time.GetUtcNow());
    }

    private async Task<DrillTried> SendAsync(
        DrillBegun begun, string token, string by, CancellationToken cancellationToken)
    {
        if (_ways is not { Channels.Count: > 0 } ways)
            return Tried(begun, "none", new DeliveryOutcome.Failed("no channel is set up"));

        if (ways.Contact(begun.Person) is not { } to)
            return Tried(begun, "none", new DeliveryOutcome.Failed("the person is not active"));

        var message = Message(begun, token, by, ways.Console);
        var outcomes = await Task.WhenAll(ways.Channels.Select(
            c => DeliverAsync(c, message, to, ways.Timeout, cancellationToken)));
        var (channel, outcome) = outcomes.FirstOrDefault(o => o.Outcome is DeliveryOutcome.Delivered, outcomes[^1]);
        return Tried(begun, channel, outcome);
    }

    private PageMessage Message(DrillBegun begun, string token, string by, Uri console) => new()
    {
        Page = begun.Drill,
        Purpose = PagePurpose.Drill,
        System = "",
        Environment = "",
        Role = "drill",
        Since = time.GetUtcNow(),
        Findings = [],
        Done = [],
        Notice = new NoticeWords(
            "DRILL: are you reached by pages?",
            [
                $"{directory.NameOf(by)} called this drill. Nothing is wrong and nothing was changed.",
                "Open the link and press the button: that is the proof that pages reach you.",
            ]),
        SystemLink = new Uri(console, "/oncall"),
        AcknowledgeLink = new Uri(console, $"/ack/drill/{token}"),
    };

    private async Task<(string Channel, DeliveryOutcome Outcome)> DeliverAsync(
        IAlertChannel channel, PageMessage message, Contact to, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(timeout, time);
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
            // A channel with a fault must not keep the others from calling; it shows as not delivered.
            return (channel.Id, new DeliveryOutcome.Failed($"fault ({fault.GetType().Name})"));
        }
    }

    private static DrillTried Tried(DrillBegun begun, string channel, DeliveryOutcome outcome) => new()
    {
        Drill = begun.Drill,
        Channel = channel,
        Delivered = outcome is DeliveryOutcome.Delivered,
        Said = outcome switch
        {
            DeliveryOutcome.Delivered delivered => delivered.Receipt,
            DeliveryOutcome.Failed failed => failed.Reason,
            _ => throw new System.Diagnostics.UnreachableException(),
        },
    };

    private DrillView View(Drill drill, DateTimeOffset now) => new(
        drill.Id, person(drill.Person), person(drill.By), drill.At, drill.Standing(now), drill.DeliveredAt,
        drill.AnsweredAt, drill.Said);
}
