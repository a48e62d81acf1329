using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Provost.Cli.Output;
using Provost.Cli.Session;
using Provost.Gateway.Warrants;
using Provost.Ledger.Statements;
using Provost.Ledger.Verification;

namespace Provost.Cli.Systems;

/// <summary>
/// <c>gate</c>: may this digest be deployed there? Exit code 0: yes. 1: no, with all that is missing. 2: asked wrongly.
/// 3: the server did not answer, which is no yes either.
/// </summary>
internal static class GateCommand
{
    private const int MaxWarrantBytes = 4 << 20;

    public static Command Create()
    {
        var digest = new Option<string>("--digest") { Description = "The release's digest (sha256:…)." };
        var manifest = new Option<string>("--manifest")
        {
            Description = "Instead of a digest: the manifest whose last release is meant.",
        };
        var environment = Verb.Environment();
        var warrant = new Option<string>("--warrant")
        {
            Description = "Ask no server: the warrant in this file, checked with --trust.",
        };
        var trust = new Option<string>("--trust") { Description = "With --warrant: the pinned trust.json." };
        var save = new Option<string>("--save") { Description = "Write the warrant to this file." };
        var list = new Option<bool>("--list") { Description = "List what the gate answered instead, newest first." };
        var system = new Option<string>("--system") { Description = "With --list: only answers about this system." };
        var page = new PageOptions();
        var json = JsonOption.Create();
        var command = new Command(
            "gate", "May this release be deployed? Exit code 0: yes, 1: no, with all that is missing.")
        {
            digest, manifest, environment, warrant, trust, save, list, system, json, page.Limit, page.After,
        };
        command.SetAction(async (parse, cancellationToken) =>
        {
            if (parse.GetValue(list))
            {
                var query = Verb.Query(
                    "/api/gate/answers",
                    [
                        ("system", parse.GetValue(system)), ("digest", parse.GetValue(digest)),
                        ("environment", parse.GetResult(environment) is { Implicit: false }
                            ? parse.GetValue(environment)
                            : null),
                        .. page.Of(parse),
                    ]);
                using var client = ControlClient.Open();
                return Print.Answer(await client.GetAsync(query, cancellationToken), parse.GetValue(json), ShowList);
            }

            var asked = Asked(parse.GetValue(digest), parse.GetValue(manifest));
            var where = parse.GetValue(environment)!;
            var answer = parse.GetValue(warrant) is { } file
                ? Offline(asked, where, file, parse.GetValue(trust))
                : await AskAsync(asked, where, cancellationToken);
            if (parse.GetValue(save) is { } target)
                Save(answer, target);

            Print.Answer(answer, parse.GetValue(json), Show);
            return (bool?)answer["admitted"] == true ? 0 : 1;
        });
        return command;
    }

    private static string Asked(string? digest, string? manifest)
    {
        if ((digest is null) == (manifest is null))
            throw new CommandFault("Give --digest or --manifest, one of the two.", 2);

        if (digest is not null)
        {
            return Digest.IsWellFormed(digest)
                ? digest
                : throw new CommandFault($"'{digest}' is no digest. Write sha256: and 64 hexadecimal digits.", 2);
        }

        var releases = Releases(manifest!);
        return releases.Count > 0
            ? (string)releases[^1]!["digest"]!
            : throw new CommandFault($"{manifest} has no release.", 2);
    }

    /// <summary>A manifest that cannot be read is no no of the gate.</summary>
    private static JsonArray Releases(string manifest)
    {
        try
        {
            return (JsonArray)ManifestUpload.PlanOffline(manifest)["releases"]!;
        }
        catch (CommandFault unread)
        {
            throw new CommandFault(unread.Message, 2);
        }
    }

    private static async Task<JsonNode> AskAsync(
        string digest, string environment, CancellationToken cancellationToken)
    {
        using var client = ControlClient.Open();
        return await client.GetAsync(
            Verb.Query("/api/gate", ("digest", digest), ("environment", environment)), cancellationToken);
    }

