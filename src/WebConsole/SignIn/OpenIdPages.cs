using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;

namespace Provost.WebConsole.SignIn;

/// <summary>The route <c>/signin/oidc</c>: without a state it begins, with one it is the provider's answer.</summary>
internal static class OpenIdPages
{
    private const string Cookie = "provost_openid";
    private const string Path = "/signin/oidc";

    public static void MapOpenId(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Path, ComeAsync).AllowAnonymous();

    private static async Task<IResult> ComeAsync(
        HttpContext call, string? to, string? state, string? code, string? error, ConsolePorts ports,
        IAntiforgery antiforgery, CancellationToken cancellationToken)
    {
        if (ports.OpenId is not { } provider)
            return TypedResults.NotFound();

        if (state is null && error is null)
        {
            var redirect = new Uri($"{call.Request.Scheme}://{call.Request.Host}{Path}");
            var begun = provider.Begin(SignInPages.Inside(to), redirect);
            call.Response.Cookies.Append(Cookie, begun.Secret, Options(call));
            return TypedResults.Redirect(begun.Address.ToString());
        }

        call.Response.Cookies.Delete(Cookie, Options(call));
        var secret = call.Request.Cookies[Cookie];
        var arrived = await provider.FinishAsync(
            call, state, error is null ? code : null, secret, cancellationToken);
        return arrived.Fault is { } fault
            ? SignInPages.Door(null, fault, call, ports, antiforgery)
            : new RazorComponentResult<ArrivedPage>(new { To = arrived.Value });
    }

    /// <summary>Lax: the provider's answer is a visit from another site, and needs this cookie alone.</summary>
    private static CookieOptions Options(HttpContext call) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        MaxAge = TimeSpan.FromMinutes(10),
        Path = Path,
        SameSite = SameSiteMode.Lax,
        Secure = call.Request.IsHttps,
    };
}
