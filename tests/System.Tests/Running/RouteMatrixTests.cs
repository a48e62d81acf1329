using System.Net;
using Provost.Stage;

namespace Provost.SystemTests.Running;

/// <summary>
/// Every route of the API against every role. 401: sign in first; 403: not yours; anything else means that the role is
/// let through, and what the made-up body then meets (400, 404, 409) is the same for all who are.
/// </summary>
[Collection(nameof(Running))]
public sealed class RouteMatrixTests(GovernedTown town)
{
    [Fact]
    public async Task Each_role_gets_from_each_route_what_the_table_says_and_no_route_is_without_a_line()
    {
        await using var copy = await town.StartAsync();
        using var client = copy.Client(town.ChatKeys[0]);
        var decision = (await client.AskAsync(CancellationToken.None)).Decision;
        await Patience.UntilAsync(
            Town.Limit, "the decision in the index", copy.Server.NextLineAsync,
            async () => (await copy.Staff.Leo.RunAsync("why", decision)).ExitCode == 0);
        using var caller = new RouteCaller(copy, decision);
        await caller.PeopleAsync();

        var lines = RouteMatrix.Lines();
        var routes = await caller.RoutesAsync();
        var unlisted = routes.Except(lines.Select(l => l.Route));
        var wrong = lines.Select(l => l.Route).Except(routes).Select(r => $"{r} is no route").ToList();
        foreach (var (route, expected) in lines.Concat(unlisted.Select(r => (Route: r, Expected: RouteMatrix.NoLine))))
        {
            var got = new List<int>();
            foreach (var role in RouteMatrix.Roles)
                got.Add(await caller.StatusAsync(role, route, RouteMatrix.BodyOf(route)));

            if (!got.SequenceEqual(expected))
                wrong.Add($"{route,-60} {string.Join(' ', got)}\n{"",-60} {string.Join(' ', expected)}");
        }

        Assert.True(wrong.Count == 0, "Answered, and expected (nothing: no line):\n" + string.Join('\n', wrong));
    }

    [Fact]
    public async Task A_page_of_another_origin_changes_nothing_with_the_session_of_a_browser()
    {
        await using var copy = await town.StartAsync();
        using var caller = new RouteCaller(copy, Guid.Empty.ToString());
        using var browser = await caller.BrowserAsync(copy.Staff.Leo.Mail, copy.Staff.Leo.Password);
        Assert.Contains(copy.Staff.Leo.Mail, await browser.GetStringAsync("/api/whoami"));

        // these take no session
        string[] open =
            ["POST /api/setup", "POST /api/login", "POST /api/sessions/ci", "POST /api/invitations/accept"];
        var taken = new List<string>();
        foreach (var route in (await caller.RoutesAsync()).Where(r => !r.StartsWith("GET ", StringComparison.Ordinal)))
        {
            if (!open.Contains(route)
                && !(await caller.FromElsewhereAsync(browser, route)).Contains("provost.cross_origin"))
            {
                taken.Add(route);
            }
        }

        Assert.Empty(taken);
    }
}
