using System.CommandLine;
using System.Text.Json.Nodes;
using Provost.Cli.Output;

namespace Provost.Cli.Keys;

/// <summary><c>provost keys</c>: client keys, one system and environment each, 90 days.</summary>
internal static class KeysCommand
{
    public static Command Create()
    {
        var command = Verb.Create(
            "keys", "The client keys, and what each may do.", [],
            (_, client, cancellationToken) => client.GetAsync("/api/keys", cancellationToken),
            answer => Print.Table(
                answer, "No keys.", ("Id", "id"), ("System", "system"), ("Environment", "environment"),
                ("Expires", "expires"), ("Revoked", "revoked")));
        command.Add(Issue());
        command.Add(Revoke());
        return command;
    }

    private static Command Issue()
    {
        var system = new Argument<string>("system") { Description = "The system's name." };
        var environment = Verb.Environment();
        return Verb.Create(
            "issue", "Issue a key; it is shown once.", [system, environment],
            (parse, client, cancellationToken) => client.PostAsync(
                "/api/keys",
                new JsonObject
                {
                    ["system"] = parse.GetValue(system),
                    ["environment"] = parse.GetValue(environment),
                },
                cancellationToken),
            answer => Print.Line($"{answer["key"]}\nValid until {answer["expires"]}. It is not shown again."));
    }

    private static Command Revoke()
    {
        var id = new Argument<string>("id") { Description = "The key's ten characters after pk_." };
        return Verb.Create(
            "revoke", "Revoke a key at once.", [id],
            async (parse, client, cancellationToken) =>
            {
                await client.DeleteAsync($"/api/keys/{Uri.EscapeDataString(parse.GetValue(id)!)}", cancellationToken);
                return new JsonObject { ["revoked"] = parse.GetValue(id) };
            },
            answer => Print.Line($"Revoked {answer["revoked"]}."));
    }
}
