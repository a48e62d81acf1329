using System.CommandLine;
using System.Text.Json.Nodes;
using Provost.Cli.Decisions;
using Provost.Cli.Output;
using Provost.Cli.Session;

namespace Provost.Cli.Reveals;

/// <summary><c>provost reveal</c>: reading content, for a purpose that is recorded first.</summary>
internal static class RevealCommand
{
    public static Command Create() => new("reveal", "Read content, for a stated purpose; recorded before it is shown.")
    {
        One(), Ask(), Confirm(), Read(), Export(), List(),
    };

    private static Command One()
    {
        var decision = new Argument<string>("decision") { Description = "The decision's id." };
        var purpose = Purpose();
        return Verb.Create(
            "one", "Read what is kept of one decision.", [decision, purpose],
            (parse, client, cancellationToken) => client.PostAsync(
                $"/api/decisions/{Uri.EscapeDataString(parse.GetValue(decision)!)}/content",
                new JsonObject { ["purpose"] = parse.GetValue(purpose) }, cancellationToken),
            answer =>
            {
                Print.Line($"Input: {Print.Member(answer, "input")}");
                foreach (var passage in answer["passages"] as JsonArray ?? [])
                    Print.Line($"Retrieved for it: {passage}");
                Print.Line($"Output: {Print.Member(answer, "output")}");
            });
    }

    private static Command Ask()
    {
        var filter = new DecisionFilterOptions();
        var purpose = Purpose();
        return Verb.Create(
            "ask", "Ask to read many decisions of one system; a second person confirms.", [.. filter.All, purpose],
            (parse, client, cancellationToken) =>
            {
                var query = new JsonObject();
                foreach (var (name, value) in filter.Of(parse))
                    query[name] = value;

                return client.PostAsync(
                    "/api/reveals",
                    new JsonObject { ["query"] = query, ["purpose"] = parse.GetValue(purpose) }, cancellationToken);
            },
            answer =>
            {
                Print.Line($"{answer["asked"]?["decisions"]} decisions. Another person confirms within 24 hours:");
                Print.Line($"  provost reveal confirm {answer["id"]}");
            });
    }

    private static Command Confirm()
    {
        var reveal = new Argument<string>("reveal") { Description = "The id of what was asked." };
        var key = SignedContent.KeyOption();
        return Verb.Create(
            "confirm", "Be the second person of a reveal: sign exactly these decisions and this purpose.",
            [reveal, key],
            async (parse, client, cancellationToken) =>
            {
                var id = parse.GetValue(reveal)!;
                var found = await client.GetAsync($"/api/reveals/{Uri.EscapeDataString(id)}", cancellationToken);
                var asked = found["asked"]!;
                Print.Line($"{asked["decisions"]} decisions of {asked["system"]}: {Print.Member(asked, "query")}");
                Print.Line($"Purpose: {asked["purpose"]}");
                var at = $"/api/reveals/{Uri.EscapeDataString(id)}/confirmation";
                var envelope = SignedContent.Sign(
                    await client.GetAsync(at, cancellationToken), "reveal", id, asked,
                    parse.GetValue(key) ?? Credentials.DefaultKeyFile);
                return await client.PostAsync(at, new JsonObject { ["envelope"] = envelope }, cancellationToken);
            },
            answer => Print.Line($"Confirmed. Who asked reads it within 24 hours: provost reveal read {answer["id"]}"));
    }

    private static Command Read()
    {
        var reveal = new Argument<string>("reveal") { Description = "The id of what was confirmed." };
        var output = new Option<string>("--out") { Description = "Where to, one JSON a line.", Required = true };
        var command = new Command("read", "Read what a second person confirmed.") { reveal, output };
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ControlClient.Open();
            var path = Path.GetFullPath(parse.GetValue(output)!);
            await SaveAsync(
                client, $"/api/reveals/{Uri.EscapeDataString(parse.GetValue(reveal)!)}/content", path,
                cancellationToken);
            Print.Line($"Wrote {path}. Delete it when its purpose is served.");
            return 0;
        });
        return command;
    }

    private static Command Export()
    {
        var reveal = new Argument<string>("reveal") { Description = "The id of what was confirmed." };
        var output = new Option<string>("--out") { Description = "The bundle to write.", Required = true };
        var command = new Command(
            "export", "Take out what a second person confirmed, each content beside the proof of its entry.")
        {
            reveal, output,
        };
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ControlClient.Open();
            var path = Path.GetFullPath(parse.GetValue(output)!);
            await SaveAsync(
                client, $"/api/reveals/{Uri.EscapeDataString(parse.GetValue(reveal)!)}/bundle", path,
                cancellationToken);
            Print.Line($"Wrote {path}. Check it: provost ledger verify {path} --trust trust.json");
            Print.Line("It holds contents in clear: delete it when its purpose is served.");
            return 0;
        });
        return command;
    }

    /// <summary>All of it or nothing: a part of what was read must not lie about unnoticed.</summary>
    private static async Task SaveAsync(
        ControlClient client, string address, string path, CancellationToken cancellationToken)
    {
        var temporary = path + ".part";
        try
        {
            await using (var file = new FileStream(temporary, new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            {
                await client.PostDownloadAsync(address, file, cancellationToken);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception cut) when (cut is IOException or HttpRequestException or CommandFault)
        {
            File.Delete(temporary);
            throw cut as CommandFault
                ?? new CommandFault($"It was not read to its end, and nothing was kept: {cut.Message}", 3);
        }
    }

    private static Command List()
    {
        var system = new Option<string>("--system") { Description = "Of this system." };
        var page = new PageOptions();
        return Verb.Create(
            "list", "Who read what, and why, newest first.", [system, page.Limit, page.After],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query("/api/reveals", [("system", parse.GetValue(system)), .. page.Of(parse)]),
                cancellationToken),
            answer => Print.Table(
                answer, "Nobody has read content.", ("When", "at"), ("By", "by"), ("System", "system"),
                ("Decision", "decision"), ("Decisions", "asked.decisions"), ("Purpose", "purpose"),
                ("Second person", "confirmedBy"), ("Reveal", "id")));
    }

    private static Option<string> Purpose() => new("--purpose")
    {
        Description = "Why; it is recorded.",
        Required = true,
    };
}
