using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Provost.Control.Access;
using Provost.Control.Access.Pipelines;
using Provost.Control.Adoptions;
using Provost.Control.Approvals;
using Provost.Control.Coverage;
using Provost.Control.Custody;
using Provost.Control.Custody.Processes;
using Provost.Control.Drills;
using Provost.Control.Envelopes;
using Provost.Control.Erasure;
using Provost.Control.Evaluations;
using Provost.Control.Exceptions;
using Provost.Control.Findings;
using Provost.Control.Gate;
using Provost.Control.Governance;
using Provost.Control.Graph;
using Provost.Control.Handovers;
using Provost.Control.Holds;
using Provost.Control.Import;
using Provost.Control.Intake;
using Provost.Control.Intake.Editions;
using Provost.Control.Notices;
using Provost.Control.Registry;
using Provost.Control.Retention;
using Provost.Control.Reveals;
using Provost.Control.Reviews;
using Provost.Control.Rollbacks;
using Provost.Control.Storage;
using Provost.Control.Vendors;
using Provost.Control.Why;
using Provost.Ledger.Spool;

namespace Provost.Control;

/// <summary>
/// The control API, JSON in camel case, lists as <c>{"items":[…],"next":null}</c>, refusals as problem+json.
/// <code>
/// POST   /api/setup                                          anonymous, loopback, first start
/// POST   /api/login, /api/invitations/accept                 anonymous
/// POST   /api/logout                  GET /api/whoami
/// GET    /api/people?asOf=            POST /api/people       POST /api/people/{id}/changes
/// GET    /api/people/changes          POST /api/people/changes/{id}/signatures
/// DELETE /api/people/changes/{id}     GET, POST /api/people/bootstrap
/// GET    /api/people/me/keys/statement?publicKey=            POST /api/people/me/keys
/// GET    /api/people/me/credentials?kind=                    DELETE /api/people/me/credentials/{id}
/// GET    /api/people/services?person=&system=            POST /api/people/services
/// DELETE /api/people/services/{id}    GET /api/people/sign-ins?person=&what=&after=&limit=
/// GET    /api/people/pipelines?system=                       POST /api/people/pipelines
/// DELETE /api/people/pipelines/{id}   POST /api/sessions/ci (anonymous: the issuer's token is the proof)
/// PUT    /api/blobs/{digest}
/// POST   /api/plan, /api/apply, /api/import, /api/intake
/// GET    /api/reviews?system=&overdue=&after=&limit=
/// POST   /api/systems/{name}/reviews/proposal, /api/systems/{name}/reviews
/// GET    /api/oncall?unreached=       GET /api/drills?person=&standing=       POST /api/drills
/// GET    /api/systems/{name}/record?environment=&version=
/// GET    /api/taxonomy?edition=      POST /api/taxonomy/plan, /api/taxonomy/proposal, /api/taxonomy
/// GET    /api/systems?asOf=&q=&kind=&unit=&tier=&environment=&state=&owner=&stale=&after=&limit=
/// GET    /api/systems/{name}?asOf=
/// GET    /api/owners?state=&system=&person=&asOf=&after=&limit=
/// POST   /api/systems/{name}/handover/proposal, …/handover   GET, POST /api/systems/{name}/acceptance
/// POST   /api/systems/{name}/rehearsals                      GET, POST /api/systems/{name}/retirement
/// GET    /api/findings?system=&code=&tier=&mine=&after=&limit=
/// POST   /api/systems/{name}/releases/{version}/submit
/// GET    /api/systems/{name}/releases/{version}/approval?environment=&digestFrom=&condition=&until=
/// POST   /api/systems/{name}/releases/{version}/approvals, …/rejections/proposal, …/rejections
/// GET    /api/approvals?system=&mine=&after=                 GET /api/rejections?system=&mine=&after=
/// GET    /api/differences/{digest}
/// GET    /api/gate/answers?system=&environment=&digest=&admitted=&after=&limit=
/// GET    /api/gate?digest=&environment=   POST /api/admission?environment=   GET /api/manifest.schema.json
/// GET    /api/warrants/{id}/revocation                       POST /api/warrants/{id}/revocation
/// POST   /api/systems/{name}/orders   GET, POST /api/systems/{name}/resume
/// GET    /api/keys                    POST /api/keys         DELETE /api/keys/{id}
/// GET    /api/decisions/{id}          POST /api/decisions/{id}/content
/// GET    /api/decisions/{id}/receipt  POST /api/decisions/{id}/explanation
/// POST   /api/systems/{name}/releases/{version}/tests        GET /api/tests?system=&version=, /api/tests/{id}
/// POST   /api/systems/{name}/rollback-rehearsals             GET /api/rollback-rehearsals?system=&environment=
/// GET    /api/systems/{name}/releases/{version}/variant?environment=
/// GET    /api/envelopes?system=&environment=&standing=&after=&limit=, …/{id}, …/{id}/variants
/// GET    /api/exceptions?system=&inForce=, …/{id}            POST /api/exceptions/proposal, /api/exceptions
/// GET    /api/exceptions/{id}/signature                      POST /api/exceptions/{id}/signature, …/{id}/end
/// GET    /api/adoptions?system=&inForce=, …/{id}             POST /api/adoptions/proposal, /api/adoptions
/// GET    /api/adoptions/{id}/signature                       POST /api/adoptions/{id}/signature, …/{id}/end
/// GET    /api/notices?system=&kind=
/// GET    /api/holds, /api/holds/{id}  POST /api/holds, /api/holds/{id}/release
/// GET    /api/holds/{id}/release      POST /api/holds/{id}/release/confirm
/// GET    /api/erasures                POST /api/erasures/proposal, /api/erasures
/// GET    /api/retention/plan, /api/retention/schedule, /api/retention/runs   POST /api/retention/runs
/// GET    /api/reveals, …/{id}         POST /api/reveals, /api/reveals/{id}/content
/// GET    /api/reveals/{id}/confirmation                      POST /api/reveals/{id}/confirmation
/// GET    /api/guardrails/coverage?system=&environment=&since=&until=&guardrail=&findings=&format=
/// GET    /api/answers/approval?of=
/// GET    /api/graph?node=&breaks=&kind=&q=&after=&limit=
/// GET    /api/vendors, /api/vendors/tasks, /api/vendors/seen, /api/vendors/notices
/// POST   /api/vendors/{provider}/terms, /api/vendors/notices, /api/vendors/notices/feed
/// GET    /api/vendors/notices/{id}/withdrawal?basis=         POST /api/vendors/notices/{id}/withdrawal
/// </code>
/// </summary>
public static class ControlApi
{
    /// <summary>Bodies are read strictly: a missing or null member is a bad request, not a fault here.</summary>
    public static IServiceCollection AddControlApi(this IServiceCollection services) =>
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.RespectNullableAnnotations = true;
            json.SerializerOptions.RespectRequiredConstructorParameters = true;
        });

    /// <summary>Maps the routes; the group may be added to, its routes then know who asks too.</summary>
    public static RouteGroupBuilder MapControlApi(this IEndpointRouteBuilder routes, ControlDesks desks)
    {
        var api = routes.MapGroup("/api");
        ((IEndpointConventionBuilder)api).Add(route => Explain(desks, route));
        ((IEndpointConventionBuilder)api).Finally(route => Guard(desks, route));
        api.AddEndpointFilter(async (call, next) => await AnswerAsync(call, next));
        AccessApi.Map(api, desks);
        PeopleApi.Map(api, desks);
        CredentialApi.Map(api, desks);
        PipelineApi.Map(api, desks);
        ClientKeyApi.Map(api, desks);
        RegistryApi.Map(api, desks);
        HandoverApi.Map(api, desks);
        RetireApi.Map(api, desks);
        ImportApi.Map(api, desks);
        IntakeApi.Map(api, desks);
        TaxonomyApi.Map(api, desks);
        ReviewApi.Map(api, desks);
        DrillApi.Map(api, desks);
        RecordApi.Map(api, desks);
        FindingApi.Map(api, desks);
        OrderApi.Map(api, desks);
        ApprovalApi.Map(api, desks);
        SeenDifferenceApi.Map(api, desks);
        RejectApi.Map(api, desks);
        RevokeApi.Map(api, desks);
        GateApi.Map(api, desks);
        WhyApi.Map(api, desks);
        RehearsalApi.Map(api, desks);
        RollbackRehearsalApi.Map(api, desks);
        EnvelopeApi.Map(api, desks);
        AnswerApi.Map(api, desks);
        ExceptionApi.Map(api, desks);
        AdoptionApi.Map(api, desks);
        NoticeApi.Map(api, desks);
        HoldApi.Map(api, desks);
        ErasureApi.Map(api, desks);
        RetentionApi.Map(api, desks);
        RevealApi.Map(api, desks);
        CoverageApi.Map(api, desks);
        VendorApi.Map(api, desks);
        GraphApi.Map(api, desks);
        return api;
    }

    /// <summary>Who asks; the guard has made sure that there is one.</summary>
    public static Principal Asks(HttpContext call) => call.Features.Get<Principal>()
        ?? throw new InvalidOperationException("The route is anonymous.");

    /// <summary>Lets a route be called by anyone.</summary>
    internal static RouteHandlerBuilder Anonymous(this RouteHandlerBuilder route) =>
        route.WithMetadata(AnonymousRoute.Instance);

    /// <summary>Puts the question who asks around the whole of a route. An endpoint filter would come too late: by then
    /// the body has been read.</summary>
    private static void Guard(ControlDesks desks, EndpointBuilder route)
    {
        var inner = route.RequestDelegate ?? throw new InvalidOperationException("The route does nothing.");
        var isAnonymous = route.Metadata.OfType<AnonymousRoute>().Any();
        route.RequestDelegate = call =>
        {
            call.Response.Headers.CacheControl = "no-store";
            return (isAnonymous ? RequestIdentity.BoundBody(call) : Refusal(desks, call)) is { } fault
                ? Problems.Of(fault).ExecuteAsync(call)
                : inner(call);
        };
    }

    private static GovernanceFault? Refusal(ControlDesks desks, HttpContext call)
    {
        if (desks.Identity.Of(call) is not { } principal)
            return desks.Identity.Refusal(call);

        if (principal.ByCookie && !RequestIdentity.IsSameOrigin(call))
            return LoginErrors.CrossOrigin();

        call.Features.Set(principal);
        return null;
    }

    /// <summary>A request that cannot be read never comes to the route: whoever is known is told what is wrong.
    /// </summary>
    private static void Explain(ControlDesks desks, EndpointBuilder route)
    {
        if (route.RequestDelegate is not { } read)
            return;

        route.RequestDelegate = async call =>
        {
            await read(call);
            if (call.Response is { StatusCode: StatusCodes.Status400BadRequest, HasStarted: false }
                && desks.Identity.Of(call) is not null)
            {
                await Problems.Of(UnreadRequest.Fault(call)).ExecuteAsync(call);
            }
        };
    }

    private static async ValueTask<object?> AnswerAsync(
        EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var call = invocation.HttpContext;
        try
        {
            return await next(invocation);
        }
        catch (DatabaseDownException)
        {
            return Problems.Of(RegistryErrors.DatabaseDown());
        }
        catch (VaultAwayException away) when (!call.Response.HasStarted)
        {
            return Problems.Of(CustodyErrors.VaultAway(away.Message));
        }
        catch (SpoolUnavailableException fault)
        {
            return Problems.Of(RegistryErrors.RecordUnavailable(fault.Message));
        }
    }

    private sealed class AnonymousRoute
    {
        public static readonly AnonymousRoute Instance = new();
    }
}

