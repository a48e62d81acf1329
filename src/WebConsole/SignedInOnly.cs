using Microsoft.AspNetCore.Http;
using Provost.Control.Access;

namespace Provost.WebConsole;

/// <summary>
/// Lets only active persons past: others are sent to sign in and come back after it. What the person may see is asked
/// page by page.
/// </summary>
internal sealed class SignedInOnly(ConsolePorts ports) : IEndpointFilter
{
    private static readonly object Key = new();

    /// <summary>The id of the person whose page this is; asking outside the filter is a bug.</summary>
    public static string PersonOf(HttpContext call) => (string)call.Items[Key]!;

    public async ValueTask<object?> InvokeAsync(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var call = context.HttpContext;
        var person = ports.PersonOf(call);
        if (person is null || !Permission.MayReadEstate(ports.Governance(), person))
        {
            var back = HttpMethods.IsGet(call.Request.Method) ? call.Request.Path + call.Request.QueryString : "/";
            var door = "/signin?to=" + Uri.EscapeDataString(back);
            if (!call.Request.Headers.ContainsKey("HX-Request"))
            {
                return TypedResults.LocalRedirect(door);
            }

            call.Response.Headers["HX-Redirect"] = door; // a section's refresh must not put the door inside the page
            return TypedResults.NoContent();
        }

        call.Items[Key] = person;
        return await next(context);
    }
}
