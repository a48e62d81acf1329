using Microsoft.Playwright;
using Provost.Browser.Tests.Town;
using Provost.Stage;

namespace Provost.Browser.Tests;

public sealed class PageTests(GovernedTown town)
{
    [Fact]
    public async Task Signs_in_by_form_and_lands_on_the_overview()
    {
        await using var tab = await town.Window.StrangerAsync(town.Console);
        await tab.GoAsync("/");
        Assert.Contains("/signin", tab.Page.Url);

        await tab.SignInAsync(town.Staff.Kim);

        Assert.Equal(new Uri(town.Console, "/").ToString(), tab.Page.Url);
        Assert.Equal("Overview", await tab.Page.Locator("h1").InnerTextAsync());
        Assert.Contains("Kim Doyle", await tab.Page.Locator(".bar").InnerTextAsync());
    }

    [Fact]
    public async Task Says_why_a_wrong_password_does_not_open()
    {
        await using var tab = await town.Window.StrangerAsync(town.Console);
        await tab.GoAsync("/signin");
        await tab.Page.GetByLabel("Mail address").FillAsync(town.Staff.Kim.Mail);
        await tab.Page.GetByLabel("Password").FillAsync("not this");
        await tab.Page.Keyboard.PressAsync("Enter");

        await tab.Page.GetByRole(AriaRole.Alert).WaitForAsync();
        Assert.Contains("/signin", tab.Page.Url);
    }

    [Theory]
    [MemberData(nameof(Places.All), MemberType = typeof(Places))]
    public async Task Each_page_answers_with_its_data(string page)
    {
        await using var tab = await town.Window.AsAsync(town.Reader(page), town.Console);

        Assert.Equal(200, await tab.GoAsync(town.Address(page)));

        Assert.Equal(1, await tab.Page.Locator("h1").CountAsync());
        Assert.Contains(Places.Evidence(page), await tab.Page.Locator("main").InnerTextAsync());
    }

    [Fact]
    public async Task Each_page_sends_a_stranger_to_the_door()
    {
        await using var tab = await town.Window.StrangerAsync(town.Console);
        foreach (var page in Places.All)
        {
            await tab.GoAsync(town.Address(page.Data));
            Assert.Contains("/signin?to=", tab.Page.Url);
        }
    }

    [Theory]
    [InlineData("decisions", 403)]
    [InlineData("decision", 404)]
    public async Task Decisions_are_refused_to_who_owns_nothing(string page, int status)
    {
        foreach (var person in new[] { town.Staff.Ana, town.Staff.Pat })
        {
            await using var tab = await town.Window.AsAsync(person, town.Console);
            Assert.Equal(status, await tab.GoAsync(town.Address(page)));
            Assert.DoesNotContain("REDACTED", await tab.Page.Locator("body").InnerTextAsync());
        }
    }

    [Fact]
    public async Task An_owner_reads_the_decisions_of_their_system_and_exports_none()
    {
        await using var tab = await town.Window.AsAsync(town.Staff.Dana, town.Console);
        Assert.Equal(200, await tab.GoAsync($"/decisions?system={GovernedTown.Chat}"));
        Assert.Equal(0, await tab.Page.GetByRole(AriaRole.Link, new() { Name = "CSV", Exact = true }).CountAsync());
        Assert.Equal(403, await tab.GoAsync($"/decisions?system={GovernedTown.Chat}&format=csv"));
    }

    [Fact]
    public async Task Only_who_may_tighten_is_shown_the_pause()
    {
        await using var author = await town.Window.AsAsync(town.Staff.Mia, town.Console);
        await author.GoAsync(town.Address("system"));
        Assert.Equal(0, await author.Page.Locator("#pause").CountAsync());

        await using var owner = await town.Window.AsAsync(town.Staff.Sam, town.Console);
        await owner.GoAsync(town.Address("system"));
        Assert.Equal(1, await owner.Page.Locator("#pause").CountAsync());
    }

    [Fact]
    public async Task A_first_release_shows_its_prompt_to_its_owner_and_plain_values_to_all()
    {
        await using var owner = await town.Window.AsAsync(town.Staff.Sam, town.Console);
        await owner.GoAsync(town.Address("release"));
        var page = await owner.Page.Locator("main").InnerTextAsync();
        Assert.Contains(Repositories.Prompt().Split('\n')[0].Replace("Robin", "{{name}}"), page);
        await using var administrator = await town.Window.AsAsync(town.Staff.Pat, town.Console);
        await administrator.GoAsync(town.Address("release"));
        var without = await administrator.Page.Locator("main").InnerTextAsync();
        Assert.Contains("prompts/refund.md", without);
        Assert.DoesNotContain(Repositories.Prompt().Split('\n')[0].Replace("Robin", "{{name}}"), without);
        foreach (var raw in new[] { "\\u00", "{\"", "\"}" })
        {
            Assert.DoesNotContain(raw, without);
        }
    }
}