    /// <summary>What the warrant says by itself, in the form of the server's answer. A revocation, an order in force
    /// and the persons' keys are not to be seen from here, and it says so.</summary>
    private static JsonObject Offline(string digest, string environment, string file, string? trustFile)
    {
        if (trustFile is null)
            throw new CommandFault("--warrant needs --trust: the trust.json that you pinned.", 2);

        var trust = Read(trustFile, bytes => TrustFile.Parse(bytes));
        var envelope = Read(file, bytes =>
        {
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.Clone();
        });
        var now = TimeProvider.System.GetUtcNow();
        var warrant = WarrantCheck.CheckSignature(envelope, trust.Warrant, trust.Org, out var fault);
        var missing = warrant is null
            ? [("signature", $"{fault} of {trustFile}.", "Fetch it again with provost gate --save.")]
            : Faults(warrant, digest, environment, now).ToList();
        return new JsonObject
        {
            ["admitted"] = missing.Count == 0,
            ["digest"] = digest,
            ["environment"] = environment,
            ["system"] = warrant?.System,
            ["warrant"] = warrant is null ? null : Shown(warrant, envelope),
            ["missing"] = new JsonArray(
            [
                .. missing.Select(m => new JsonObject
                {
                    ["code"] = m.Item1,
                    ["message"] = m.Item2,
                    ["remedy"] = m.Item3,
                }),
            ]),
            ["notChecked"] = new JsonArray(
                "whether the warrant was revoked", "orders in force", "the approvals' signatures (the signer did)"),
            ["at"] = now.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        };
    }

    private static IEnumerable<(string Code, string Message, string Remedy)> Faults(
        WarrantPredicate warrant, string digest, string environment, DateTimeOffset now)
    {
        if (warrant.Release != digest)
        {
            yield return (
                "other_release", $"The warrant is for {warrant.Release}.", "Fetch the one of the release you deploy.");
        }

        if (warrant.Environment != environment)
        {
            yield return (
                "other_environment", $"The warrant is for {warrant.Environment}.",
                "An environment needs a warrant of its own.");
        }

        if (now < warrant.NotBefore)
            yield return ("not_yet", $"The warrant begins on {Day(warrant.NotBefore)}.", "Wait until then.");

        if (now >= warrant.NotAfter)
            yield return ("expired", $"The warrant ended on {Day(warrant.NotAfter)}.", "Have it approved again.");
    }

    private static JsonObject Shown(WarrantPredicate warrant, JsonElement envelope) => new()
    {
        ["id"] = warrant.Id.ToString(),
        ["purpose"] = warrant.Purpose,
        ["population"] = warrant.Population,
        ["tier"] = warrant.Tier,
        ["notBefore"] = warrant.NotBefore.ToString("O", CultureInfo.InvariantCulture),
        ["notAfter"] = warrant.NotAfter.ToString("O", CultureInfo.InvariantCulture),
        ["envelope"] = JsonNode.Parse(envelope.GetRawText()),
    };

    private static T Read<T>(string file, Func<byte[], T> parse)
    {
        try
        {
            return new FileInfo(file) is { Exists: true, Length: > MaxWarrantBytes }
                ? throw new CommandFault($"{file} is larger than any warrant or trust file.", 2)
                : parse(File.ReadAllBytes(file));
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or JsonException
            or FormatException)
        {
            throw new CommandFault($"{file} cannot be read: {broken.Message}", 2);
        }
    }

    private static void Save(JsonNode answer, string file)
    {
        if (answer["warrant"]?["envelope"] is not { } envelope)
            return;

        File.WriteAllText(file, envelope.ToJsonString() + "\n");
    }

    private static void ShowList(JsonNode answer) => Print.Table(
        answer, "The gate was not asked.", ("At", "at"), ("Asked by", "asker.name"), ("Kind", "kind"), ("By", "by"),
        ("Systems", "systems"), ("Environment", "environment"), ("Admitted", "admitted"), ("Missing", "missing"),
        ("Workload", "workload"), ("Unwritten", "unwritten"), ("Releases", "releases"));

    private static void Show(JsonNode answer)
    {
        var named = answer["version"] is { } version ? $"{answer["system"]}@{version}" : $"{answer["system"]}";
        if ((bool?)answer["admitted"] == true)
        {
            var warrant = answer["warrant"]!;
            Print.Line(
                $"Yes: {named} in {answer["environment"]}, warrant {warrant["id"]}, tier {warrant["tier"]}, "
                + $"until {warrant["notAfter"]}.");
        }
        else
        {
            Print.Line($"No: {answer["digest"]} in {answer["environment"]}.");
        }

        foreach (var missing in answer["missing"] as JsonArray ?? [])
            Print.Line($"  {missing?["code"]}: {missing?["message"]}\n    {missing?["remedy"]}");
        if (answer["notChecked"] is JsonArray { Count: > 0 } unseen)
            Print.Line($"Not checked without a server: {string.Join("; ", unseen.Select(u => u?.ToString()))}.");
    }

    private static string Day(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
