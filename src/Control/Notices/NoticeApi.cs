using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Vendors;

namespace Provost.Control.Notices;

/// <summary>A notice in a list.</summary>
/// <param name="Said">What the last channel said; null before the first try.</param>
internal sealed record NoticeLine(
    Guid Id, string Kind, string About, int Days, string System, string Environment, PersonView Person, string Role,
    DateTimeOffset At, int Attempts, DateTimeOffset? DeliveredAt, string? Said);

/// <summary>Routes of notices.</summary>
internal static class NoticeApi
{
    private static readonly string[] Kinds = [AdoptionEnds.Kind, VendorShutdowns.Kind, WarrantEnds.Kind];

    public static void Map(RouteGroupBuilder api, ControlDesks desks) => api.MapGet(
        "/notices",
        (string? system, string? kind, [Microsoft.AspNetCore.Http.AsParameters] PageParameters page) =>
        {
            if (NamedPage.Unknown("kind", kind, Kinds) is { } unknown)
                return Problems.Answer<Listing<NoticeLine>>(unknown);

            var found = page.Of(
                [.. desks.Log.State.Notices.All],
                n => (system is null || n.Is.System == system) && (kind is null || n.Is.Kind == kind),
                n => n.Id);
            return Problems.Answer<Listing<NoticeLine>>(new Listing<NoticeLine>(
                [.. found.Items.Select(n => Line(desks, n))], found.Next));
        });

    private static NoticeLine Line(ControlDesks desks, Notice notice) => new(
        notice.Id, notice.Is.Kind, notice.Is.About, notice.Is.Days, notice.Is.System, notice.Is.Environment,
        desks.Systems.Person(notice.Is.Person), notice.Is.Role, notice.At, notice.Attempts, notice.DeliveredAt,
        notice.Said);
}
