using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Provost.Control.Evaluations;
using Provost.Gateway.Routing;
using Provost.Ledger.Statements;

namespace Provost.Control.Tests;

/// <summary>The way of a release of tier high: an evaluation set, a passed test, a rehearsed way back.</summary>
internal sealed partial class ControlHouse
{
    public const string Set = """
        {"id":"back","question":"Can I send it back?","expect":"within 30 days"}
        {"id":"when","question":"When is it paid?","expect":"five days"}
        """;

    /// <summary>What the judge says of an answer.</summary>
    public Func<JudgeQuestion, Judged> Judge { get; set; } = _ => new Judged(null, null, "Away.");

    /// <summary>The manifest of <c>desk</c> with an evaluation set; in tier high unless it is told otherwise.</summary>
    public string Tested(string version = "1.0.0", bool isHigh = true)
    {
        var manifest = Manifest(version).Replace(
            "  thresholds:", "  evaluation: { set: evals.jsonl, minimum: { correct: 0.9 } }\n  thresholds:");
        return isHigh
            ? manifest.Replace("annexIII: none", "annexIII: essential-services")
                .Replace("autonomy: answers", "autonomy: decides")
            : manifest;
    }

    /// <summary>Applies a manifest with a prompt and an evaluation set, and submits it.</summary>
    public async Task<JsonNode> SubmitTestedAsync(
        string manifest, string version = "1.0.0", string set = Set, string prompt = "You answer.\n")
    {
        await ApplyTestedAsync(manifest, set, prompt);
        return (await SubmitAsync("mia", version)).Ok();
    }

    /// <summary>Applies a manifest with a prompt and an evaluation set.</summary>
    public async Task ApplyTestedAsync(string manifest, string set = Set, string prompt = "You answer.\n")
    {
        var files = new JsonObject();
        foreach (var (path, text) in new[] { ("prompt.md", prompt), ("evals.jsonl", set) })
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            using var content = new ByteArrayContent(bytes);
            (await SendAsync("mia", HttpMethod.Put, $"/api/blobs/{Digest.Of(bytes)}", content)).Ok();
            files[path] = Digest.Of(bytes);
        }

        (await SendAsync("mia", HttpMethod.Post, "/api/apply", new JsonObject
        {
            ["file"] = "provost.yaml",
            ["manifest"] = manifest,
            ["files"] = files,
        })).Ok();
    }

    /// <summary>Answers as a gateway that has the lane: with its release, or its fallback.</summary>
    public Task<ReplayAnswer> AnswerInLane(string text)
    {
        var lane = Holder.Current!.Document.Systems.Single(s => s.Rehearsal is not null).Rehearsal!;
        return Task.FromResult(new ReplayAnswer(
            200, lane.Fallback ? "fallback" : "allowed", Guid.CreateVersion7(),
            Encoding.UTF8.GetBytes(new JsonObject
            {
                ["choices"] = new JsonArray(new JsonObject { ["message"] = new JsonObject { ["content"] = text } }),
            }.ToJsonString()),
            lane.Release));
    }

    /// <summary>Tests a release and gives the ended test; every answer is right under that status.</summary>
    public async Task<JsonNode> TestAsync(string version = "1.0.0", int status = 200)
    {
        Replay = async (_, _) => await AnswerInLane("Within 30 days, five days.") with { Status = status };
        var begun = (await SendAsync(
            "mia", HttpMethod.Post, $"/api/systems/desk/releases/{version}/tests", new JsonObject())).Ok();
        var id = Guid.Parse((string)begun["test"]!["id"]!);
        await Desks.Rehearsals.WhenEndedAsync(id);
        return (await SendAsync("mia", HttpMethod.Get, $"/api/tests/{id}")).Ok();
    }

    /// <summary>A passed test and a rehearsed way back.</summary>
    public async Task ProveAsync(string version = "1.0.0")
    {
        Assert.Equal("passed", (string)(await TestAsync(version))["test"]!["standing"]!);
        Assert.Equal("passed", (string)(await RehearseRollbackAsync()).Ok()["standing"]!);
    }

    public Task<Reply> RehearseRollbackAsync(string person = "mia", string? leaving = null) => SendAsync(
        person, HttpMethod.Post, "/api/systems/desk/rollback-rehearsals", new JsonObject { ["leaving"] = leaving });

    /// <summary>A release of tier high under a warrant.</summary>
    public async Task WarrantHighAsync(string version = "1.0.0", string prompt = "You answer.\n")
    {
        await SubmitTestedAsync(Tested(version), version, prompt: prompt);
        await ProveAsync(version);
        (await ApproveAsync("dana", version, digestFrom: "checkout")).Ok();
        Assert.NotNull((await ApproveAsync("ana", version)).Ok()["warrant"]);
    }

    /// <summary>Says no with the person's signature.</summary>
    public async Task<Reply> RejectAsync(string person, string version, string reason, string? signer = null)
    {
        var at = $"/api/systems/desk/releases/{version}/rejections";
        var proposal = await SendAsync(
            person, HttpMethod.Post, $"{at}/proposal", new JsonObject { ["reason"] = reason });
        return proposal.Status != HttpStatusCode.OK
            ? proposal
            : await SendAsync(person, HttpMethod.Post, at, new JsonObject
            {
                ["reason"] = reason,
                ["envelope"] = Sign(signer ?? person, proposal.Json),
            });
    }
}
