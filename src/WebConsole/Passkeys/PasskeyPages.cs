using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access.Passkeys;
using Provost.WebConsole.SignIn;

namespace Provost.WebConsole.Passkeys;

/// <summary>The route <c>/signin/passkey</c>: its answer to a script is a challenge, to a form a session.</summary>
internal static class PasskeyPages
{
    private const string Path = "/signin/passkey";

    public static void MapPasskeys(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, (ConsolePorts ports) => TypedResults.Json(
            new Dictionary<string, string> { ["challenge"] = ports.Passkeys.Begin() })).AllowAnonymous();
        routes.MapPost(Path, EnterAsync).AddEndpointFilter<ConsoleForm>().AllowAnonymous();
    }

    private static async Task<IResult> EnterAsync(
        HttpContext call, ConsolePorts ports, IAntiforgery antiforgery, CancellationToken cancellationToken)
    {
        var form = await call.Request.ReadFormAsync(cancellationToken);
        var proof = new PasskeyProof(
            form["challenge"].ToString(), form["credential"].ToString(), form["authenticatorData"].ToString(),
            form["clientData"].ToString(), form["signature"].ToString(), form["userHandle"].ToString());
        var to = form["to"].ToString();
        var fault = await ports.Passkeys.EnterAsync(call, proof, cancellationToken);
        return fault is null
            ? TypedResults.LocalRedirect(SignInPages.Inside(to))
            : SignInPages.Door(to, fault, call, ports, antiforgery);
    }
}
