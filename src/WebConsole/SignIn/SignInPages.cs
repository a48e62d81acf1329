using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;
using Provost.WebConsole.Passkeys;

namespace Provost.WebConsole.SignIn;

/// <summary>Routes that need no session: the door, and how the first person gets a key to it.</summary>
internal static class SignInPages
{
    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/signin", Show).AllowAnonymous();
        routes.MapPost("/signin", EnterAsync).AddEndpointFilter<ConsoleForm>().AllowAnonymous();
        routes.MapPost("/signout", LeaveAsync).AddEndpointFilter<ConsoleForm>().AllowAnonymous();
        routes.MapGet("/setup", Setup).AllowAnonymous();
        routes.MapOpenId();
        routes.MapPasskeys();
    }

    private static IResult Show(string? to, HttpContext call, ConsolePorts ports, IAntiforgery antiforgery) =>
        ports.Governance().Roster.People.IsEmpty
            ? TypedResults.LocalRedirect("/setup")
            : Door(to, null, call, ports, antiforgery);

    private static async Task<IResult> EnterAsync(
        HttpContext call, ConsolePorts ports, IAntiforgery antiforgery, CancellationToken cancellationToken)
    {
        var form = await call.Request.ReadFormAsync(cancellationToken);
        var to = form["to"].ToString();
        var fault = await ports.SignInAsync(
            call, form["mail"].ToString().Trim(), form["password"].ToString(), cancellationToken);
        return fault is null ? TypedResults.LocalRedirect(Inside(to)) : Door(to, fault, call, ports, antiforgery);
    }

    private static async Task<RedirectHttpResult> LeaveAsync(
        HttpContext call, ConsolePorts ports, CancellationToken cancellationToken)
    {
        await ports.SignOutAsync(call, cancellationToken);
        return TypedResults.LocalRedirect("/signin");
    }

    private static RazorComponentResult<SetupPage> Setup(ConsolePorts ports) =>
        new(new { IsDone = !ports.Governance().Roster.People.IsEmpty });

    internal static RazorComponentResult<SignInPage> Door(
        string? to, GovernanceFault? fault, HttpContext call, ConsolePorts ports, IAntiforgery antiforgery) => new(new
        {
            Provider = ports.OpenId?.Name,
            HasPasskeys = ports.Passkeys.IsHere(call),
            To = Inside(to),
            Fault = fault,
            Token = antiforgery.GetAndStoreTokens(call).RequestToken ?? "",
        });

    /// <summary>Only a path of this console; anything else would make the door a way to other sites.</summary>
    internal static string Inside(string? to) =>
        to is ['/', ..] && !to.StartsWith("//", StringComparison.Ordinal) && !to.Contains('\\')
            && !to.Any(char.IsControl)
            ? to
            : "/";
}
