using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Provost.SystemTests.Running;

/// <summary>Signing in to the console with a provider that others wrote: npm's <c>oidc-provider</c>.</summary>
[Collection(nameof(Running))]
public sealed partial class OpenIdTests(GovernedTown town)
{
    private const string Secret = "a secret of forty characters at the least";

    [Fact]
    public async Task A_person_of_the_roster_comes_in_and_a_stranger_does_not()
    {
        await using var copy = town.Copy();
        var port = FreePort();
        var console = $"http://127.0.0.1:{port}";
        using var provider = await StartAsync($"{console}/signin/oidc");
        await SettleAsync(copy, provider.Address);
        await copy.StartAsync(port: port);

        using var leo = Browser(console);
        var page = await SignInAsync(leo, "leo");
        Assert.Contains("Signed in", page);
        var account = await leo.GetStringAsync("/account");
        Assert.Contains("Leo Marin", account);

        using var stranger = Browser(console);
        Assert.Contains("provost.openid.nobody", await SignInAsync(stranger, "eve"));
        using var unverified = Browser(console);
        Assert.Contains("provost.openid.mail_unverified", await SignInAsync(unverified, "ana-unverified"));

        Assert.Equal(0, await copy.Server.StopAsync());
        var entries = copy.VerifiedLog();
        Assert.Single(entries, r => (string)r["type"]! == "gov.identity_linked");
        Assert.Contains(entries, r => (string)r["type"]! == "gov.signed_in" && (string?)r["body"]!["way"] == "openid");
        Assert.Contains(
            entries, r => (string)r["type"]! == "gov.sign_in_failed" && (string?)r["body"]!["way"] == "openid");
    }

    /// <summary>Through the provider's pages as a browser would: sign in there, agree, come back.</summary>
    private static async Task<string> SignInAsync(HttpClient browser, string name)
    {
        using var login = await browser.GetAsync("/signin/oidc?to=/account");
        using var consent = await SubmitAsync(
            browser, login, ("prompt", "login"), ("login", name), ("password", "any"));
        using var back = await SubmitAsync(browser, consent, ("prompt", "consent"));
        return await back.Content.ReadAsStringAsync();
    }

    private static async Task<HttpResponseMessage> SubmitAsync(
        HttpClient browser, HttpResponseMessage page, params (string Name, string Value)[] fields)
    {
        var action = FormAction().Match(await page.Content.ReadAsStringAsync()).Groups[1].Value;
        using var form = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        return await browser.PostAsync(new Uri(page.RequestMessage!.RequestUri!, action), form);
    }

    private static HttpClient Browser(string console) =>
        new(new HttpClientHandler { CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(console) };

    private static async Task SettleAsync(Town copy, Uri provider)
    {
        var (path, secret) = (Path.Combine(copy.Folder, "settings.json"), Path.Combine(copy.Folder, "openid.secret"));
        await File.WriteAllTextAsync(secret, Secret);
        var settings = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        settings["signIn"] = new JsonObject
        {
            ["name"] = "Acme",
            ["issuer"] = provider.ToString().TrimEnd('/'),
            ["authorization"] = new Uri(provider, "/auth").ToString(),
            ["token"] = new Uri(provider, "/token").ToString(),
            ["keys"] = new Uri(provider, "/jwks").ToString(),
            ["clientId"] = "provost",
            ["clientSecret"] = $"file:{secret}",
        };
        await File.WriteAllTextAsync(path, settings.ToJsonString());
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<NodeServer> StartAsync(string redirect) =>
        await NodeServer.StartAsync("openid", ["provider.mjs", redirect, Secret]);

    [GeneratedRegex("<form[^>]*action=\"([^\"]+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex FormAction();

    /// <summary>A program of the clients that listens until its input ends.</summary>
    private sealed class NodeServer : IDisposable
    {
        private readonly Process _process;

        private NodeServer(Process process, Uri address) => (_process, Address) = (process, address);

        public Uri Address { get; }

        public static async Task<NodeServer> StartAsync(string client, string[] arguments)
        {
            await NodeProgram.InstallAsync(client);
            var process = Process.Start(new ProcessStartInfo("node", arguments)
            {
                WorkingDirectory = NodeProgram.Folder(client),
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
            var first = await process.StandardOutput.ReadLineAsync();
            Assert.NotNull(first);
            return new NodeServer(process, new Uri(first));
        }

        public void Dispose()
        {
            _process.StandardInput.Close();
            _process.WaitForExit();
            _process.Dispose();
        }
    }
}
