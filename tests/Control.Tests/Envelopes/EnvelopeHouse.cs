using System.Text;
using System.Text.Json.Nodes;
using Provost.Control.Evaluations;
using Provost.Control.Storage;
using Provost.Ledger.Statements;

namespace Provost.Control.Tests.Envelopes;

/// <summary>A control plane in which dana and ana approved <c>desk@1.0.0</c> with an envelope.</summary>
internal static class EnvelopeHouse
{
    public const string Prompt = "You answer.\n";

    private const string Set = """
        {"id":"back","question":"Can I send it back?","expect":"within 30 days"}
        {"id":"when","question":"When is it paid?","expect":"five days"}
        """;

    private const string Envelope = """
          evaluation: { set: evals.jsonl }
          envelope:
            vary:
              prompts: [ { file: prompt.md, max: 40 } ]
              parameters: { temperature: { min: 0, max: 0.5 } }
            minimum: { correct: 0.9 }
            perDay: 20
            until: 2027-03-31
          thresholds:
        """;

    public static async Task<ControlHouse> OpenAsync(Database database)
    {
        var house = await ControlHouse.OpenAsync(database);
        await house.PeopleAsync();
        house.Replay = Answering("Within 30 days, five days later.");
        (await house.ApplyAsync("1.0.0", "0.2", Prompt, parent: null)).Ok();
        await house.WarrantAsync();
        return house;
    }

    public static Replayer Answering(string text) => (_, _) => Task.FromResult(new ReplayAnswer(
        200, "allowed", Guid.Empty,
        Encoding.UTF8.GetBytes(new JsonObject
        {
            ["choices"] = new JsonArray(new JsonObject { ["message"] = new JsonObject { ["content"] = text } }),
        }.ToJsonString())));

    /// <summary>Applies a version; a variant names its parent's digest.</summary>
    public static async Task<Reply> ApplyAsync(
        this ControlHouse house, string version, string temperature, string prompt, string? parent,
        Func<string, string>? edit = null)
    {
        var files = new JsonObject();
        foreach (var (path, text) in new[] { ("prompt.md", prompt), ("evals.jsonl", Set) })
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            using var content = new ByteArrayContent(bytes);
            (await house.SendAsync("mia", HttpMethod.Put, $"/api/blobs/{Digest.Of(bytes)}", content)).Ok();
            files[path] = Digest.Of(bytes);
        }

        var manifest = house.Manifest(version).Replace("  thresholds:", Envelope)
            .Replace("temperature: 0.2 }", $"temperature: {temperature} }}");
        if (parent is not null)
            manifest += $"\n  parent: {parent}\n";

        return await house.SendAsync("mia", HttpMethod.Post, "/api/apply", new JsonObject
        {
            ["file"] = "provost.yaml",
            ["manifest"] = edit is null ? manifest : edit(manifest),
            ["files"] = files,
        });
    }

    /// <summary>Puts a variant of 1.0.0 forward and lets the server do what it does by itself.</summary>
    /// <returns>What submitting said.</returns>
    public static async Task<JsonNode> VaryAsync(
        this ControlHouse house, string version, string temperature = "0.2", string prompt = Prompt,
        Func<string, string>? edit = null)
    {
        var parent = house.Log.State.Registry.Version("desk", "1.0.0")!.Digest;
        (await house.ApplyAsync(version, temperature, prompt, parent, edit)).Ok();
        var submitted = (await house.SubmitAsync("mia", version)).Ok();
        await house.SettleAsync();
        return submitted;
    }

    /// <summary>Lets tests begin and end and warrants be issued until nothing more happens.</summary>
    public static async Task SettleAsync(this ControlHouse house)
    {
        for (var position = -1L; position != house.Log.State.Position;)
        {
            position = house.Log.State.Position;
            await house.Desks.Variants.TickAsync(CancellationToken.None);
            foreach (var open in house.Log.State.Rehearsals.Open(house.Time.GetUtcNow()))
                await house.Desks.Rehearsals.WhenEndedAsync(open.Id);
        }
    }

    /// <summary>How a version stands to its envelope.</summary>
    public static async Task<JsonNode> StandingAsync(this ControlHouse house, string version) =>
        (await house.SendAsync("mia", HttpMethod.Get, $"/api/systems/desk/releases/{version}/variant")).Ok();
}
