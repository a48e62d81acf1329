using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Provost.Control.Access;

namespace Provost.WebConsole;

/// <summary>
/// Takes a form only from the console's own pages: the browser says where it comes from, and the form carries its
/// token.
/// </summary>
internal sealed class ConsoleForm(IAntiforgery antiforgery, ConsolePorts ports) : IEndpointFilter
{
    /// <summary>Name of the hidden field.</summary>
    public const string TokenField = "form-token";

    public async ValueTask<object?> InvokeAsync(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        var isTooLarge = ports.PersonOf(context.HttpContext) is null
            && RequestIdentity.BoundBody(context.HttpContext) is not null;
        return !isTooLarge && request.HasFormContentType && site is "" or "same-origin"
            && await antiforgery.IsRequestValidAsync(context.HttpContext)
            ? await next(context)
            : TypedResults.Text(
                "This form is not from a page of this console, or the page is older than the session. Nothing was done."
                + " Open the page again. (provost.console.form)",
                statusCode: StatusCodes.Status400BadRequest);
    }
}
