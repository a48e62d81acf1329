using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Provost.Cli.Output;
using Provost.Cli.Session;

namespace Provost.Cli.Vendors;

/// <summary><c>provost vendors</c>: whose models are used, on what terms, until when.</summary>
internal static class VendorsCommand
{
    /// <summary>Largest feed that is read, in bytes.</summary>
    private const long LargestFeed = 1 << 20;

    public static Command Create() => new("vendors", "Providers: models in use, terms, notices of their end, tasks.")
    {
        List(), Tasks(), Seen(), Notice(), Terms(),
    };

    private static Command List()
    {
        var provider = ProviderOption("Of this provider.");
        return Verb.Create(
            "list", "Every provider, with models, terms and findings.", [provider],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query("/api/vendors", ("provider", parse.GetValue(provider))), cancellationToken),
            answer =>
            {
                Print.Table(
                    answer, "No provider.", ("Provider", "provider"), ("Notice days", "terms.noticeDays"),
                    ("Pays", "terms.pays"), ("Contact", "terms.contact"), ("Notices", "notices"), ("Tasks", "tasks"));
                foreach (var vendor in answer["items"]!.AsArray())
                {
                    foreach (var model in vendor!["models"]!.AsArray())
                    {
                        Print.Line($"{vendor["provider"]}/{model!["model"]}: {model["systems"]} systems"
                            + ((bool)model["floating"]! ? ", floating" : "")
                            + (model["shutdown"] is { } end ? $", ends {end}" : ""));
                    }

                    foreach (var finding in vendor["findings"]!.AsArray())
                        Print.Line($"{vendor["provider"]}: {finding}");
                }
            });
    }

    private static Command Tasks()
    {
        var (provider, system) = (ProviderOption("Of this provider."), SystemOption());
        var page = new PageOptions();
        return Verb.Create(
            "tasks", "Releases to be replaced before their model ends, the nearest first.",
            [provider, system, page.Limit, page.After],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query(
                    "/api/vendors/tasks",
                    [
                        ("provider", parse.GetValue(provider)), ("system", parse.GetValue(system)), .. page.Of(parse),
                    ]),
                cancellationToken),
            answer => Print.Table(
                answer, "Nothing is to be replaced.", ("Days left", "daysLeft"), ("Model", "model"),
                ("System", "system"), ("Environment", "environment"), ("Release", "release.version"), ("Live", "live"),
                ("Owner", "owner.name"), ("Cost owner", "costOwner.name"), ("Terms: pays", "pays"),
                ("Replacement", "replacement")));
    }

    private static Command Seen()
    {
        var system = SystemOption();
        var strangers = new Option<bool>("--not-approved") { Description = "Only what no release approves." };
        var page = new PageOptions();
        return Verb.Create(
            "seen", "Names and fingerprints under which answers came, newest first.",
            [system, strangers, page.Limit, page.After],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query(
                    "/api/vendors/seen",
                    [
                        ("system", parse.GetValue(system)),
                        ("approved", parse.GetValue(strangers) ? "false" : null), .. page.Of(parse),
                    ]),
                cancellationToken),
            answer => Print.Table(
                answer, "Nothing has answered yet.", ("System", "system"), ("Environment", "environment"),
                ("Release", "release.version"), ("Model", "model"), ("Fingerprint", "fingerprint"),
                ("Approved", "approved"), ("First seen", "at"), ("Decision", "decision")));
    }

    private static Command Notice() => new("notice", "Notices that a model ends.")
    {
        Add(), Import(), Withdraw(), Notices(),
    };

    private static Command Add()
    {
        var provider = ProviderOption("The provider, as in the platform's settings.", required: true);
        var model = new Option<string>("--model") { Description = "The model, as releases name it.", Required = true };
        var shutdown = new Option<string>("--shutdown")
        {
            Description = "When it ends (RFC 3339; a date alone is its first instant, UTC).",
            Required = true,
        };
        var source = new Option<string>("--source")
        {
            Description = "The https address where the provider says so.",
            Required = true,
        };
        var replacement = new Option<string>("--replacement") { Description = "What the provider names instead." };
        return Verb.Create(
            "add", "Note that a model ends: from then on no call to it is admitted.",
            [provider, model, shutdown, source, replacement],
            (parse, client, cancellationToken) => client.PostAsync(
                "/api/vendors/notices",
                new JsonObject
                {
                    ["provider"] = parse.GetValue(provider),
                    ["model"] = parse.GetValue(model),
                    ["shutdown"] = Instants.Read("--shutdown", parse.GetValue(shutdown)!),
                    ["source"] = parse.GetValue(source),
                    ["replacement"] = parse.GetValue(replacement),
                },
                cancellationToken),
            Added);
    }

    private static Command Import()
    {
        var file = new Argument<FileInfo>("file")
        {
            Description = """A JSON file: {"notices":[{"provider","model","shutdown","source","replacement"}]}.""",
        };
        return Verb.Create(
            "import", "Note every end that a feed names; all of it or nothing, and twice is once.", [file],
            async (parse, client, cancellationToken) =>
            {
                var from = parse.GetValue(file)!;
                if (!from.Exists || from.Length > LargestFeed)
                    throw new CommandFault($"There is no file {from.FullName} of at most 1 MiB. Name the feed.", 2);

                var feed = Feed(from.Name, await File.ReadAllBytesAsync(from.FullName, cancellationToken));
                return await client.PostAsync("/api/vendors/notices/feed", feed, cancellationToken);
            },
            Added);
    }

    private static Command Withdraw()
    {
        var notice = new Argument<string>("notice") { Description = "The notice's id." };
        var basis = new Option<string>("--basis")
        {
            Description = "Why it counts no more, in clear, without personal data.",
            Required = true,
        };
        var key = SignedContent.KeyOption();
        return Verb.Create(
            "withdraw", "Withdraw a notice that somebody else added; you sign it.", [notice, basis, key],
            async (parse, client, cancellationToken) =>
            {
                var id = Uri.EscapeDataString(parse.GetValue(notice)!);
                var at = $"/api/vendors/notices/{id}/withdrawal";
                var why = parse.GetValue(basis)!;
                var proposal = await client.GetAsync(Verb.Query(at, ("basis", why)), cancellationToken);
                var shown = new JsonObject { ["notice"] = parse.GetValue(notice), ["basis"] = why };
                var envelope = SignedContent.Sign(
                    proposal, "withdraw_notice", parse.GetValue(notice)!, shown,
                    parse.GetValue(key) ?? Credentials.DefaultKeyFile);
                return await client.PostAsync(
                    at, new JsonObject { ["basis"] = why, ["envelope"] = envelope }, cancellationToken);
            },
            answer => Print.Line($"Withdrawn: {answer["provider"]}/{answer["model"]} is admitted again."));
    }

    private static Command Notices()
    {
        var provider = ProviderOption("Of this provider.");
        var inForce = new Option<bool>("--in-force") { Description = "Only those that count." };
        var page = new PageOptions();
        return Verb.Create(
            "list", "Every notice, newest first.", [provider, inForce, page.Limit, page.After],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query(
                    "/api/vendors/notices",
                    [
                        ("provider", parse.GetValue(provider)), ("inForce", parse.GetValue(inForce) ? "true" : null),
                        .. page.Of(parse),
                    ]),
                cancellationToken),
            answer => Print.Table(
                answer, "No notice.", ("Notice", "id"), ("Provider", "provider"), ("Model", "model"),
                ("Ends", "shutdown"), ("Replacement", "replacement"), ("Source", "source"), ("By", "by.name"),
                ("Withdrawn", "withdrawnAt")));
    }

    private static Command Terms()
    {
        var provider = ProviderOption("The provider, as in the platform's settings.", required: true);
        var notice = new Option<int>("--notice-days")
        {
            Description = "Days between a notice and a model's end, at least.",
            Required = true,
        };
        var reapproval = new Option<bool>("--reapproval")
        {
            Description = "Another model under the same contract needs a new approval.",
        };
        var pays = new Option<string>("--pays")
        {
            Description = "Who pays for evaluating a replacement: us, provider or shared.",
            Required = true,
        };
        var contact = new Option<string>("--contact")
        {
            Description = "Whom the provider names for incidents: an address or an office's mail.",
            Required = true,
        };
        var source = new Option<string>("--source")
        {
            Description = "Where the terms stand: a contract's number.",
            Required = true,
        };
        return Verb.Create(
            "terms", "Set the terms of a provider, in place of those before.",
            [provider, notice, reapproval, pays, contact, source],
            (parse, client, cancellationToken) => client.PostAsync(
                $"/api/vendors/{Uri.EscapeDataString(parse.GetValue(provider)!)}/terms",
                new JsonObject
                {
                    ["noticeDays"] = parse.GetValue(notice),
                    ["reapproval"] = parse.GetValue(reapproval),
                    ["pays"] = parse.GetValue(pays),
                    ["contact"] = parse.GetValue(contact),
                    ["source"] = parse.GetValue(source),
                },
                cancellationToken),
            answer => Print.Line($"The terms of {answer["provider"]} stand."));
    }

    private static void Added(JsonNode answer)
    {
        foreach (var notice in answer["added"]!.AsArray())
            Print.Line($"Noted: {notice!["provider"]}/{notice["model"]} ends {notice["shutdown"]} ({notice["id"]}).");

        Print.Line($"{answer["dependents"]} warranted releases are to be replaced (provost vendors tasks)"
            + ((int)answer["known"]! > 0 ? $"; {answer["known"]} notices stood already." : "."));
    }

    /// <summary>The feed with whole instants.</summary>
    /// <exception cref="CommandFault">It is none; the fault names the notice and the member.</exception>
    private static JsonObject Feed(string file, byte[] bytes)
    {
        JsonNode? feed;
        try
        {
            feed = JsonNode.Parse(bytes);
        }
        catch (JsonException fault)
        {
            throw new CommandFault(
                $"{file}({fault.LineNumber + 1},{fault.BytePositionInLine + 1}): this is no JSON. "
                + "Write {\"notices\":[…]}.", 2);
        }

        if (feed is not JsonObject whole || whole["notices"] is not JsonArray notices)
            throw new CommandFault($"{file} holds no list of notices. Write {{\"notices\":[…]}}.", 2);

        for (var i = 0; i < notices.Count; i++)
        {
            var at = $"{file}, notice {i + 1}";
            if (notices[i] is not JsonObject notice)
                throw new CommandFault($"{at} is no object. Write {{\"provider\":…,\"model\":…}}.", 2);

            foreach (var member in new[] { "provider", "model", "shutdown", "source" })
            {
                if (notice[member]?.GetValueKind() != JsonValueKind.String)
                    throw new CommandFault($"{at}: {member} is missing or no text. Give it as text.", 2);
            }

            notice["shutdown"] = Instants.Read($"{at}, shutdown", (string)notice["shutdown"]!);
        }

        return whole;
    }

    private static Option<string> ProviderOption(string description, bool required = false) =>
        new("--provider") { Description = description, Required = required };

    private static Option<string> SystemOption() => new("--system") { Description = "Of this system." };
}
