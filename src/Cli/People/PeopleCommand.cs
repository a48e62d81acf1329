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
                answer, "Nobody yet.", ("Name", "name"), ("Mail", "mail"), ("Roles", "roles"), ("Person", "person")));
        command.Add(Add());
        command.Add(Key());
        return command;
    }

    private static Command Add()
    {
        var name = new Option<string>("--name") { Description = "The person's name.", Required = true };
        var mail = new Option<string>("--mail") { Description = "The person's mail address.", Required = true };
        var role = new Option<string[]>("--role")
        {
            Description = "approver, compliance, on-call, platform-administrator; may be repeated.",
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
            answer => Print.Line($"Invitation, valid once: {answer["invite"]}"));
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
            answer => Print.Line($"Key {answer["id"]} is registered. Its file never leaves this machine."));
    }
}
