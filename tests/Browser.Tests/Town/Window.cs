using Microsoft.Playwright;
using Provost.Stage;

namespace Provost.Browser.Tests.Town;

/// <summary>The installed Chromium, with one kept session per person.</summary>
public sealed class Window : IAsyncDisposable
{
    private static readonly string[] Arguments =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private readonly IPlaywright _driver;
    private readonly IBrowser _browser;
    private readonly Dictionary<string, string> _sessions = [];

    private Window(IPlaywright driver, IBrowser browser)
    {
        _driver = driver;
        _browser = browser;
    }

    public static async Task<Window> OpenAsync()
    {
        var driver = await Playwright.CreateAsync();
        var browser = await driver.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = Arguments,
        });
        return new Window(driver, browser);
    }

    /// <summary>A tab without a session.</summary>
    public Task<Tab> StrangerAsync(Uri console) => OpenAsync(console, session: null, new Look());

    /// <summary>A tab in which a person is signed in.</summary>
    public async Task<Tab> AsAsync(Persona person, Uri console, Look? look = null)
    {
        if (!_sessions.TryGetValue(person.Mail, out var session))
        {
            await using var door = await StrangerAsync(console);
            await door.SignInAsync(person);
            session = _sessions[person.Mail] = await door.SessionAsync();
        }

        return await OpenAsync(console, session, look ?? new Look());
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _driver.Dispose();
    }

    private async Task<Tab> OpenAsync(Uri console, string? session, Look look)
    {
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = console.ToString(),
            StorageState = session,
            ColorScheme = look.IsDark ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = new ViewportSize { Width = look.Width, Height = look.Height },
            JavaScriptEnabled = look.HasScript,
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(10_000);
        return new Tab(context, await context.NewPageAsync());
    }
}

/// <summary>What the browser is told about its screen and its owner's choices.</summary>
public sealed record Look
{
    public int Width { get; init; } = 1280;

    public int Height { get; init; } = 900;

    public bool IsDark { get; init; }

    public bool HasScript { get; init; } = true;
}
