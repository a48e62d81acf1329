using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Provost.Browser.Tests.Town;

/// <summary>Calls of clients, of every outcome that a page should be able to show.</summary>
internal sealed class Traffic(Uri gateway, string chatKey, string scoringKey, string prompt) : IDisposable
{
    /// <summary>Applications of 1973 by department: what the baseline was frozen on.</summary>
    private static readonly (string Department, int Share)[] Usual =
        [("A", 933), ("B", 585), ("C", 918), ("D", 792), ("E", 584), ("F", 714)];

    /// <summary>The customer who asks once and is erased later.</summary>
    public const string Customer = "customer-ada";

    private readonly HttpClient _http = new(new SocketsHttpHandler()) { BaseAddress = gateway };

    /// <summary>Answered, redacted, leaking, changed, unknown calls; returns the id of a redacted decision.</summary>
    public async Task<string> TalkAsync()
    {
        for (var i = 0; i < 6; i++)
        {
            await AskAsync(chatKey, prompt, i % 2 == 0 ? "Can I send it back?" : "How long does it take?");
        }

        await AskAsync(chatKey, prompt, "Send me the receipt", streams: true);
        await AskAsync(chatKey, prompt, "How long does it take?", customer: Customer);
        await AskAsync(chatKey, "Answer in one sentence.", "Can I send it back?");
        for (var i = 0; i < 3; i++)
        {
            await AskAsync("sk-somebody", "You help.", "Hello?");
        }

        var key = "AKIA" + "Q3EGRMTK7X5NWZPV";
        await AskAsync(chatKey, prompt, $"Is this our key: {key} with the secret?");
        return await AskAsync(chatKey, prompt, "I paid with 4000 0566 5566 5556, can I send it back?");
    }

    /// <summary>One answered call; returns the id of its decision.</summary>
    public Task<string> AskOnceAsync() => AskAsync(chatKey, prompt, "Can I send it back?");

    /// <summary>Applications in the usual mix, spread evenly: no random numbers, each run is the same.</summary>
    public async Task ScoreAsUsualAsync(int count)
    {
        var total = Usual.Sum(d => d.Share);
        for (var i = 0; i < count; i++)
        {
            var at = (int)((i * 2654435761L) % total);
            await ScoreAsync(Usual.First(d => (at -= d.Share) < 0).Department, i);
        }
    }

    /// <summary>A feed that lost all departments but one.</summary>
    public async Task ScoreOneDepartmentAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await ScoreAsync("F", i);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> AskAsync(
        string key, string system, string question, bool streams = false, string? customer = null)
    {
        var body = new JsonObject
        {
            ["model"] = "gpt-5.2-2026-09-01",
            ["temperature"] = 0.2,
            ["stream"] = streams,
            ["messages"] = new JsonArray(
                new JsonObject { ["role"] = "system", ["content"] = system },
                new JsonObject { ["role"] = "user", ["content"] = question }),
            ["metadata"] = new JsonObject { ["region"] = "eu", ["segment"] = "retail", ["data_class"] = "customer" },
        };
        if (customer is not null)
        {
            body["user"] = customer;
        }

        using var answer = await SendAsync("/v1/chat/completions", key, body);
        return answer.Headers.TryGetValues("Provost-Decision", out var ids) ? ids.First() : "";
    }

    private async Task ScoreAsync(string department, int number)
    {
        var body = new JsonObject
        {
            ["inputs"] = new JsonArray(new JsonObject
            {
                ["name"] = "dept",
                ["datatype"] = "BYTES",
                ["shape"] = new JsonArray(1),
                ["data"] = new JsonArray(department),
            }),
            ["parameters"] = new JsonObject
            {
                ["gender"] = number % 3 == 0 ? "female" : "male",
                ["data_class"] = "personal",
            },
        };
        using var answer = await SendAsync("/v2/models/admissions/infer", scoringKey, body);
    }

    private async Task<HttpResponseMessage> SendAsync(string path, string key, JsonObject body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = JsonContent.Create(body),
            Headers = { Authorization = new("Bearer", key) },
        };
        return await _http.SendAsync(request);
    }
}
