using System.CommandLine;
using System.Text.Json.Nodes;
using Provost.Cli.Output;
using Provost.Cli.Session;

namespace Provost.Cli.Holds;

/// <summary><c>provost hold</c>: what must be kept, whatever its term.</summary>
internal static class HoldCommand
{
    public static Command Create() => new("hold", "Legal holds: keep contents from erasure and the end of terms.")
    {
        Place(), Release(), List(),
    };

    private static Command Place()
    {
        var system = new Option<string>("--system") { Description = "This system's decisions." };
        var subject = new Option<string>("--subject") { Description = "This person's, by alias." };
        var person = new Option<string>("--person")
        {
            Description = "This person's, as clients name them; only the alias is kept.",
        };
        var from = new Option<string>("--from") { Description = "From this instant on (RFC 3339)." };
        var to = new Option<string>("--to") { Description = "Before this instant." };
        var incident = new Option<string>("--incident")
        {
            Description = "An incident's system, from a week before it.",
        };
        var basis = Basis();
        return Verb.Create(
            "place", "Keep: nothing it covers is erased, no term of it ends.",
            [system, subject, person, from, to, incident, basis],
            (parse, client, cancellationToken) => client.PostAsync(
                "/api/holds",
                new JsonObject
                {
                    ["system"] = parse.GetValue(system),
                    ["subject"] = parse.GetValue(subject),
                    ["person"] = parse.GetValue(person),
                    ["from"] = parse.GetValue(from),
                    ["to"] = parse.GetValue(to),
                    ["incident"] = parse.GetValue(incident),
                    ["basis"] = parse.GetValue(basis),
                },
                cancellationToken),
            answer => Print.Line($"Held: {answer["id"]}."));
    }

    private static Command Release()
    {
        var hold = new Argument<string>("hold") { Description = "The hold's id." };
        var basis = new Option<string>("--basis") { Description = "Why it may end; asks a second person." };
        var confirm = new Option<bool>("--confirm") { Description = "Be the second person: sign, and it ends." };
        var key = SignedContent.KeyOption();
        return Verb.Create(
            "release", "End a hold: one person asks with --basis, another signs with --confirm.",
            [hold, basis, confirm, key],
            async (parse, client, cancellationToken) =>
            {
                var id = Uri.EscapeDataString(parse.GetValue(hold)!);
                var at = $"/api/holds/{id}/release";
                if (!parse.GetValue(confirm))
                {
                    return await client.PostAsync(
                        at, new JsonObject { ["basis"] = parse.GetValue(basis) ?? "" }, cancellationToken);
                }

                var found = await client.GetAsync($"/api/holds/{id}", cancellationToken);
                Print.Line($"Ends hold: {found["covers"]?["basis"]}");
                Print.Line($"Asked, because: {found["asked"]?["basis"]}");
                var shown = new JsonObject
                {
                    ["hold"] = (string?)found["id"],
                    ["asked"] = (string?)found["asked"]?["id"],
                };
                var proposal = await client.GetAsync(at, cancellationToken);
                var envelope = SignedContent.Sign(
                    proposal, "release_hold", (string)found["id"]!, shown,
                    parse.GetValue(key) ?? Credentials.DefaultKeyFile);
                return await client.PostAsync(
                    $"{at}/confirm", new JsonObject { ["envelope"] = envelope }, cancellationToken);
            },
            answer => Print.Line((bool)answer["inForce"]!
                ? $"Asked. Another person ends it: provost hold release {answer["id"]} --confirm"
                : $"Hold {answer["id"]} has ended."));
    }

    private static Command List()
    {
        var inForce = new Option<bool>("--in-force") { Description = "Only those that keep something now." };
        var system = new Option<string>("--system") { Description = "Of this system." };
        var page = new PageOptions();
        return Verb.Create(
            "list", "Every hold, newest first, with who placed and who ended it.",
            [inForce, system, page.Limit, page.After],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query(
                    "/api/holds",
                    [
                        ("inForce", parse.GetValue(inForce) ? "true" : null), ("system", parse.GetValue(system)),
                        .. page.Of(parse),
                    ]),
                cancellationToken),
            answer => Print.Table(
                answer, "No hold.", ("Hold", "id"), ("System", "covers.system"), ("Subject", "covers.subject"),
                ("From", "covers.from"), ("To", "covers.to"), ("Basis", "covers.basis"), ("Since", "since"),
                ("Ended", "releasedAt")));
    }

    private static Option<string> Basis() => new("--basis")
    {
        Description = "The case or rule, in clear, without personal data.",
        Required = true,
    };
}
