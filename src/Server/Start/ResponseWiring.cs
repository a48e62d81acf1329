using System.Text;
using Microsoft.Extensions.Logging;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Response;
using Provost.Control.Response.Channels;
using Provost.Control.Signals;
using Provost.Gateway.Routing;
using PointReport = Provost.Control.Response.PointReport;

namespace Provost.Server.Start;

/// <summary>Gives the response what it may see and do: the state, orders to the registry, the channels.</summary>
internal sealed class ResponseWiring(
    GovernanceLog log, OrderDesk orders, ReleaseShelf shelf, PeopleDirectory people, SignalEngine engine,
    TimeProvider time)
{
    /// <summary>The ports of the loop.</summary>
    public ResponsePorts Ports() => new()
    {
        Incidents = () => log.State.Incidents,
        AppendAsync = (said, cancellationToken) => IncidentJournal.AppendAsync(log, said, cancellationToken),
        Serving = (system, environment) => GovernedServing.Of(
            log.State, system, environment, digest => shelf.Find(system, digest)?.Release, time.GetUtcNow()),
        GiveOrderAsync = GiveAsync,
        ContactAsync = (person, _) => Task.FromResult(ContactOf(log, people, person)),
        HeldLatency = engine.HeldLatency,
        Verdict = key => engine.Read(time.GetUtcNow()).VerdictOf(key),
    };

    /// <summary>The configured channels, their secrets read; all of them go out through the egress resolver.</summary>
    public static IReadOnlyList<IAlertChannel> Channels(
        PlatformSettings settings, EgressResolver egress, TimeProvider time)
    {
        var wires = new ChannelWires(egress.CreateInvoker(TimeSpan.FromSeconds(5)), egress.ConnectAsync);
        return [.. settings.Channels.Values.Select(c => ChannelCatalog.Create(
            new ChannelSetup(
                c.Kind, c.Address, c.Secret is { } secret ? Encoding.UTF8.GetBytes(SecretReference.Read(secret)) : null,
                c.From, c.User),
            wires,
            time))];
    }

    /// <summary>A person's ways to be reached; null when the person is not active.</summary>
    public static Contact? ContactOf(GovernanceLog log, PeopleDirectory people, string person) =>
        log.State.Roster.Live(person) is null
        ? null
        : new Contact(person, people.NameOf(person), people.Find(person)?.Mail);

    private async Task<OrderReport> GiveAsync(OrderRequest request, CancellationToken cancellationToken)
    {
        var answer = await orders.GiveAsync(
            Actor.Response, new SystemKey(request.System, request.Environment), request.Kind, request.Release,
            request.Incident, request.Reason, cancellationToken);
        return answer.Fault is { } fault
            ? throw new InvalidOperationException(fault.Message)
            : new OrderReport(
                answer.Value.Order, [.. answer.Value.Points.Select(p => new PointReport(p.Point, p.Confirmed))]);
    }
}
