using Microsoft.Playwright;
using Provost.Stage;

namespace Provost.Browser.Tests.Town;

/// <summary>One tab; keeps what the page complained about in its console, violations of the policy too.</summary>
public sealed class Tab : IAsyncDisposable
{
    private readonly IBrowserContext _context;

    internal Tab(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.Console += (_, said) =>
        {
            if (said.Type is "error" or "warning")
            {
                Complaints.Add($"{said.Text} ({said.Location})");
            }
        };
        page.PageError += (_, fault) => Complaints.Add(fault);
    }

    public IPage Page { get; }

    /// <summary>Errors and warnings since the tab was opened.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>Goes to an address and returns the status.</summary>
    public async Task<int> GoAsync(string address)
    {
        var answer = await Page.GotoAsync(address, new PageGotoOptions { WaitUntil = WaitUntilState.Load });
        return answer!.Status;
    }

    /// <summary>Fills in the form at the door.</summary>
    public async Task SignInAsync(Persona person)
    {
        await GoAsync("/signin");
        await Page.GetByLabel("Mail address").FillAsync(person.Mail);
        await Page.GetByLabel("Password").FillAsync(person.Password);
        await Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in", Exact = true }).ClickAsync();
        // until the answer is there; the page's load event may have come before anybody waits for it
        await Page.WaitForURLAsync(
            address => !address.Contains("/signin", StringComparison.Ordinal),
            new PageWaitForURLOptions { WaitUntil = WaitUntilState.Commit });
        await Page.Locator("main").First.WaitForAsync();
    }

    /// <summary>The cookies, to open further tabs with.</summary>
    public Task<string> SessionAsync() => _context.StorageStateAsync();

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
