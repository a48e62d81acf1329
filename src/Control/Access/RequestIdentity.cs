using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Provost.Control.Access.Passkeys;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Ledger.Spool;

namespace Provost.Control.Access;

/// <summary>Who a request comes from: a bearer token, or the console's session cookie.</summary>
public sealed class RequestIdentity(LoginDesk logins, Sessions sessions, SignInBook book)
{
    /// <summary>Name of the session's cookie.</summary>
    public const string Cookie = "provost_session";

    /// <summary>Bytes that may be sent by whoever has proved nothing yet.</summary>
    public const int MaxUnprovenBody = 64 << 10;

    private const string Prefix = "Bearer ";

    /// <summary>Null when the request proves nothing, and when it is a program's whose scope does not open the route
    /// that is called.</summary>
    public Principal? Of(HttpContext call)
    {
        if (call.Request.Headers.Authorization.ToString() is { Length: > 0 })
        {
            var asks = Bearer(call);
            return asks?.Program is { } program && !AutomationScope.Opens(program, call) ? null : asks;
        }

        return call.Request.Cookies.TryGetValue(Cookie, out var secret) && sessions.Find(secret) is { } signedIn
            ? new Principal(signedIn.Person.Id, ByCookie: true) { Credential = signedIn.Id }
            : null;
    }

    /// <summary>Why <see cref="Of"/> gave nobody.</summary>
    public GovernanceFault Refusal(HttpContext call) =>
        Bearer(call)?.Program is null ? LoginErrors.Unknown() : AutomationErrors.OutOfScope();

    /// <summary>Opens a session, records it, and only then sets its cookie.</summary>
    /// <param name="passkey">The passkey that proved it; the session ends with it. Null for another way in.</param>
    /// <returns>Why not; null: signed in.</returns>
    public async Task<GovernanceFault?> SignInAsync(
        HttpContext call, Person person, string way, CancellationToken cancellationToken,
        PasskeyEntry? passkey = null)
    {
        ArgumentNullException.ThrowIfNull(person);
        var (id, secret) = sessions.Open(person, passkey?.Key);
        GovernanceFault? fault;
        try
        {
            fault = await book.EnteredAsync(call, person.Id, way, Sessions.Kind, id, cancellationToken, passkey);
        }
        catch (SpoolUnavailableException unavailable)
        {
            fault = RegistryErrors.RecordUnavailable(unavailable.Message);
        }

        if (fault is not null)
        {
            sessions.Close(secret);
            return fault;
        }

        call.Response.Cookies.Append(Cookie, secret, Options(call));
        return null;
    }

    /// <summary>Ends the session and takes the cookie back; ends it also where that cannot be recorded.</summary>
    public async Task SignOutAsync(HttpContext call, CancellationToken cancellationToken)
    {
        call.Response.Cookies.Delete(Cookie, Options(call));
        if (!call.Request.Cookies.TryGetValue(Cookie, out var secret) || sessions.Find(secret) is not { } session)
            return;

        sessions.Close(secret);
        try
        {
            await book.LeftAsync(session.Person.Id, session.Id, cancellationToken);
        }
        catch (SpoolUnavailableException)
        {
            // To keep a session open because its end cannot be written would be the worse of the two.
        }
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

    /// <summary>Lets a request that proves nothing send no more than a form or a token needs.</summary>
    /// <returns>The refusal of what says that it is larger; what is larger without saying so is cut off.</returns>
    public static GovernanceFault? BoundBody(HttpContext call)
    {
        if (call.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxUnprovenBody;

        return call.Request.ContentLength > MaxUnprovenBody ? LoginErrors.TooLarge() : null;
    }

    private Principal? Bearer(HttpContext call)
    {
        var header = call.Request.Headers.Authorization.ToString();
        return header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            ? logins.Bearer(header[Prefix.Length..].Trim())
            : null;
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
