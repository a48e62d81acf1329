using Microsoft.Playwright;

namespace Provost.Browser.Tests.Town;

/// <summary>An authenticator in the browser (Chrome DevTools Protocol, WebAuthn): resident keys, user verified. It
/// keeps its passkeys as long as the tab.</summary>
internal sealed class Passkey(ICDPSession session, string authenticator)
{
    /// <summary>Plugs one in.</summary>
    public static async Task<Passkey> PlugInAsync(IPage page)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable");
        var made = await session.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
        return new Passkey(session, made!.Value.GetProperty("authenticatorId").GetString()!);
    }

    /// <summary>Has it find, or not find, that whoever touches it is the right one.</summary>
    public Task VerifyAsync(bool succeeds) => session.SendAsync(
        "WebAuthn.setUserVerified", new Dictionary<string, object>
        {
            ["authenticatorId"] = authenticator,
            ["isUserVerified"] = succeeds,
        });

    /// <summary>Ids of the passkeys it holds.</summary>
    public async Task<int> CountAsync()
    {
        var held = await session.SendAsync("WebAuthn.getCredentials", new Dictionary<string, object>
        {
            ["authenticatorId"] = authenticator,
        });
        return held!.Value.GetProperty("credentials").EnumerateArray().Count();
    }
}
