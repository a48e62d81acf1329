using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access;
using Provost.Control.Decisions;
using Provost.Control.Evidence;
using Provost.Control.Governance;
using Provost.Control.Storage;
using Provost.Control.Why;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.Decisions;

/// <summary>Routes under <c>/decisions</c>, for compliance and a system's owners.</summary>
internal static class DecisionPages
{
    public static void MapDecisions(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/decisions", ListAsync);
        routes.MapGet("/decisions/{id:guid}", ShowAsync);
        routes.MapGet("/decisions/{id:guid}/receipt", ReceiptAsync);
        routes.MapPost("/decisions/{id:guid}/content", RevealAsync).AddEndpointFilter<ConsoleForm>();
        routes.MapPost("/decisions/{id:guid}/explanation", ExplainAsync).AddEndpointFilter<ConsoleForm>();
    }

    private static GovernanceFault Unsaid => new(FaultKind.Invalid, "provost.console.purpose",
        "Content is read for a stated purpose, of 3 to 200 characters.", "Name the case, nothing about a person.");

    private static async Task<IResult> ListAsync(
        HttpContext call, ConsolePorts ports, FrameSource frames, CancellationToken cancellationToken)
    {
        var frame = await frames.MakeAsync(call, cancellationToken);
        var readable = Permission.Readable(ports.Governance(), SignedInOnly.PersonOf(call));
        if (readable is [])
        {
            return Denied(frame, "Decisions are read by compliance and by the owners of a system.");
        }

        var search = DecisionSearch.From(call.Request.Query, readable, ports.Governance(), frame.Now);
        var names = readable ?? [.. ports.Governance().Registry.Systems.Keys.Select(k => k.System).Distinct().Order()];
        if (call.Request.Query["format"].ToString() is "csv" or "json" && search.Fault is null)
        {
            return await ExportAsync(search, call, frame, ports, cancellationToken);
        }

        if (call.Request.Query["format"] == "bundle" && search.Fault is null)
        {
            return await BundleAsync(search, call, frame, ports, cancellationToken);
        }

        try
        {
            return new RazorComponentResult<DecisionListPage>(new
            {
                Frame = frame,
                Search = search,
                Systems = names,
                MayChooseAll = readable is null,
                MayExport = Permission.MayExport(ports.Governance(), SignedInOnly.PersonOf(call)),
                Shown = search.Fault is null
                    ? await ports.Decisions.PageAsync(
                        search.Filter, search.After, DecisionSearch.Size, cancellationToken)
                    : new DecisionPage([], null),
                Groups = search is { Fault: null } && search.Value("by") is { } by
                    ? await ports.Decisions.GroupAsync(search.Filter, by, cancellationToken)
                    : null,
                Counts = search.Fault is null
                    ? await ports.Decisions.CountByOutcomeAsync(search.Filter, cancellationToken)
                    : new Dictionary<string, long>(),
            });
        }
        catch (DatabaseDownException)
        {
            return DatabaseDown(frame);
        }
    }

    private static async Task<IResult> ExportAsync(
        DecisionSearch search, HttpContext call, Frame frame, ConsolePorts ports, CancellationToken cancellationToken)
    {
        var person = SignedInOnly.PersonOf(call);
        if (!Permission.MayExport(ports.Governance(), person))
        {
            return Denied(frame, "Decisions are exported by the role compliance.");
        }

        try
        {
            if (await ports.RecordExportAsync(person, search.InWords, search.Filter, cancellationToken) is { } no)
            {
                return Denied(frame, $"{no.Message} {no.Remedy} ({no.Code})");
            }
        }
        catch (DatabaseDownException)
        {
            return DatabaseDown(frame);
        }

        var isCsv = call.Request.Query["format"] == "csv";
        return TypedResults.Stream(
            output => isCsv
                ? ports.Export.WriteCsvAsync(search.Filter, output, cancellationToken)
                : ports.Export.WriteJsonAsync(search.Filter, output, cancellationToken),
            isCsv ? "text/csv; charset=utf-8" : "application/json",
            isCsv ? "decisions.csv" : "decisions.json");
    }

    private static async Task<IResult> BundleAsync(
        DecisionSearch search, HttpContext call, Frame frame, ConsolePorts ports, CancellationToken cancellationToken)
    {
        try
        {
            var prepared = await ports.BundleAsync(
                SignedInOnly.PersonOf(call), search.Filter, search.Typed, cancellationToken);
            return prepared.Fault is { } no
                ? Denied(frame, $"{no.Message} {no.Remedy} ({no.Code})")
                : TypedResults.Stream(
                    output => prepared.Value.WriteAsync(output, cancellationToken),
                    PreparedBundle.MediaType, PreparedBundle.FileName);
        }
        catch (DatabaseDownException)
        {
            return DatabaseDown(frame);
        }
    }

