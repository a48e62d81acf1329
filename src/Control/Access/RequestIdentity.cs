using Microsoft.AspNetCore.Http;
using Provost.Control.Governance;

namespace Provost.Control.Access;

/// <summary>Who a request comes from: a bearer token, or the console's session cookie.</summary>
public sealed class RequestIdentity(LoginDesk logins, Sessions sessions)
{
    /// <summary>Name of the session's cookie.</summary>
    public const string Cookie = "provost_session";

    private const string Bearer = "Bearer ";

    /// <summary>Null when the request proves nothing.</summary>
    public Principal? Of(HttpContext call)
    {
        if (call.Request.Headers.Authorization.ToString() is { Length: > 0 } header)
        {
            return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
                && logins.Bearer(header[Bearer.Length..].Trim()) is { } person
                ? new Principal(person.Id, ByCookie: false)
                : null;
        }

        return call.Request.Cookies.TryGetValue(Cookie, out var secret) && sessions.Find(secret) is { } signedIn
            ? new Principal(signedIn.Id, ByCookie: true)
            : null;
    }

    /// <summary>Opens a session and sets its cookie.</summary>
    public void SignIn(HttpContext call, Person person) => call.Response.Cookies.Append(
        Cookie, sessions.Open(person), Options(call));

    /// <summary>Ends the session and takes the cookie back.</summary>
    public void SignOut(HttpContext call)
    {
        if (call.Request.Cookies.TryGetValue(Cookie, out var secret))
            sessions.Close(secret);

        call.Response.Cookies.Delete(Cookie, Options(call));
    }

    /// <summary>
    /// Whether a changing request of a browser comes from this origin's own pages: Fetch Metadata where the browser
    /// sends it, the Origin header otherwise; neither is a no.
    /// </summary>
    public static bool IsSameOrigin(HttpContext call)
    {
        if (HttpMethods.IsGet(call.Request.Method) || HttpMethods.IsHead(call.Request.Method))
            return true;

        if (call.Request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site)
            return site == "same-origin";

        return Uri.TryCreate(call.Request.Headers.Origin.ToString(), UriKind.Absolute, out var origin)
            && origin.Authority == call.Request.Host.Value;
    }

    private static CookieOptions Options(HttpContext call) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        Path = "/",
        SameSite = SameSiteMode.Strict,
        Secure = call.Request.IsHttps,
    };
}
