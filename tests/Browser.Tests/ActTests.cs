using Microsoft.Playwright;
using Provost.Browser.Tests.Town;

namespace Provost.Browser.Tests;

public sealed class ActTests(GovernedTown town)
{
    [Fact]
    public async Task Pause_works_without_script_and_says_who_confirmed_it()
    {
        var look = new Look { HasScript = false };
        await using var tab = await town.Window.AsAsync(town.Staff.Sam, town.Console, look);
        await tab.GoAsync($"/systems/{GovernedTown.ToPause}");
        await tab.Page.GetByLabel("Reason").FillAsync("The returns policy is being rewritten.");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Pause, refuse every call" }).ClickAsync();

        var note = await tab.Page.GetByRole(AriaRole.Status).First.InnerTextAsync();
        Assert.Contains($"Pause of {GovernedTown.ToPause} recorded.", note);
        Assert.Contains("Confirmed by", note);
        Assert.Contains("PAUSED", await tab.Page.Locator(".title").InnerTextAsync());
        Assert.Contains("provost resume returns-desk", await tab.Page.Locator("main").InnerTextAsync());
    }

    [Fact]
    public async Task The_link_of_a_page_takes_the_incident_when_its_button_is_pressed()
    {
        await using var phone = await town.Window.StrangerAsync(town.Console);
        await phone.GoAsync(town.AcknowledgeLink.ToString());
        Assert.Contains(GovernedTown.Scoring, await phone.Page.Locator("body").InnerTextAsync());

        await phone.Page.GetByRole(AriaRole.Button, new() { Name = "I take it" }).ClickAsync();
        await phone.Page.GetByText("You have taken the incident").WaitForAsync();

        await using var desk = await town.Window.AsAsync(town.Staff.Leo, town.Console);
        await desk.GoAsync(town.Address("incident"));
        Assert.Contains("Sam Adeyemi acknowledged", await desk.Page.Locator("main").InnerTextAsync());
    }

    [Fact]
    public async Task Content_is_shown_for_a_stated_purpose_only()
    {
        await using var tab = await town.Window.AsAsync(town.Staff.Leo, town.Console);
        await tab.GoAsync(town.Address("decision"));
        Assert.DoesNotContain("I paid with", await tab.Page.Locator("main").InnerTextAsync());

        await tab.Page.Locator("[name=purpose]").FillAsync("Complaint 2211 of a customer");
        await tab.Page.Locator("form:has([name=purpose]) button").ClickAsync();

        await tab.Page.GetByText("I paid with").First.WaitForAsync();
        Assert.DoesNotContain("4000 0566", await tab.Page.Locator("main").InnerTextAsync());
    }
}
