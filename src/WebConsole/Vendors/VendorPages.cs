using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Registry;
using Provost.Control.Vendors;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.Vendors;

/// <summary>The route <c>/vendors</c>: whose models are used, what of it ends, and what is to be replaced before.
/// Notices and terms are kept at the command line.</summary>
internal static class VendorPages
{
    public static void MapVendors(this IEndpointRouteBuilder routes) => routes.MapGet("/vendors", ShowAsync);

    private static async Task<IResult> ShowAsync(
        HttpContext call, ConsolePorts ports, FrameSource frames, PersonNames names,
        CancellationToken cancellationToken)
    {
        var frame = await frames.MakeAsync(call, cancellationToken);
        var filter = VendorFilter.From(call.Request.Query);
        var state = ports.Governance();
        var views = new VendorViews(() => state, person => new PersonView(person, names.Of(person)), () => frame.Now);
        var lists = new VendorLists(
            filter, [.. views.List().Where(filter.Takes)], [.. views.Tasks().Where(filter.Takes)],
            [.. views.Notices().Where(filter.Takes)], [.. views.Seen().Where(filter.Takes)]);
        return call.Request.Query["format"] == "csv"
            ? Csv(lists)
            : new RazorComponentResult<VendorsPage>(new { Frame = frame, Lists = lists });
    }

    private static FileContentHttpResult Csv(VendorLists lists) => lists.Filter.Show switch
    {
        "notices" => CsvList.Of(
            "vendor-notices.csv",
            ["notice", "provider", "model", "shutdown", "replacement", "source", "by", "at", "withdrawn_at"],
            lists.Notices.Select(n => new[]
            {
                $"{n.Id}", n.Provider, n.Model, Say.Iso(n.Shutdown), n.Replacement, n.Source, n.By.Name, Say.Iso(n.At),
                n.WithdrawnAt is { } at ? Say.Iso(at) : null,
            })),
        "answered" => CsvList.Of(
            "vendor-answers.csv",
            [
                "system", "environment", "version", "release", "model", "fingerprint", "approved", "first_seen",
                "decision",
            ],
            lists.Seen.Select(s => new[]
            {
                s.System, s.Environment, s.Release.Version, s.Release.Digest, s.Model, s.Fingerprint,
                s.Approved ? "yes" : "no", Say.Iso(s.At), $"{s.Decision}",
            })),
        "providers" => CsvList.Of(
            "vendors.csv",
            ["provider", "models", "notice_days", "reapproval", "pays", "contact", "terms", "findings"],
            lists.Providers.Select(v => new[]
            {
                v.Provider, string.Join("; ", v.Models.Select(m => m.Model)), $"{v.Terms?.NoticeDays}",
                v.Terms is { } terms ? terms.Reapproval ? "yes" : "no" : null, v.Terms?.Pays, v.Terms?.Contact,
                v.Terms?.Source, string.Join("; ", v.Findings),
            })),
        _ => CsvList.Of(
            "vendor-tasks.csv",
            [
                "days_left", "shutdown", "provider", "model", "replacement", "system", "environment", "tier", "version",
                "release", "live", "owner", "cost_owner", "terms_pay", "source",
            ],
            lists.Tasks.Select(t => new[]
            {
                $"{t.DaysLeft}", Say.Iso(t.Shutdown), t.Provider, t.Model, t.Replacement, t.System, t.Environment,
                t.Tier, t.Release.Version, t.Release.Digest, t.Live ? "yes" : "no", t.Owner.Name, t.CostOwner.Name,
                t.Pays, t.Source,
            })),
    };
}

/// <summary>Which of the four lists is shown, and what of it.</summary>
/// <param name="Show"><c>tasks</c>, <c>providers</c>, <c>notices</c> or <c>answered</c>.</param>
/// <param name="Text">A part of a provider's, model's or system's name, whatever its case.</param>
public sealed record VendorFilter(string Show, string? Text, int Page)
{
    /// <summary>Rows of one page.</summary>
    public const int Size = 50;

    /// <summary>The lists, with their headings.</summary>
    public static IReadOnlyList<(string Show, string Heading)> Lists { get; } =
    [
        ("tasks", "To be replaced"), ("providers", "Providers"), ("notices", "Notices"), ("answered", "What answered"),
    ];

    /// <summary>The address of a page of a list, or of its copy in a format.</summary>
    public string Address(int page, string? format = null, string? show = null) => Query.Address(
        "/vendors", ("show", (show ?? Show) is "tasks" ? null : show ?? Show), ("q", Text),
        ("page", page > 1 ? page.ToString() : null), ("format", format));

    internal static VendorFilter From(IQueryCollection query) => new(
        Lists.Select(l => l.Show).FirstOrDefault(l => l == query["show"]) ?? "tasks", Query.Text(query, "q"),
        Query.Page(query));

    internal bool Takes(VendorView vendor) =>
        Takes(vendor.Provider, string.Join(' ', vendor.Models.Select(m => m.Model)));

    internal bool Takes(VendorTaskView task) => Takes(task.Provider, task.Model, task.System);

    internal bool Takes(VendorNoticeView notice) => Takes(notice.Provider, notice.Model);

    internal bool Takes(SeenModelView seen) => Takes(seen.System, seen.Model, seen.Fingerprint);

    private bool Takes(params ReadOnlySpan<string?> texts) =>
        Text is null || string.Join(' ', texts!).Contains(Text, StringComparison.OrdinalIgnoreCase);
}

/// <summary>All that passes the filter.</summary>
public sealed record VendorLists(
    VendorFilter Filter, IReadOnlyList<VendorView> Providers, IReadOnlyList<VendorTaskView> Tasks,
    IReadOnlyList<VendorNoticeView> Notices, IReadOnlyList<SeenModelView> Seen)
{
    /// <summary>Rows of the list that is shown.</summary>
    public int Count => Filter.Show switch
    {
        "providers" => Providers.Count,
        "notices" => Notices.Count,
        "answered" => Seen.Count,
        _ => Tasks.Count,
    };

    /// <summary>The rows of this page.</summary>
    public IEnumerable<T> Rows<T>(IReadOnlyList<T> of) => of.Skip((Filter.Page - 1) * VendorFilter.Size)
        .Take(VendorFilter.Size);
}