/// <summary>A list as the API gives it.</summary>
/// <param name="Next">Cursor of the next page, null on the last.</param>
public sealed record Listing<T>(IReadOnlyList<T> Items, string? Next = null);

/// <summary>Which page of a list that the fold holds, newest first.</summary>
/// <param name="After">The cursor that the page before ended with: the id of its last item.</param>
/// <param name="Limit">Items a page, 1 to 1000; null for 50.</param>
internal sealed record PageParameters(Guid? After = null, int? Limit = null)
{
    /// <summary>The page; empty when the cursor names nothing.</summary>
    /// <param name="oldestFirst">The whole list.</param>
    /// <param name="fits">The filter.</param>
    /// <param name="id">The id of an item.</param>
    public Listing<T> Of<T>(IReadOnlyCollection<T> oldestFirst, Func<T, bool> fits, Func<T, Guid> id)
    {
        var size = Math.Clamp(Limit ?? 50, 1, 1000);
        var left = oldestFirst.Reverse().Where(fits);
        if (After is { } after)
            left = left.SkipWhile(i => id(i) != after).Skip(1);

        var items = left.Take(size + 1).ToList();
        return items.Count <= size
            ? new Listing<T>(items)
            : new Listing<T>(items[..size], id(items[size - 1]).ToString());
    }
}
