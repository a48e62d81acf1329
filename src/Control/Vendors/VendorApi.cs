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
            "/vendors/tasks", (string? provider, string? model, string? system, string? after, int? limit) => Page(
                desks.VendorViews.Tasks().Where(t => (provider is null || t.Provider == provider)
                    && (model is null || t.Model == model) && (system is null || t.System == system)),
                t => t.Id, after, limit));
        api.MapGet(
            "/vendors/seen", (string? system, bool? approved, string? after, int? limit) => Page(
                desks.VendorViews.Seen().Where(s => (system is null || s.System == system)
                    && (approved is null || s.Approved == approved)),
                s => $"{s.Decision}", after, limit));
        MapNotices(api, desks);
    }

    private static void MapNotices(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapGet(
            "/vendors/notices", (string? provider, bool? inForce, string? after, int? limit) => Page(
                desks.VendorViews.Notices().Where(n => (provider is null || n.Provider == provider)
                    && (inForce is null || n.InForce == inForce)),
                n => $"{n.Id}", after, limit));
        api.MapPost("/vendors/notices", async (NoticeOrder body, HttpContext call, CancellationToken token) =>
            Problems.Answer(await desks.Vendors.AddAsync(ControlApi.Asks(call), [body], token)));
        api.MapPost("/vendors/notices/feed", async (FeedBody body, HttpContext call, CancellationToken token) =>
            Problems.Answer(await desks.Vendors.AddAsync(ControlApi.Asks(call), body.Notices, token)));
        api.MapGet("/vendors/notices/{id:guid}/withdrawal", (Guid id, string basis) =>
            Problems.Answer(desks.Vendors.ProposeWithdrawal(id, basis)));
        api.MapPost(
            "/vendors/notices/{id:guid}/withdrawal",
            async (Guid id, WithdrawBody body, HttpContext call, CancellationToken token) => Problems.Answer(
                await desks.Vendors.WithdrawAsync(ControlApi.Asks(call), id, body.Basis, body.Envelope, token)));
    }

    /// <summary>One page; the cursor is the id of the last item of the page before.</summary>
    private static Listing<T> Page<T>(IEnumerable<T> all, Func<T, string> id, string? after, int? limit)
    {
        var size = Math.Clamp(limit ?? 50, 1, 1000);
        var left = after is null ? all : all.SkipWhile(i => id(i) != after).Skip(1);
        var items = left.Take(size + 1).ToList();
        return items.Count <= size
            ? new Listing<T>(items)
            : new Listing<T>(items[..size], id(items[size - 1]));
    }
}
