using System.CommandLine;
using System.Text.Json.Nodes;
using Provost.Cli.Output;
using Provost.Cli.Session;

namespace Provost.Cli.People;

/// <summary>Tokens and sessions of one's own, tokens for programs, and who signed in.</summary>
internal static class TokenCommands
{
    private const string Own = "/api/people/me/credentials";
    private const string Programs = "/api/people/services";

    public static Command Tokens()
    {
        var kind = new Option<string>("--kind") { Description = "token, session, service or pipeline." };
        var command = Verb.Create(
            "tokens", "Which tokens and sessions stand in your name?", [kind],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query(Own, ("kind", parse.GetValue(kind))), cancellationToken),
            answer => Print.Table(
                answer, "None.", ("Id", "id"), ("Kind", "kind"), ("Name", "name"), ("Since (UTC)", "since"),
                ("Expires (UTC)", "expires"), ("Last seen (UTC)", "seen"), ("This one", "isThis")));
        command.Add(End("end", Own, "End one of your tokens or sessions at once."));
        command.Add(Verb.Create(
            "end-others", "End all your sessions and tokens but the one this command uses; programs stay.", [],
            async (_, client, cancellationToken) =>
            {
                await client.DeleteAsync(Own + "?others=true", cancellationToken);
                return new JsonObject { ["ended"] = "others" };
            },
            _ => Print.Line("Ended.")));
        return command;
    }

    public static Command SignIns()
    {
        var person = new Option<string>("--person") { Description = "A person's id; see provost people." };
        var what = new Option<string>("--what")
        {
            Description = "signed_in, signed_out, sign_in_failed, credential, credential_ended, service_token or "
                + "pipeline_entered.",
        };
        var after = new Option<string>("--after") { Description = "The cursor that the page before ended with." };
        var limit = new Option<int?>("--limit") { Description = "Lines, at most 1,000 (default 50)." };
        return Verb.Create(
            "sign-ins", "Who came in, and what was refused?", [person, what, after, limit],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query(
                    "/api/people/sign-ins", ("person", parse.GetValue(person)), ("what", parse.GetValue(what)),
                    ("after", parse.GetValue(after)), ("limit", parse.GetValue(limit)?.ToString())),
                cancellationToken),
            answer => Print.Table(
                answer, "Nothing yet.", ("At (UTC)", "at"), ("What", "what"), ("Person", "person"), ("Way", "way"),
                ("Kind", "kind"), ("Credential", "credential"), ("Code", "code"), ("Count", "count")));
    }

    public static Command Service()
    {
        var command = new Command("service", "Tokens for programs, in your name: they never approve, sign or read "
            + "content.");
        command.Add(Add());
        var (person, system) = (
            new Option<string>("--person") { Description = "Who answers for them: a person's id." },
            new Option<string>("--system") { Description = "Those that reach this system." });
        command.Add(Verb.Create(
            "list", "Which programs may do what, in whose name?", [person, system],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query(Programs, ("person", parse.GetValue(person)), ("system", parse.GetValue(system))),
                cancellationToken),
            answer => Print.Table(
                answer, "None.", ("Id", "id"), ("Kind", "kind"), ("Name", "name"), ("Verbs", "verbs"),
                ("Systems", "systems"), ("Expires (UTC)", "expires"), ("Person", "person"))));
        command.Add(End("revoke", Programs, "End a program's token at once."));
        return command;
    }

    private static Command Add()
    {
        var name = new Argument<string>("name") { Description = "The program's name, as ci/refund-assistant." };
        var verb = new Option<string[]>("--verb")
        {
            Description = "apply, gate, plan, read or submit; may be repeated.",
            Required = true,
        };
        var system = new Option<string[]>("--system")
        {
            Description = "A system it works on; may be repeated. '*' for all: gate, plan and read alone.",
            Required = true,
        };
        var days = new Option<int>("--days")
        {
            Description = "Its life, 1 to 90 (default 90).",
            DefaultValueFactory = _ => 90,
        };
        return Verb.Create(
            "add", "Make a token for a program; it is shown once.", [name, verb, system, days],
            (parse, client, cancellationToken) => client.PostAsync(
                Programs,
                new JsonObject
                {
                    ["name"] = parse.GetValue(name),
                    ["verbs"] = new JsonArray([.. (parse.GetValue(verb) ?? []).Select(v => (JsonNode)v)]),
                    ["systems"] = new JsonArray([.. (parse.GetValue(system) ?? []).Select(s => (JsonNode)s)]),
                    ["days"] = parse.GetValue(days),
                },
                cancellationToken),
            answer =>
            {
                Print.Line($"Token {answer["id"]}, until {answer["expires"]}. It is not shown again:");
                Print.Line((string)answer["token"]!);
                Print.Line("Give it to the program as PROVOST_TOKEN.");
            });
    }

    private static Command End(string name, string path, string description)
    {
        var id = new Argument<string>("id") { Description = "Its id, as the list shows it." };
        return Verb.Create(
            name, description, [id],
            async (parse, client, cancellationToken) =>
            {
                await client.DeleteAsync(
                    $"{path}/{Uri.EscapeDataString(parse.GetValue(id)!)}", cancellationToken);
                return new JsonObject { ["ended"] = parse.GetValue(id) };
            },
            _ => Print.Line("Ended."));
    }
}
