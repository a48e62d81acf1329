using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Coverage;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.WebConsole.Decisions;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.Coverage;

/// <summary>The route <c>/systems/{name}/guardrails</c>: which calls each guardrail looked at, for compliance and
/// owners.</summary>
public static class CoveragePages
{
    private const int PageSize = 50;

    /// <summary>Where the page of a system stands.</summary>
    public static string Address(SystemKey key) => Query.Address(
        $"/systems/{Uri.EscapeDataString(key.System)}/guardrails", ("environment", key.Environment));

    internal static void MapCoverage(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/systems/{name}/guardrails", ShowAsync);

    private static async Task<IResult> ShowAsync(
        string name, HttpContext call, ConsolePorts ports, FrameSource frames, CancellationToken cancellationToken)
    {
        var frame = await frames.MakeAsync(call, cancellationToken);
        var search = CoverageSearch.Read(name, call.Request.Query, frame.Now);
        var isCsv = call.Request.Query["format"] == "csv";
        var page = new GapPage(
            search.Value("guardrail"), search.Value("gaps") == "findings", isCsv ? null : search.After,
            isCsv ? int.MaxValue / 2 : PageSize);
        var answer = await ports.CoverageAsync(
            SignedInOnly.PersonOf(call), name, search.Value("environment"), search.From, search.To, page,
            cancellationToken);
        if (answer.Fault is { } fault)
        {
            return Refused(frame, fault);
        }

        return isCsv
            ? TypedResults.File(
                Encoding.UTF8.GetBytes(GapText.Csv(answer.Value)), "text/csv; charset=utf-8", "gaps.csv")
            : new RazorComponentResult<CoveragePage>(new { Frame = frame, Search = search, Shown = answer.Value });
    }

    private static RazorComponentResult<NotShownPage> Refused(Frame frame, GovernanceFault fault) => new(new
    {
        Frame = frame,
        Title = "Guardrails",
        Why = $"{fault.Message} {fault.Remedy} ({fault.Code})",
    })
    {
        StatusCode = Problems.StatusOf(fault.Kind),
    };
}

/// <summary>What the address asks for.</summary>
public sealed record CoverageSearch
{
    private static readonly string[] Names = ["environment", "from", "to", "guardrail", "gaps"];

    private string System { get; init; } = "";

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    /// <summary>Where the page of gaps before this one ended; null on the first.</summary>
    public string? After { get; init; }

    public required IReadOnlyDictionary<string, string> Typed { get; init; }

    /// <summary>What was typed, null when nothing.</summary>
    public string? Value(string name) => Typed.GetValueOrDefault(name);

    /// <summary>The address of a page of gaps.</summary>
    public string Address(string? after) => Address(("after", after));

    /// <summary>The address of all gaps as a file.</summary>
    public string Export => Address(("format", "csv"));

    /// <summary>An instant as a field of the form takes it.</summary>
    public static string Field(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);

    /// <summary>A day until now, where nothing is said or cannot be read.</summary>
    internal static CoverageSearch Read(string system, IQueryCollection query, DateTimeOffset now)
    {
        var typed = Names.Select(n => (Name: n, Value: Query.Text(query, n))).Where(t => t.Value is not null)
            .ToDictionary(t => t.Name, t => t.Value!);
        var to = Instant(typed.GetValueOrDefault("to")) ?? now;
        return new CoverageSearch
        {
            System = system,
            Typed = typed,
            After = Query.Text(query, "after"),
            From = Instant(typed.GetValueOrDefault("from")) ?? to.AddDays(-1),
            To = to,
        };
    }

    private string Address((string Name, string? Value) more) => Query.Address(
        $"/systems/{Uri.EscapeDataString(System)}/guardrails",
        Names.Select(n => (n, Value(n))).Append(more));

    private static DateTimeOffset? Instant(string? text) => DateTimeOffset.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
        out var at)
        ? at
        : null;
}
