using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Incidents;
using Provost.WebConsole.Design;
using Provost.WebConsole.Systems;

namespace Provost.WebConsole.Incidents;

/// <summary>Routes under <c>/incidents</c>.</summary>
internal static class IncidentPages
{
    public static void MapIncidents(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/incidents", ListAsync);
        routes.MapGet("/incidents/{id:guid}", ShowAsync);
        routes.MapPost("/incidents/{id:guid}/acknowledge", AcknowledgeAsync).AddEndpointFilter<ConsoleForm>();
    }

    private static async Task<IResult> ListAsync(
        HttpContext call, ConsolePorts ports, FrameSource frames, CancellationToken cancellationToken)
    {
        var frame = await frames.MakeAsync(call, cancellationToken);
        var filter = IncidentFilter.From(call.Request.Query);
        IReadOnlyList<Incident> passed =
        [
            .. ports.Incidents().Incidents.Values.Where(filter.Takes)
                .OrderBy(i => i.IsOpen ? 0 : 1).ThenByDescending(i => i.OpenedAt),
        ];
        if (call.Request.Query["format"] == "csv")
        {
            return CsvList.Of(
                "incidents.csv", ["id", "system", "environment", "what", "opened", "recovered", "closed"],
                passed.Select(i => new[]
                {
                    i.Id.ToString(), i.System, i.Environment, IncidentWords.Title(i), Say.Iso(i.OpenedAt),
                    i.RecoveredAt is { } back ? Say.Iso(back) : null, i.ClosedAt is { } end ? Say.Iso(end) : null,
                }));
        }

        return new RazorComponentResult<IncidentListPage>(new { Frame = frame, Filter = filter, Passed = passed });
    }

    private static Task<IResult> ShowAsync(
        Guid id, HttpContext call, ConsolePorts ports, FrameSource frames, CancellationToken cancellationToken) =>
        ShowWithAsync(id, null, call, ports, frames, cancellationToken);

    private static async Task<IResult> AcknowledgeAsync(
        Guid id, HttpContext call, ConsolePorts ports, FrameSource frames, CancellationToken cancellationToken)
    {
        var fault = await ports.AcknowledgeAsync(id, SignedInOnly.PersonOf(call), cancellationToken);
        return fault is null
            ? TypedResults.LocalRedirect($"/incidents/{id}")
            : await ShowWithAsync(id, fault, call, ports, frames, cancellationToken);
    }

    private static async Task<IResult> ShowWithAsync(
        Guid id, GovernanceFault? fault, HttpContext call, ConsolePorts ports, FrameSource frames,
        CancellationToken cancellationToken)
    {
        var state = ports.Governance();
        if (!ports.Incidents().Incidents.TryGetValue(id, out var incident))
        {
            return TypedResults.Text(
                "There is no such incident. The list of incidents names all.",
                statusCode: StatusCodes.Status404NotFound);
        }

        var frame = await frames.MakeAsync(call, cancellationToken);
        var system = state.Registry.Find(incident.System, incident.Environment);
        var board = ports.Signals(frame.Now);
        return new RazorComponentResult<IncidentPage>(new
        {
            Frame = frame,
            Incident = incident,
            Fault = fault,
            Hook = system is null ? null : OnHook.Of(system, incident.IsOpen ? incident : null, state),
            Reading = incident.Breaches is [var first, ..]
                ? board.Readings.FirstOrDefault(r => r.Key.System == incident.System && r.Key.Release == first.Release
                    && r.Key.Environment == incident.Environment && r.Signal == first.Signal
                    && r.Feature == first.Feature)
                : null,
            Person = SignedInOnly.PersonOf(call),
            MayPause = system is not null && Permission.MayTighten(state, SignedInOnly.PersonOf(call), system),
        });
    }
}

/// <summary>Which incidents the list shows; null means any.</summary>
public sealed record IncidentFilter(string? System, string? State, int Page)
{
    /// <summary>Rows of one page.</summary>
    public const int Size = 50;

    /// <summary>States that can be asked for.</summary>
    public static IReadOnlyList<string> States { get; } = ["open", "closed"];

    public bool IsSet => System is not null || State is not null;

    /// <summary>Whether an incident passes.</summary>
    public bool Takes(Incident incident) =>
        (System is null || incident.System.Contains(System, StringComparison.OrdinalIgnoreCase))
        && (State is null || incident.IsOpen == (State == "open"));

    /// <summary>The address of a page of this list, or of its copy in a format.</summary>
    public string Address(int page, string? format = null) => Query.Address(
        "/incidents", ("system", System), ("state", State), ("page", page > 1 ? page.ToString() : null),
        ("format", format));

    internal static IncidentFilter From(IQueryCollection query) => new(
        Query.Text(query, "system"), Query.Text(query, "state"),
        Query.Page(query));
}
