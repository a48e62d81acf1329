using System.CommandLine;
using System.Text.Json.Nodes;
using Provost.Cli.Output;
using Provost.Cli.Session;

namespace Provost.Cli.People;

/// <summary><c>provost people</c>: who may do what; a signing key of one's own.</summary>
internal static class PeopleCommand
{
    public static Command Create()
    {
        var asOf = Verb.AsOf();
        var command = Verb.Create(
            "people", "Who may do what, and are they reachable?", [asOf],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query("/api/people", ("asOf", parse.GetValue(asOf))), cancellationToken),
            answer => Print.Table(
                answer, "Nobody yet.", ("Name", "name"), ("Mail", "mail"), ("Roles", "roles"), ("Active", "active"),
                ("Person", "person")));
        command.Add(Add());
        var key = Key();
        key.Add(RosterCommands.RemoveKey());
        command.Add(key);
        command.Add(RosterCommands.Roles());
        command.Add(RosterCommands.Plain(
            "invite", "invited", "Invite again: a new invitation to set a password; the old one ends."));
        command.Add(RosterCommands.Plain(
            "deactivate", "deactivated", "Take a person out at once; tokens and unused approvals end."));
        command.Add(RosterCommands.Plain("reactivate", "reactivated", "Take a person in again."));
        command.Add(TokenCommands.Tokens());
        command.Add(TokenCommands.SignIns());
        command.Add(TokenCommands.Service());
        command.Add(PipelineCommands.Create());
        command.Add(SigningCommands.Changes());
        command.Add(SigningCommands.Sign());
        command.Add(SigningCommands.Withdraw());
        command.Add(SigningCommands.Reopen());
        return command;
    }

    private static Command Add()
    {
        var name = new Option<string>("--name") { Description = "The person's name.", Required = true };
        var mail = new Option<string>("--mail") { Description = "The person's mail address.", Required = true };
        var role = new Option<string[]>("--role")
        {
            Description = RosterCommands.RoleWords,
        };
        return Verb.Create(
            "add", "Add a person; prints the invitation they sign in with.", [name, mail, role],
            (parse, client, cancellationToken) => client.PostAsync(
                "/api/people",
                new JsonObject
                {
                    ["name"] = parse.GetValue(name),
                    ["mail"] = parse.GetValue(mail),
                    ["roles"] = new JsonArray([.. (parse.GetValue(role) ?? []).Select(r => (JsonNode)r)]),
                },
                cancellationToken),
            RosterCommands.Tell);
    }

    private static Command Key()
    {
        var path = new Option<string>("--out")
        {
            Description = $"The key file (default {Credentials.DefaultKeyFile}).",
        };
        return Verb.Create(
            "key", "Make your signing key on this machine and register its public half.", [path],
            async (parse, client, cancellationToken) =>
            {
                var file = parse.GetValue(path) ?? Credentials.DefaultKeyFile;
                using var key = PersonKey.Make(file);
                try
                {
                    var publicKey = Convert.ToBase64String(key.PublicKey.Bytes);
                    var proposal = await client.GetAsync(
                        Verb.Query("/api/people/me/keys/statement", ("publicKey", publicKey)), cancellationToken);
                    return await client.PostAsync(
                        "/api/people/me/keys",
                        new JsonObject { ["publicKey"] = publicKey, ["envelope"] = Signing.Sign(proposal, key) },
                        cancellationToken);
                }
                catch
                {
                    File.Delete(file); // a key nobody knows would only confuse the next try
                    throw;
                }
            },
            answer =>
            {
                Print.Line(answer["waiting"] is null
                    ? $"Key {answer["id"]} is registered. Its file never leaves this machine."
                    : $"Key {answer["id"]} is proved. Once two others have signed, it counts 24 hours later.");
                RosterCommands.Tell(answer);
            });
    }
}
