using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Provost.Ledger.Statements;
using Provost.Stage;

namespace Provost.SystemTests.Running;

/// <summary>A town in which each role has one holder, and a client that calls any route as any of them.</summary>
internal sealed partial class RouteCaller(Town town, string decision) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = town.Server.Control };
    private readonly Dictionary<string, (string Token, string Mail, string Password)> _people = [];
    private string _hold = Guid.Empty.ToString();
    private string _warrant = Guid.Empty.ToString();
    private string _stranger = Guid.Empty.ToString();

    public async Task PeopleAsync()
    {
        var staff = town.Staff;
        foreach (var (role, person) in new[]
        {
            ("approver", staff.Ana), ("compliance", staff.Leo), ("administrator", staff.Pat), ("owner", staff.Dana),
        })
        {
            _people[role] = (await LoginAsync(person.Mail, person.Password), person.Mail, person.Password);
        }

        foreach (var role in new[] { "none", "reviewer", "executive", "on-call", "auditor" })
            await JoinAsync(role);

        _hold = (string)(await AskAsync("compliance", "POST", "/api/holds", """
            {"basis":"a request of the court","system":"refund-assistant"}
            """))["id"]!;
        var system = await AskAsync("compliance", "GET", "/api/systems/refund-assistant", null);
        _warrant = (string)system["environments"]![0]!["approved"]!["warrant"]!;
        _stranger = (string)(await AskAsync("none", "GET", "/api/whoami", null))["person"]!;
    }

    /// <summary>The documented routes of the API, as <c>GET /api/systems/{name}</c>.</summary>
    public async Task<IReadOnlyList<string>> RoutesAsync()
    {
        var document = JsonNode.Parse(await _http.GetStringAsync("/openapi/v1.json"))!;
        return [.. document["paths"]!.AsObject()
            .Where(p => p.Key.StartsWith("/api/", StringComparison.Ordinal))
            .SelectMany(p => p.Value!.AsObject().Select(m => $"{m.Key.ToUpperInvariant()} {p.Key}"))];
    }

    public async Task<int> StatusAsync(string role, string route, string? body)
    {
        var (method, path) = (route.Split(' ')[0], Address(route.Split(' ')[1]));
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (_people.TryGetValue(role, out var person))
        {
            // who signs out loses the token: not the one that the other rows are called with
            var token = path == "/api/logout" ? await LoginAsync(person.Mail, person.Password) : person.Token;
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (body is not null)
            request.Content = new StringContent(Fill(body), MediaTypeHeaderValue.Parse("application/json"));

        using var answer = await _http.SendAsync(request);
        return (int)answer.StatusCode;
    }

    /// <summary>A browser in which somebody has signed in.</summary>
    public async Task<HttpClient> BrowserAsync(string mail, string password)
    {
        var browser = new HttpClient(new HttpClientHandler()) { BaseAddress = town.Server.Control };
        var door = await browser.GetStringAsync("/signin");
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["form-token"] = FormToken().Match(door).Groups[1].Value,
            ["mail"] = mail,
            ["password"] = password,
            ["to"] = "/account",
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/signin") { Content = form };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var answer = await browser.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return browser;
    }

    /// <summary>What a route answers to a script of a page that lies elsewhere on the same site.</summary>
    public async Task<string> FromElsewhereAsync(HttpClient browser, string route)
    {
        using var request = new HttpRequestMessage(new HttpMethod(route.Split(' ')[0]), Address(route.Split(' ')[1]));
        request.Headers.Add("Sec-Fetch-Site", "same-site");
        request.Content = new StringContent(
            Fill(RouteMatrix.BodyOf(route) ?? "{}"), MediaTypeHeaderValue.Parse("application/json"));
        using var answer = await browser.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("name=\"form-token\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();

    private string Fill(string body) => body.Replace("LEO_MAIL", town.Staff.Leo.Mail, StringComparison.Ordinal)
        .Replace("LEO_PASSWORD", town.Staff.Leo.Password, StringComparison.Ordinal)
        .Replace("STRANGER", _stranger, StringComparison.Ordinal)
        .Replace(
            "UNTIL", TimeProvider.System.GetUtcNow().AddHours(1).ToString("O"), StringComparison.Ordinal);

    private string Address(string route)
    {
        var path = route.Replace("{name}", "refund-assistant", StringComparison.Ordinal)
            .Replace("{version}", Version(route), StringComparison.Ordinal)
            .Replace("{digest}", Digest.Of("{}"u8), StringComparison.Ordinal);
        var id = route switch
        {
            _ when route.StartsWith("/api/decisions/", StringComparison.Ordinal) => decision,
            _ when route.StartsWith("/api/holds/", StringComparison.Ordinal) => _hold,
            _ when route.StartsWith("/api/warrants/", StringComparison.Ordinal) => _warrant,
            "/api/people/{id}/changes" => _stranger,
            _ => Guid.Empty.ToString(),
        };
        var query = route == "/api/guardrails/coverage" ? "?system=refund-assistant" : "";
        return path.Replace("{id}", id, StringComparison.Ordinal) + query;
    }

    /// <summary>A test runs on beside the next call: none is begun here.</summary>
    private static string Version(string route) =>
        route.EndsWith("/tests", StringComparison.Ordinal) ? "0.0.0" : "3.2.0";

    private async Task<string> LoginAsync(string mail, string password) => (string)(await AskAsync(
        null, "POST", "/api/login", new JsonObject { ["mail"] = mail, ["password"] = password }.ToJsonString()))
        ["token"]!;

    /// <summary>A new person with one role, whom two others have signed for.</summary>
    private async Task JoinAsync(string role)
    {
        var mail = $"{role}@acme.example";
        var added = await AskAsync("administrator", "POST", "/api/people", new JsonObject
        {
            ["name"] = role,
            ["mail"] = mail,
            ["roles"] = role == "none" ? [] : new JsonArray(role),
        }.ToJsonString());
        var change = (string)added["waiting"]!["id"]!;
        foreach (var signer in new[] { "approver", "compliance" })
        {
            using var key = Ed25519PrivateKey.FromSeed(Convert.FromBase64String(await File.ReadAllTextAsync(
                Path.Combine(town.Folder, "homes", signer == "approver" ? "ana" : "leo", "person.key"))));
            var envelope = Dsse.Write(Dsse.Sign(
                (string)added["waiting"]!["payloadType"]!,
                Convert.FromBase64String((string)added["waiting"]!["payload"]!), key));
            await AskAsync(
                signer, "POST", $"/api/people/changes/{change}/signatures",
                new JsonObject { ["envelope"] = JsonNode.Parse(envelope) }.ToJsonString());
        }

        const string password = "correct horse battery";
        var accepted = await AskAsync(
            null, "POST", "/api/invitations/accept",
            new JsonObject { ["invite"] = (string)added["invite"]!, ["password"] = password }.ToJsonString());
        _people[role] = ((string)accepted["token"]!, mail, password);
    }

    private async Task<JsonNode> AskAsync(string? role, string method, string path, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (role is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _people[role].Token);

        if (body is not null)
            request.Content = JsonContent.Create(JsonNode.Parse(body));

        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{role} {method} {path}: {text}");
        return JsonNode.Parse(text)!;
    }
}
