using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.People;

/// <summary>The routes <c>/account</c> (one's own keys, tokens and sessions) and <c>/people/sign-ins</c>.</summary>
internal static class AccountPages
{
    public static void MapAccount(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/account", ShowAsync);
        routes.MapPost("/account/credentials/{id}/end", EndAsync).AddEndpointFilter<ConsoleForm>();
        routes.MapPost("/account/credentials/end", EndAllAsync).AddEndpointFilter<ConsoleForm>();
        routes.MapPost("/account/keys/{id}/end", RemoveKeyAsync).AddEndpointFilter<ConsoleForm>();
        routes.MapPost("/account/programs", MakeAsync).AddEndpointFilter<ConsoleForm>();
        routes.MapGet("/people/sign-ins", SignInsAsync);
    }

    private static async Task<IResult> ShowAsync(
        HttpContext call, ConsolePorts ports, FrameSource frames, CancellationToken cancellationToken)
    {
        var credentials = ports.Account.CredentialsOf(call);
        return call.Request.Query["format"] == "csv"
            ? CsvList.Of(
                "credentials.csv", ["id", "kind", "name", "verbs", "systems", "since", "expires", "seen"],
                credentials.Select(c => new[]
                {
                    c.Id, c.Kind, c.Name, string.Join(' ', c.Verbs), string.Join(' ', c.Systems), Say.Iso(c.Since),
                    Say.Iso(c.Expires), c.Seen is { } seen ? Say.Iso(seen) : "",
                }))
            : Page(await frames.MakeAsync(call, cancellationToken), call, ports);
    }

    private static async Task<IResult> EndAsync(
        string id, HttpContext call, ConsolePorts ports, FrameSource frames, CancellationToken cancellationToken) =>
        await DoneAsync(await ports.Account.EndAsync(call, id, cancellationToken), call, ports, frames);

    private static async Task<IResult> EndAllAsync(
        HttpContext call, ConsolePorts ports, FrameSource frames, CancellationToken cancellationToken) =>
        await DoneAsync(await ports.Account.EndAllAsync(call, cancellationToken), call, ports, frames);

    private static async Task<IResult> RemoveKeyAsync(
        string id, HttpContext call, ConsolePorts ports, FrameSource frames, CancellationToken cancellationToken) =>
        await DoneAsync(await ports.Account.RemoveKeyAsync(call, id, cancellationToken), call, ports, frames);

    private static async Task<IResult> DoneAsync(
        GovernanceFault? fault, HttpContext call, ConsolePorts ports, FrameSource frames) => fault is null
            ? TypedResults.LocalRedirect("/account")
            : Page(await frames.MakeAsync(call, call.RequestAborted), call, ports, fault);

    private static async Task<IResult> MakeAsync(
        HttpContext call, ConsolePorts ports, FrameSource frames, CancellationToken cancellationToken)
    {
        var form = await call.Request.ReadFormAsync(cancellationToken);
        var order = new ServiceTokenOrder(
            form["name"].ToString(),
            [.. form["verb"].OfType<string>()],
            form["systems"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries),
            int.TryParse(form["days"], out var days) ? days : 0);
        var made = await ports.Account.MakeAsync(call, order, cancellationToken);
        return Page(
            await frames.MakeAsync(call, cancellationToken), call, ports, made.Fault,
            made.Fault is null ? made.Value : null);
    }

    private static RazorComponentResult<AccountPage> Page(
        Frame frame, HttpContext call, ConsolePorts ports, GovernanceFault? fault = null,
        ServiceTokenShown? made = null)
    {
        var person = SignedInOnly.PersonOf(call);
        return new(new
        {
            Frame = frame,
            Person = ports.Governance().Roster.People[person],
            Waiting = ports.RosterChanges().Where(c => c.Person == person && c.Change == RosterChanged.KeyAdded)
                .ToList(),
            MakesPasskeys = ports.Passkeys.IsHere(call),
            ports.Passkeys.Origin.Allowed,
            Credentials = ports.Account.CredentialsOf(call),
            Fault = fault,
            Made = made,
        });
    }

    private static async Task<IResult> SignInsAsync(
        HttpContext call, ConsolePorts ports, FrameSource frames, PersonNames names,
        CancellationToken cancellationToken)
    {
        var view = SignInsView.Read(call, ports, names);
        return call.Request.Query["format"] == "csv"
            ? CsvList.Of(
                "sign-ins.csv", ["at", "what", "person", "way", "kind", "credential", "source", "code", "count"],
                view.Lines.Items.Select(l => new[]
                {
                    Say.Iso(l.At), l.What, l.Person, l.Way, l.Kind, l.Credential, l.Source, l.Code,
                    l.Count.ToString(),
                }))
            : new RazorComponentResult<SignInsPage>(new
            {
                Frame = await frames.MakeAsync(call, cancellationToken),
                View = view,
            });
    }
}

/// <summary>The list of sign-ins as the page shows it.</summary>
/// <param name="Text">A part of the person's name, or their id; null for everybody.</param>
/// <param name="What">The kind of line; null for all.</param>
/// <param name="All">Whether lines of others are shown too.</param>
public sealed record SignInsView(string? Text, string? What, bool All, bool IsFirst, Listing<SignInLine> Lines)
{
    private const int OnPage = 100;

    /// <summary>Rows of an export: the newest.</summary>
    private const int InExport = 1000;

    /// <summary>The address of the page after a line, or of its copy in a format.</summary>
    public string Address(string? after, string? format = null) => Query.Address(
        "/people/sign-ins", ("person", Text), ("what", What), ("after", after), ("format", format));

    internal static SignInsView Read(HttpContext call, ConsolePorts ports, PersonNames names)
    {
        var (query, state) = (call.Request.Query, ports.Governance());
        var (text, what) = (Query.Text(query, "person"), Query.Text(query, "what"));
        var person = text is null ? null : state.Roster.People.Keys.FirstOrDefault(p =>
            p == text || names.Of(p).Contains(text, StringComparison.OrdinalIgnoreCase)) ?? text;
        var after = Guid.TryParse(query["after"], out var id) ? id : (Guid?)null;
        return new SignInsView(
            text, what, Permission.MayReadRoster(state, SignedInOnly.PersonOf(call)), after is null,
            ports.Account.SignIns(
                call, new SignInFilter(person, what, after, query["format"] == "csv" ? InExport : OnPage)));
    }
}
