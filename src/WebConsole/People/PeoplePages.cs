using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access;
using Provost.WebConsole.Decisions;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.People;

/// <summary>The route <c>/people</c>: read here, changed at the command line, where the keys are.</summary>
internal static class PeoplePages
{
    public static void MapPeople(this IEndpointRouteBuilder routes) => routes.MapGet("/people", ShowAsync);

    private static async Task<IResult> ShowAsync(
        HttpContext call, ConsolePorts ports, FrameSource frames, PersonNames names,
        CancellationToken cancellationToken)
    {
        var frame = await frames.MakeAsync(call, cancellationToken);
        if (!Permission.MayReadRoster(ports.Governance(), SignedInOnly.PersonOf(call)))
        {
            return new RazorComponentResult<NotShownPage>(new
            {
                Frame = frame,
                Title = "People",
                Here = Place.People,
                Why = "The roster is shown to approvers, compliance, platform administrators and auditors. Who owns "
                    + "a system, and who is paged, stands on the system's page.",
            })
            {
                StatusCode = StatusCodes.Status403Forbidden,
            };
        }

        var view = RosterView.Read(
            ports, names, RosterFilter.From(call.Request.Query), SignedInOnly.PersonOf(call), frame.Now);
        return call.Request.Query["format"] == "csv"
            ? CsvList.Of(
                "people.csv", ["person", "name", "roles", "active", "since", "keys", "keys_not_counting_yet"],
                view.People.Select(p => new[]
                {
                    p.Person.Id, p.Name, string.Join(' ', p.Person.Roles), p.Person.Active ? "yes" : "no",
                    Say.Iso(p.Person.Since), p.Person.Keys.Length.ToString(),
                    p.Person.Keys.Count(k => k.From > frame.Now).ToString(),
                }))
            : new RazorComponentResult<PeoplePage>(new { Frame = frame, View = view });
    }
}
