using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Reviews;
using Provost.Control.Signals;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.Systems;

/// <summary>Routes under <c>/systems</c>.</summary>
internal static class SystemPages
{
    public static void MapSystems(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/systems", ListAsync);
        routes.MapGet("/systems/{name}", ShowAsync);
        routes.MapPost("/systems/{name}/pause", PauseAsync).AddEndpointFilter<ConsoleForm>();
        routes.MapGet("/systems/{name}/releases/{version}", ReleaseAsync);
        routes.MapPost("/systems/{name}/releases/{version}/rollback-rehearsal", RehearseAsync)
            .AddEndpointFilter<ConsoleForm>();
    }

    private static async Task<IResult> ListAsync(
        HttpContext call, ConsolePorts ports, FrameSource frames, PersonNames names,
        CancellationToken cancellationToken)
    {
        var frame = await frames.MakeAsync(call, cancellationToken);
        var filter = SystemFilter.From(call.Request.Query);
        var from = ports.LookFrom(filter.AsOf, frame.Now);
        if (from.Fault is { } fault)
        {
            return Unreadable(fault);
        }

        var (state, at, isPast) = from.Value;
        var all = SystemSummary.All(
            state, isPast ? new SignalBoard(at, []) : ports.Signals(at), isPast ? state.Incidents : ports.Incidents());
        return call.Request.Query["format"] == "csv"
            ? Export(all.Where(filter.Takes), names)
            : new RazorComponentResult<SystemListPage>(new
            {
                Frame = frame,
                Filter = filter,
                All = all,
                Past = isPast ? at : (DateTimeOffset?)null,
            });
    }

    private static FileContentHttpResult Export(IEnumerable<SystemSummary> systems, PersonNames names) => CsvList.Of(
        "systems.csv",
        [
            "system", "environment", "kind", "tier", "unit", "state", "version", "business_owner", "technical_owner",
            "last_review", "warrant", "warrant_ends",
        ],
        systems.Select(s => new[]
        {
            s.System.Key.System, s.System.Key.Environment, s.System.Kind, s.System.Tier, s.System.Unit,
            s.Status.ToString().ToLowerInvariant(), s.Release?.Version, names.Of(s.System.Owners.Business),
            names.Of(s.System.Owners.Technical), s.LastReview is { } at ? Say.Iso(at) : null, s.Live?.Id.ToString(),
            s.Live is { } live ? Say.Iso(live.Says.NotAfter) : null,
        }));

    private static async Task<IResult> ShowAsync(
        string name, string? environment, HttpContext call, ConsolePorts ports, FrameSource frames,
        CancellationToken cancellationToken) =>
        await ShowWithAsync(name, environment, null, null, call, ports, frames, cancellationToken);

    private static async Task<IResult> PauseAsync(
        string name, string? environment, HttpContext call, ConsolePorts ports, FrameSource frames,
        CancellationToken cancellationToken)
    {
        var form = await call.Request.ReadFormAsync(cancellationToken);
        var reason = form["reason"].ToString().Trim();
        if (Find(name, environment, ports.Governance()) is not { } key)
        {
            return Missing();
        }

        if (reason.Length is 0 or > 500)
        {
            var fault = new GovernanceFault(FaultKind.Invalid, "provost.console.reason",
                "A pause needs its reason, in at most 500 characters.", "Say why; it stands in the log.");
            return await ShowWithAsync(name, environment, null, fault, call, ports, frames, cancellationToken);
        }

        // a pause once begun is finished: a closed browser must not leave it half told
        var done = await ports.PauseAsync(key, reason, SignedInOnly.PersonOf(call), CancellationToken.None);
        return done.Fault is { } no
            ? await ShowWithAsync(name, environment, null, no, call, ports, frames, cancellationToken)
            : await ShowWithAsync(name, environment, done.Value, null, call, ports, frames, cancellationToken);
    }

    private static async Task<IResult> ShowWithAsync(
        string name, string? environment, PauseReport? paused, GovernanceFault? fault, HttpContext call,
        ConsolePorts ports, FrameSource frames, CancellationToken cancellationToken)
    {
        var frame = await frames.MakeAsync(call, cancellationToken);
        var from = ports.LookFrom(Query.Text(call.Request.Query, "asOf"), frame.Now);
        if (from.Fault is { } unreadable)
        {
            return Unreadable(unreadable);
        }

        var (state, at, isPast) = from.Value;
        if (Find(name, environment, state) is not { } key)
        {
            return Missing();
        }

        var person = SignedInOnly.PersonOf(call);
        var view = isPast
            ? SystemView.Of(key, state, new SignalBoard(at, []), state.Incidents, person)
            : SystemView.Of(key, state, ports.Signals(at), ports.Incidents(), person);
        return view is null
            ? Missing()
            : new RazorComponentResult<SystemPage>(new
            {
                Frame = frame,
                View = view with
                {
                    Verified = ports.VerifiedAt(view.Summary.System),
                    Runbook = RecordDesk.RunbookOf(
                        await ports.ReadBlobAsync(view.Summary.System.Terms, cancellationToken)),
                    ReviewDue = ReviewState.DueAt(state, view.Summary.System, at),
                },
                Past = isPast ? at : (DateTimeOffset?)null,
                Paused = paused,
                Fault = fault,
            });
    }

    private static Task<IResult> ReleaseAsync(
        string name, string version, string? environment, HttpContext call, ConsolePorts ports, FrameSource frames,
        CancellationToken cancellationToken) =>
        ShowReleaseAsync(name, version, environment, null, call, ports, frames, cancellationToken);

    private static async Task<IResult> RehearseAsync(
        string name, string version, string? environment, HttpContext call, ConsolePorts ports, FrameSource frames,
        CancellationToken cancellationToken)
    {
        if (Find(name, environment, ports.Governance()) is not { } key)
        {
            return Missing();
        }

        return await ports.RehearseRollbackAsync(key, version, SignedInOnly.PersonOf(call)) is { } fault
            ? await ShowReleaseAsync(name, version, environment, fault, call, ports, frames, cancellationToken)
            : TypedResults.LocalRedirect($"{SystemSummary.ReleaseAddress(key, version)}#way-back");
    }

    private static async Task<IResult> ShowReleaseAsync(
        string name, string version, string? environment, GovernanceFault? fault, HttpContext call,
        ConsolePorts ports, FrameSource frames, CancellationToken cancellationToken)
    {
        var state = ports.Governance();
        var frame = await frames.MakeAsync(call, cancellationToken);
        var view = Find(name, environment, state) is { } key
            ? await ReleaseView.ReadAsync(
                key, version, SignedInOnly.PersonOf(call), ports, frame.Now, cancellationToken)
            : null;
        return view is null ? Missing() : new RazorComponentResult<ReleasePage>(new
        {
            Frame = frame,
            View = view,
            Fault = fault,
        });
    }

    private static IResult Unreadable(GovernanceFault fault) => TypedResults.Text(
        $"{fault.Message} {fault.Remedy}", statusCode: StatusCodes.Status400BadRequest);

    private static IResult Missing() => TypedResults.Text(
        "There is no such system or release. The list of systems names all.",
        statusCode: StatusCodes.Status404NotFound);

    /// <summary>The asked environment; without one production, or the only one there is.</summary>
    private static SystemKey? Find(string name, string? environment, GovernanceState state)
    {
        var everywhere = state.Registry.Everywhere(name).ToList();
        return (everywhere.Find(s => s.Key.Environment == (environment ?? "production"))
            ?? (environment is null ? everywhere.FirstOrDefault() : null))?.Key;
    }
}
