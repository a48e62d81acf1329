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
        Assert.Equal(
            (await caller.RoutesAsync()).Order(StringComparer.Ordinal),
            lines.Select(l => l.Route).Order(StringComparer.Ordinal));
        var wrong = new List<string>();
        foreach (var line in lines)
        {
            var got = new List<int>();
            foreach (var role in RouteMatrix.Roles)
                got.Add(await caller.StatusAsync(role, line.Route, line.Body));

            if (!got.SequenceEqual(line.Expected))
                wrong.Add($"{line.Route,-60} {string.Join(' ', got)}\n{"",-60} {string.Join(' ', line.Expected)}");
        }

        Assert.True(wrong.Count == 0, "Answered, and expected:\n" + string.Join('\n', wrong));
    }
}
