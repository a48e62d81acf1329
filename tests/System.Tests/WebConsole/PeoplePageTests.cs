using System.Net;

namespace Provost.SystemTests.WebConsole;

public sealed class PeoplePageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_may_sign_sees_roles_keys_and_what_waits_with_the_command_for_each_act()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        stage.Person = ConsoleTown.Compliance;
        using var browser = stage.Visit();
        var page = await browser.GetStringAsync("/people", Stop);
        Assert.Contains("Leo &lt;b&gt;Marin&lt;/b&gt;", page);
        Assert.DoesNotContain("<b>Marin", page);
        Assert.Contains($"provost people sign {ConsoleTown.Incident}", page);
        Assert.Contains("roles are set", page);
        Assert.Contains("counts from", page);
        Assert.Contains("22 Nov 2026, 08:41 UTC", page);
        Assert.Contains("Fewer than two approvers can sign", page);
        Assert.Contains("provost people reopen", page);
        Assert.Contains("People<span", page);
    }

    [Fact]
    public async Task The_list_is_filtered_and_exported()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        stage.Person = ConsoleTown.Compliance;
        using var browser = stage.Visit();
        var csv = await browser.GetStringAsync("/people?format=csv&role=approver", Stop);
        Assert.StartsWith("person,name,roles,active,since,keys,keys_not_counting_yet", csv);
        Assert.Contains($"{ConsoleTown.Approver},", csv);
        Assert.DoesNotContain(ConsoleTown.Owner, csv);
        Assert.Contains("Nobody passes this filter", await browser.GetStringAsync("/people?q=nobody-here", Stop));
    }

    [Fact]
    public async Task Others_are_told_where_to_look_and_see_no_link()
    {
        await using var stage = await ConsoleStage.StartAsync(Stop);
        using var browser = stage.Visit();
        using var answer = await browser.GetAsync("/people", Stop);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.DoesNotContain(ConsoleTown.Compliance, await answer.Content.ReadAsStringAsync(Stop));
        Assert.DoesNotContain("href=\"/people\"", await browser.GetStringAsync("/", Stop));
    }
}
