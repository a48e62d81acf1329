using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Provost.WebConsole.Adoptions;
using Provost.WebConsole.Approvals;
using Provost.WebConsole.Coverage;
using Provost.WebConsole.Custody;
using Provost.WebConsole.Decisions;
using Provost.WebConsole.Design;
using Provost.WebConsole.Exceptions;
using Provost.WebConsole.Findings;
using Provost.WebConsole.Found;
using Provost.WebConsole.Graph;
using Provost.WebConsole.Handovers;
using Provost.WebConsole.Incidents;
using Provost.WebConsole.Intake;
using Provost.WebConsole.Ledger;
using Provost.WebConsole.OnCall;
using Provost.WebConsole.Overview;
using Provost.WebConsole.People;
using Provost.WebConsole.Policies;
using Provost.WebConsole.Records;
using Provost.WebConsole.Reviews;
using Provost.WebConsole.SignIn;
using Provost.WebConsole.Systems;
using Provost.WebConsole.Vendors;

namespace Provost.WebConsole;

/// <summary>
/// The web console: Razor components rendered on the server, plain forms and links, a little script that improves them.
/// The host registers <see cref="ConsolePorts"/>.
/// </summary>
public static class ConsoleModule
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Adds static rendering and the protection of forms.</summary>
    public static IServiceCollection AddWebConsole(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "provost.form";
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.FormFieldName = ConsoleForm.TokenField;
        });
        services.AddScoped<FrameSource>();
        services.AddScoped<PersonNames>();
        return services;
    }

    /// <summary>Maps every page and asset of the console.</summary>
    public static IEndpointRouteBuilder MapWebConsole(this IEndpointRouteBuilder routes)
    {
        routes.MapConsoleAssets();
        var pages = routes.MapGroup("").ExcludeFromDescription();
        pages.AddEndpointFilter(async (call, next) =>
        {
            Protect(call.HttpContext.Response);
            return await next(call);
        });
        pages.MapSignIn();
        var inside = pages.MapGroup("");
        inside.AddEndpointFilter<SignedInOnly>();
        inside.MapOverview();
        inside.MapSystems();
        inside.MapOwners();
        inside.MapFindings();
        inside.MapIntake();
        inside.MapPolicies();
        inside.MapReviews();
        inside.MapOnCall();
        inside.MapApprovals();
        inside.MapExceptions();
        inside.MapAdoptions();
        inside.MapDecisions();
        inside.MapRecords();
        inside.MapCoverage();
        inside.MapIncidents();
        inside.MapVendors();
        inside.MapGraph();
        inside.MapFound();
        inside.MapLedger();
        inside.MapPeople();
        inside.MapAccount();
        inside.MapCustody();
        inside.MapFind();
        return routes;
    }

    private static void Protect(HttpResponse response)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }
}
