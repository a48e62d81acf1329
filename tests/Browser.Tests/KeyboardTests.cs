using Provost.Browser.Tests.Town;

namespace Provost.Browser.Tests;

public sealed class KeyboardTests(GovernedTown town)
{
    private const string Focused = "document.activeElement.id || document.activeElement.className";

    [Fact]
    public async Task The_first_tab_stop_skips_to_the_content()
    {
        await using var tab = await town.Window.AsAsync(town.Staff.Sam, town.Console);
        await tab.GoAsync("/");
        await tab.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("skip", await tab.Page.EvaluateAsync<string>(Focused));
        Assert.True(await tab.Page.Locator(".skip").IsVisibleAsync());

        await tab.Page.Keyboard.PressAsync("Enter");
        Assert.Equal("main", await tab.Page.EvaluateAsync<string>(Focused));
    }

    [Fact]
    public async Task Slash_goes_to_the_search_and_finds_a_decision_by_its_id()
    {
        await using var tab = await town.Window.AsAsync(town.Staff.Leo, town.Console);
        await tab.GoAsync("/");
        await tab.Page.Keyboard.PressAsync("/");
        Assert.Equal("find", await tab.Page.EvaluateAsync<string>(Focused));

        await tab.Page.Keyboard.TypeAsync(town.Redacted);
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.Page.WaitForURLAsync($"**/decisions/{town.Redacted}");
    }

    [Fact]
    public async Task G_and_d_go_to_the_decisions_but_not_while_somebody_types()
    {
        await using var tab = await town.Window.AsAsync(town.Staff.Leo, town.Console);
        await tab.GoAsync("/systems");
        await tab.Page.Locator("#find").FocusAsync();
        await tab.Page.Keyboard.TypeAsync("gd");
        Assert.EndsWith("/systems", tab.Page.Url);

        await tab.Page.EvaluateAsync("document.activeElement.blur()");
        await tab.Page.Keyboard.TypeAsync("gd");
        await tab.Page.WaitForURLAsync("**/decisions");
    }

    [Fact]
    public async Task J_walks_the_rows_and_enter_opens_one()
    {
        await using var tab = await town.Window.AsAsync(town.Staff.Sam, town.Console);
        await tab.GoAsync("/systems");
        await tab.Page.Keyboard.PressAsync("j");
        await tab.Page.WaitForFunctionAsync("document.activeElement.closest('[data-row]') !== null");
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.Page.WaitForURLAsync("**/systems/*");
    }
}
