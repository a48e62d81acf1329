using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access;
using Provost.Control.Drills;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.OnCall;

/// <summary>Whom the list shows.</summary>
/// <param name="Text">A part of the name, whatever its case; null means any.</param>
/// <param name="Unreached">Only those whom nobody has reached for 90 days.</param>
public sealed record OnCallFilter(string? Text, bool Unreached, int Page)
{
    /// <summary>Rows of one page.</summary>
    public const int Size = 50;

    /// <summary>Whether everybody passes.</summary>
    public bool IsEmpty => Text is null && !Unreached;

    /// <summary>The address of a page of this list, or of its copy in a format.</summary>
    public string Address(int page, string? format = null) => Query.Address(
        "/oncall", ("q", Text), ("unreached", Unreached ? "yes" : null),
        ("page", page > 1 ? page.ToString() : null), ("format", format));

    internal static OnCallFilter From(IQueryCollection query) =>
        new(Query.Text(query, "q"), query["unreached"] == "yes", Query.Page(query));

    internal bool Takes(ReachLine line) => (!Unreached || line.Unreached)
        && (Text is null || line.Person.Name.Contains(Text, StringComparison.OrdinalIgnoreCase));
}

/// <summary>The route <c>/oncall</c>: who is reached by pages, and the button that calls somebody as a drill.</summary>
internal static class OnCallPages
{
    public static void MapOnCall(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/oncall", (
            HttpContext call, ConsolePorts ports, FrameSource frames, PersonNames names, CancellationToken token) =>
            ShowAsync(null, null, call, ports, frames, names, token));
        routes.MapPost("/oncall/drill", DrillAsync).AddEndpointFilter<ConsoleForm>();
    }

    private static async Task<IResult> DrillAsync(
        HttpContext call, ConsolePorts ports, FrameSource frames, PersonNames names,
        CancellationToken cancellationToken)
    {
        var form = await call.Request.ReadFormAsync(cancellationToken);
        var answer = await ports.DrillAsync(
            SignedInOnly.PersonOf(call), form["person"].ToString(), cancellationToken);
        return answer.Fault is { } fault
            ? await ShowAsync(fault, null, call, ports, frames, names, cancellationToken)
            : await ShowAsync(null, answer.Value, call, ports, frames, names, cancellationToken);
    }

    private static async Task<IResult> ShowAsync(
        GovernanceFault? fault, DrillView? called, HttpContext call, ConsolePorts ports, FrameSource frames,
        PersonNames names, CancellationToken cancellationToken)
    {
        var frame = await frames.MakeAsync(call, cancellationToken);
        var (state, filter) = (ports.Governance(), OnCallFilter.From(call.Request.Query));
        var all = ReachList.Of(state, person => new PersonView(person, names.Of(person)), frame.Now);
        var passed = all.Where(filter.Takes).ToList();
        return call.Request.Query["format"] == "csv"
            ? CsvList.Of(
                "oncall.csv",
                ["person", "on_call", "offices", "reached", "last_drill", "drill_at", "unreached"],
                passed.Select(l => new[]
                {
                    l.Person.Name, l.OnCall ? "yes" : "no", string.Join("; ", l.Offices),
                    l.Reached is { } at ? Say.Iso(at) : null, l.Drill,
                    l.DrillAt is { } drill ? Say.Iso(drill) : null, l.Unreached ? "yes" : "no",
                }))
            : new RazorComponentResult<OnCallPage>(new
            {
                Frame = frame,
                Filter = filter,
                Passed = passed,
                All = all.Count,
                Unreached = all.Count(l => l.Unreached),
                MayDrill = Permission.MayDrill(state, SignedInOnly.PersonOf(call)),
                Fault = fault,
                Called = called,
            });
    }
}
