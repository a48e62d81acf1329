using System.CommandLine;
using System.Text.Json.Nodes;
using Provost.Cli.Output;
using Provost.Cli.Session;

namespace Provost.Cli.People;

/// <summary><c>provost people pipelines</c>: whose runs may come in, by the word of their issuer.</summary>
internal static class PipelineCommands
{
    private const string Path = "/api/people/pipelines";

    /// <summary>Issuer and address of keys, by the name of a host of pipelines.</summary>
    private static readonly Dictionary<string, (string Issuer, string Keys)> Hosts = new()
    {
        ["github"] = (
            "https://token.actions.githubusercontent.com",
            "https://token.actions.githubusercontent.com/.well-known/jwks"),
        ["gitlab"] = ("https://gitlab.com", "https://gitlab.com/oauth/discovery/keys"),
    };

    public static Command Create()
    {
        var system = new Option<string>("--system") { Description = "Those of this system." };
        var command = Verb.Create(
            "pipelines", "Whose runs may come in without a stored secret?", [system],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query(Path, ("system", parse.GetValue(system))), cancellationToken),
            answer => Print.Table(
                answer, "None is trusted.", ("Trust", "trust"), ("System", "system"), ("Verbs", "verbs"),
                ("Repository", "repository"), ("Workflow", "workflow"), ("Ref", "ref"), ("Issuer", "issuer"),
                ("Answers", "person.name")));
        command.Add(Trust());
        var id = new Argument<Guid>("trust") { Description = "The trust's id." };
        command.Add(Verb.Create(
            "end", "End a trust at once; what ran under it ends too.", [id],
            async (parse, client, cancellationToken) =>
            {
                await client.DeleteAsync($"{Path}/{parse.GetValue(id)}", cancellationToken);
                return new JsonObject { ["ended"] = parse.GetValue(id).ToString() };
            },
            _ => Print.Line("Ended.")));
        return command;
    }

    private static Command Trust()
    {
        var person = Needed("--person", "Mail address or id of who answers for its runs; signs nothing of it.");
        var host = new Option<string>("--host") { Description = "github or gitlab (gitlab.com): issuer and keys." };
        var issuer = new Option<string>("--issuer") { Description = "The exact claim iss, for any other host." };
        var keys = new Option<string>("--keys") { Description = "Where that issuer publishes its keys." };
        var audience = Needed("--audience", "The audience the pipeline asks its token for: this server's name.");
        var repository = Needed("--repository", "owner/name.");
        var workflow = Needed("--workflow", "As the token names it, as acme/credit/.github/workflows/release.yml.");
        var reference = Needed("--ref", "A protected ref, as refs/heads/main or refs/tags/v*.");
        var subject = new Option<string>("--subject") { Description = "What the claim sub must be; * at its end." };
        var system = Needed("--system", "The system it works on.");
        var verb = new Option<string[]>("--verb")
        {
            Description = "apply, gate, plan, read or submit; may be repeated.",
            Required = true,
        };
        var reason = new Option<string>("--reason") { Description = "Why; it is recorded." };
        return Verb.Create(
            "trust", "Trust a pipeline's issuer for one workflow on protected refs; needs two signatures.",
            [person, host, issuer, keys, audience, repository, workflow, reference, subject, system, verb, reason],
            async (parse, client, cancellationToken) =>
            {
                var known = parse.GetValue(host) is not { } name ? default : Hosts.TryGetValue(name, out var found)
                    ? found
                    : throw new CommandFault("--host is github or gitlab; else give --issuer and --keys.", 2);
                return await client.PostAsync(
                    Path,
                    new JsonObject
                    {
                        ["person"] = await RosterCommands.FindAsync(
                            client, parse.GetValue(person)!, cancellationToken),
                        ["issuer"] = parse.GetValue(issuer) ?? known.Issuer
                            ?? throw new CommandFault("Name the --host, or --issuer and --keys.", 2),
                        ["keys"] = parse.GetValue(keys) ?? known.Keys
                            ?? throw new CommandFault("--keys is missing.", 2),
                        ["audience"] = parse.GetValue(audience),
                        ["repository"] = parse.GetValue(repository),
                        ["workflow"] = parse.GetValue(workflow),
                        ["ref"] = parse.GetValue(reference),
                        ["subject"] = parse.GetValue(subject),
                        ["system"] = parse.GetValue(system),
                        ["verbs"] = new JsonArray([.. (parse.GetValue(verb) ?? []).Select(v => (JsonNode)v)]),
                        ["reason"] = parse.GetValue(reason) ?? "",
                    },
                    cancellationToken);
            },
            RosterCommands.Tell);
    }

    private static Option<string> Needed(string name, string description) =>
        new(name) { Description = description, Required = true };
}