    private static async Task<IResult> ReceiptAsync(
        Guid id, HttpContext call, ConsolePorts ports, FrameSource frames, CancellationToken cancellationToken)
    {
        try
        {
            var made = await ports.ReceiptAsync(SignedInOnly.PersonOf(call), id, cancellationToken);
            if (made.Fault is null)
            {
                call.Response.Headers.CacheControl = "no-store";
                return TypedResults.File(made.Value.Bytes, ReceiptDesk.MediaType, made.Value.FileName);
            }

            return made.Fault.Kind == FaultKind.NotFound
                ? Missing()
                : await ShowWithAsync(id, null, made.Fault, call, ports, frames, cancellationToken);
        }
        catch (DatabaseDownException)
        {
            return DatabaseDown(await frames.MakeAsync(call, cancellationToken));
        }
    }

    private static Task<IResult> ShowAsync(
        Guid id, HttpContext call, ConsolePorts ports, FrameSource frames, CancellationToken cancellationToken) =>
        ShowWithAsync(id, null, null, call, ports, frames, cancellationToken);

    private static async Task<IResult> RevealAsync(
        Guid id, HttpContext call, ConsolePorts ports, FrameSource frames, CancellationToken cancellationToken)
    {
        if (await PurposeAsync(call, cancellationToken) is not { } purpose)
        {
            return await ShowWithAsync(id, null, Unsaid, call, ports, frames, cancellationToken);
        }

        var person = SignedInOnly.PersonOf(call);
        try
        {
            var row = await ports.Decisions.FindByIdAsync(id, cancellationToken);
            if (row is null || !Permission.MayReadDecisions(ports.Governance(), person, row.System))
            {
                return Missing();
            }
        }
        catch (DatabaseDownException)
        {
            return DatabaseDown(await frames.MakeAsync(call, cancellationToken));
        }

        var content = await ports.ReadContentAsync(id, purpose, person, cancellationToken);
        return content.Fault is { } no
            ? await ShowWithAsync(id, null, no, call, ports, frames, cancellationToken)
            : await ShowWithAsync(id, content.Value, null, call, ports, frames, cancellationToken);
    }

    private static async Task<IResult> ExplainAsync(
        Guid id, HttpContext call, ConsolePorts ports, FrameSource frames, CancellationToken cancellationToken)
    {
        if (await PurposeAsync(call, cancellationToken) is not { } purpose)
        {
            return await ShowWithAsync(id, null, Unsaid, call, ports, frames, cancellationToken);
        }

        var told = await ports.ExplainAsync(id, purpose, SignedInOnly.PersonOf(call), cancellationToken);
        return told.Fault is { } no
            ? await ShowWithAsync(id, null, no, call, ports, frames, cancellationToken)
            : await ShowWithAsync(id, null, null, call, ports, frames, cancellationToken, told.Value);
    }

    /// <summary>What the form says the content is opened for; null where it says nothing that will do.</summary>
    private static async Task<string?> PurposeAsync(HttpContext call, CancellationToken cancellationToken)
    {
        var form = await call.Request.ReadFormAsync(cancellationToken);
        var purpose = form["purpose"].ToString().Trim();
        return purpose.Length is < 3 or > 200 ? null : purpose;
    }

    private static async Task<IResult> ShowWithAsync(
        Guid id, DecisionContent? content, GovernanceFault? fault, HttpContext call, ConsolePorts ports,
        FrameSource frames, CancellationToken cancellationToken, Explanation? explained = null)
    {
        var frame = await frames.MakeAsync(call, cancellationToken);
        DecisionRow? row;
        try
        {
            row = await ports.Decisions.FindByIdAsync(id, cancellationToken);
        }
        catch (DatabaseDownException)
        {
            return DatabaseDown(frame);
        }

        // the same answer for one that is not there and one that is not theirs
        var person = SignedInOnly.PersonOf(call);
        if (row is null || !Permission.MayReadDecisions(ports.Governance(), person, row.System))
        {
            return Missing();
        }

        WhyView why;
        try
        {
            why = await WhyView.ReadAsync(row, person, ports, frame.Now, cancellationToken);
        }
        catch (DatabaseDownException)
        {
            return DatabaseDown(frame);
        }

        return new RazorComponentResult<DecisionPageView>(new
        {
            Frame = frame,
            Why = why,
            Content = content,
            Explained = explained,
            MayReveal = Permission.MayReveal(ports.Governance(), person),
            Fault = fault,
        });
    }

    private static RazorComponentResult<NotShownPage> Denied(Frame frame, string why) => new(new
    {
        Frame = frame,
        Title = "Decisions",
        Why = why,
    })
    {
        StatusCode = StatusCodes.Status403Forbidden,
    };

    private static RazorComponentResult<NotShownPage> DatabaseDown(Frame frame) => new(new
    {
        Frame = frame,
        Title = "Decisions",
        Why = "The index of decisions cannot be read. Serving and recording go on and nothing is lost; the list "
            + "returns with the database. (provost.database_down)",
    })
    {
        StatusCode = StatusCodes.Status503ServiceUnavailable,
    };

    private static IResult Missing() => TypedResults.Text(
        "There is no such decision, or it is not yours to read.", statusCode: StatusCodes.Status404NotFound);
}
