using Microsoft.Playwright;
using Provost.Browser.Tests.Town;

namespace Provost.Browser.Tests;

/// <summary>The story of docs/people.md, Passkeys, in a real browser with an authenticator of its own.</summary>
public sealed class PasskeyTests(GovernedTown town)
{
    [Fact]
    public async Task An_approver_makes_a_passkey_comes_in_with_it_and_signs_with_it_until_it_is_taken_away()
    {
        var eve = await town.JoinAsync("Eve Lang", "approver");
        await town.HalfApprovedAsync("passkey-desk");
        await town.HalfApprovedAsync("passkey-shop");
        await using var tab = await town.Window.StrangerAsync(town.Named);
        var passkey = await Passkey.PlugInAsync(tab.Page);

        await tab.SignInAsync(eve);
        await MakeAsync(tab);
        Assert.Equal(1, await passkey.CountAsync());
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).ClickAsync();
        await EnterAsync(tab);
        await tab.Page.GetByText("Eve Lang").First.WaitForAsync();

        await ApproveAsync(tab, passkey);
        await RejectAsync(tab);
        await SignForMiaAsync(tab);
        // the browser would have RS256 taken too; ES256 is what statements are verified with
        Assert.DoesNotContain(tab.Complaints, c => !c.Contains("pubKeyCredParams", StringComparison.Ordinal));

        await tab.GoAsync("/account");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Take away" }).ClickAsync();
        // the session ends with the passkey that opened it
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).WaitForAsync();
        await EnterAsync(tab);
        await tab.Page.GetByText("provost.passkey.removed").WaitForAsync();
    }

    [Fact]
    public async Task Under_another_name_the_console_says_where_passkeys_are_made()
    {
        await using var tab = await town.Window.AsAsync(town.Staff.Sam, town.Console);
        await tab.GoAsync("/account");
        Assert.Contains("Passkeys are made on http://localhost", await tab.Page.Locator("main").InnerTextAsync());
        Assert.Equal(0, await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Make a passkey" }).CountAsync());
    }

    private static async Task MakeAsync(Tab tab)
    {
        await tab.GoAsync("/account");
        Assert.Contains("As your first key it counts at once.", await tab.Page.Locator("main").InnerTextAsync());
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Make a passkey" }).ClickAsync();
        await tab.Page.GetByText("on http://localhost").First.WaitForAsync();
        Assert.Contains("for you", await tab.Page.Locator("main").InnerTextAsync());
    }

    private static async Task EnterAsync(Tab tab)
    {
        await tab.GoAsync("/signin");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
    }

    private async Task ApproveAsync(Tab tab, Passkey passkey)
    {
        await tab.GoAsync("/systems/passkey-desk/releases/3.2.0");
        Assert.Contains("I approve", await tab.Page.Locator("main").InnerTextAsync());
        var button = tab.Page.GetByRole(AriaRole.Button, new() { Name = "Approve with a passkey" });
        await passkey.VerifyAsync(succeeds: false);
        await button.ClickAsync();
        await tab.Page.GetByText("No passkey answered").WaitForAsync();

        await passkey.VerifyAsync(succeeds: true);
        await button.ClickAsync();
        await tab.Page.GetByText("Traffic of passkey-desk").WaitForAsync();
        Assert.Contains("Eve Lang", await tab.Page.Locator("main").InnerTextAsync());

        // what this browser signed, read offline by code that shares nothing with the fold
        Assert.Contains("approvals that 2 persons signed", await town.ProveAsync("passkey-desk"));
    }

    private static async Task RejectAsync(Tab tab)
    {
        await tab.GoAsync("/systems/passkey-shop/releases/3.2.0");
        await tab.Page.GetByLabel("Why not").FillAsync("The prompt promises what the shop does not do.");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Reject with a passkey" }).ClickAsync();
        await tab.Page.GetByText("Eve Lang said no").First.WaitForAsync();
    }

    private async Task SignForMiaAsync(Tab tab)
    {
        (await town.Staff.Leo.RunAsync(
            "people", "roles", "set", town.Staff.Mia.Mail, "--role", "approver", "--role", "on-call", "--reason",
            "she takes the nights")).Ok();
        await tab.GoAsync("/people");
        Assert.Contains("roles: approver and on-call", await tab.Page.Locator("main").InnerTextAsync());
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign with a passkey" }).ClickAsync();
        await tab.Page.Locator("td[data-l='Signed by']", new() { HasText = "Eve Lang" }).WaitForAsync();
    }
}
