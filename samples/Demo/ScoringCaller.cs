using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Provost.Demo;

/// <summary>The admissions office's feed: scores applications one by one over the Open Inference Protocol.</summary>
internal sealed class ScoringCaller(Uri gateway, string key) : IDisposable
{
    private readonly HttpClient _http = new()
    {
        BaseAddress = gateway,
        DefaultRequestHeaders = { Authorization = new("Bearer", key) },
    };

    public async Task<ScoringAnswer> ScoreAsync(string department, string gender)
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
            ["parameters"] = new JsonObject { ["gender"] = gender, ["data_class"] = "personal" },
        };
        using var answer = await PostAsync(body);
        var text = await answer.Content.ReadAsStringAsync();
        var outcome = answer.Headers.TryGetValues("Provost-Outcome", out var values) ? values.First() : "";
        var decision = answer.Headers.TryGetValues("Provost-Decision", out var ids) ? ids.First() : "";
        return new ScoringAnswer((int)answer.StatusCode, text, outcome, decision);
    }

    public void Dispose() => _http.Dispose();

    /// <summary>A feed that heeds its key's cap: told to slow down, it waits and asks again.</summary>
    private async Task<HttpResponseMessage> PostAsync(JsonObject body)
    {
        while (true)
        {
            var answer = await _http.PostAsJsonAsync("/v2/models/admissions/infer", body);
            if (answer.StatusCode != HttpStatusCode.TooManyRequests)
            {
                return answer;
            }

            answer.Dispose();
            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }
    }
}

internal sealed record ScoringAnswer(int Status, string Body, string Outcome, string Decision)
{
    /// <summary>The first value of an output tensor.</summary>
    public string? Output(string name) => JsonNode.Parse(Body)?["outputs"]?.AsArray()
        .FirstOrDefault(o => (string?)o?["name"] == name)?["data"]?[0]?.ToString();

    public string? Version => (string?)JsonNode.Parse(Body)?["model_version"];
}
