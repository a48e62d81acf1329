using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;

namespace Provost.Control.Vendors;

internal sealed record FeedBody(IReadOnlyList<NoticeOrder> Notices);

internal sealed record WithdrawBody(string Basis, JsonElement Envelope);

/// <summary>Routes of providers: everyone reads; notices and terms are kept by compliance and on-call.</summary>
internal static class VendorApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapGet("/vendors", (string? provider) => new Listing<VendorView>(
            [.. desks.VendorViews.List().Where(v => provider is null || v.Provider == provider)]));
        api.MapPost(
            "/vendors/{provider}/terms",
            async (string provider, TermsOrder body, HttpContext call, CancellationToken token) => Problems.Answer(
                await desks.Vendors.SetTermsAsync(ControlApi.Asks(call), provider, body, token)));
        api.MapGet(
            "/vendors/tasks",
            (string? provider, string? model, string? system, [AsParameters] NamedPage page) => Problems.Answer(page.Of(
                desks.VendorViews.Tasks(),
                t => (provider is null || t.Provider == provider) && (model is null || t.Model == model)
                    && (system is null || t.System == system),
                t => t.Id)));
        api.MapGet(
            "/vendors/seen", (string? system, bool? approved, [AsParameters] NamedPage page) => Problems.Answer(page.Of(
                desks.VendorViews.Seen(),
                s => (system is null || s.System == system) && (approved is null || s.Approved == approved),
                s => $"{s.Decision}")));
        MapNotices(api, desks);
    }

    private static void MapNotices(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapGet(
            "/vendors/notices", (string? provider, bool? inForce, [AsParameters] NamedPage page) => Problems.Answer(
                page.Of(
                    desks.VendorViews.Notices(),
                    n => (provider is null || n.Provider == provider) && (inForce is null || n.InForce == inForce),
                    n => $"{n.Id}")));
        api.MapPost("/vendors/notices", async (NoticeOrder body, HttpContext call, CancellationToken token) =>
            Problems.Answer(await desks.Vendors.AddAsync(ControlApi.Asks(call), [body], isFeed: false, token)));
        api.MapPost("/vendors/notices/feed", async (FeedBody body, HttpContext call, CancellationToken token) =>
            Problems.Answer(await desks.Vendors.AddAsync(ControlApi.Asks(call), body.Notices, isFeed: true, token)));
        api.MapGet("/vendors/notices/{id:guid}/withdrawal", (Guid id, string basis) =>
            Problems.Answer(desks.Vendors.ProposeWithdrawal(id, basis)));
        api.MapPost(
            "/vendors/notices/{id:guid}/withdrawal",
            async (Guid id, WithdrawBody body, HttpContext call, CancellationToken token) => Problems.Answer(
                await desks.Vendors.WithdrawAsync(ControlApi.Asks(call), id, body.Basis, body.Envelope, token)));
    }

}
