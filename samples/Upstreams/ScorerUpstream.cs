using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Provost.Upstreams;

/// <summary>
/// A sample scoring service that speaks the Open Inference Protocol v2 over HTTP. It serves
/// <see cref="AdmissionsModel"/> under two versions: <c>1</c> answers at once, <c>2</c> is the worse release of the
/// demo and takes its time.
/// </summary>
public static class ScorerUpstream
{
    /// <summary>The model's name on the wire.</summary>
    public const string ModelName = "admissions";

    /// <summary>Maps the protocol's routes for the sample model.</summary>
    /// <param name="app">The sample host.</param>
    /// <param name="model">The fitted model.</param>
    /// <param name="slowness">How long version 2 lets a caller wait.</param>
    /// <param name="time">The clock that the wait is measured by.</param>
    public static void MapScorer(this WebApplication app, AdmissionsModel model, TimeSpan slowness, TimeProvider time)
    {
        app.MapGet("/v2/health/live", () => Results.Ok());
        app.MapGet("/v2/health/ready", () => Results.Ok());
        app.MapPost("/v2/models/admissions/infer", (HttpContext call) => Infer(call, model, "1", TimeSpan.Zero, time));
        app.MapPost("/v2/models/admissions/versions/1/infer",
            (HttpContext call) => Infer(call, model, "1", TimeSpan.Zero, time));
        app.MapPost("/v2/models/admissions/versions/2/infer",
            (HttpContext call) => Infer(call, model, "2", slowness, time));
    }

    private static async Task Infer(
        HttpContext call, AdmissionsModel model, string version, TimeSpan wait, TimeProvider time)
    {
        call.Response.Headers["x-sample"] = "a sample upstream";
        var request = await JsonNode.ParseAsync(call.Request.Body, cancellationToken: call.RequestAborted);
        var departments = request?["inputs"]?.AsArray()
            .FirstOrDefault(i => (string?)i?["name"] == "dept")?["data"]?.AsArray();
        if (departments is null || departments.Any(d => d is null || model.Score((string)d!) is null))
        {
            call.Response.StatusCode = StatusCodes.Status400BadRequest;
            await call.Response.WriteAsJsonAsync(
                new { error = "input 'dept' must hold departments A to F" }, call.RequestAborted);
            return;
        }

        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, call.RequestAborted);
        }

        var scores = departments.Select(d => model.Score((string)d!)!.Value).ToArray();
        var answer = new JsonObject
        {
            ["id"] = request!["id"]?.DeepClone(),
            ["model_name"] = ModelName,
            ["model_version"] = version,
            ["outputs"] = new JsonArray(
                Tensor("score", "FP64", scores.Select(s => (JsonNode)Math.Round(s, 6))),
                Tensor("decision", "BYTES", scores.Select(s => (JsonNode)(s >= 0.5 ? "admit" : "refer")))),
        };
        call.Response.ContentType = "application/json";
        await call.Response.WriteAsync(answer.ToJsonString(JsonSerializerOptions.Web), call.RequestAborted);
    }

    private static JsonObject Tensor(string name, string datatype, IEnumerable<JsonNode> values)
    {
        var data = new JsonArray([.. values]);
        return new JsonObject
        {
            ["name"] = name,
            ["datatype"] = datatype,
            ["shape"] = new JsonArray(data.Count),
            ["data"] = data,
        };
    }
}
