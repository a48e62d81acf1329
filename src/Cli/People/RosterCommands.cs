using System.CommandLine;
using System.Text.Json.Nodes;
using Provost.Cli.Output;
using Provost.Cli.Session;

namespace Provost.Cli.People;

/// <summary>Changes of a person: roles, keys, invitation, out and in again.</summary>
internal static class RosterCommands
{
    /// <summary>What a role's option says.</summary>
    public const string RoleWords = "approver, auditor, compliance, executive, on-call, platform-administrator, "
        + "reviewer; may be repeated.";

    public static Command Roles()
    {
        var command = new Command("roles", "What a person may do.");
        var person = Person();
        var role = new Option<string[]>("--role")
        {
            Description = RosterCommands.RoleWords,
        };
        var none = new Option<bool>("--none") { Description = "Take all roles away." };
        var reason = Reason();
        command.Add(Verb.Create(
            "set", "Set all roles of a person; needs two signatures.", [person, role, none, reason],
            (parse, client, cancellationToken) =>
            {
                var roles = parse.GetValue(role) ?? [];
                if (roles.Length > 0 == parse.GetValue(none))
                    throw new CommandFault("Name every role the person shall have with --role, or say --none.", 2);

                var change = new JsonObject
                {
                    ["change"] = "roles_set",
                    ["roles"] = new JsonArray([.. roles.Select(r => (JsonNode)r)]),
                    ["reason"] = parse.GetValue(reason) ?? "",
                };
                return AskAsync(client, parse.GetValue(person)!, change, cancellationToken);
            },
            Tell));
        return command;
    }

    public static Command RemoveKey()
    {
        var id = new Argument<string>("id") { Description = "The key's id; see provost people --json." };
        var person = new Option<string>("--person") { Description = "Whose key (default your own, at once)." };
        var reason = Reason();
        return Verb.Create(
            "remove", "Remove a key: your own at once, somebody else's with two signatures.", [id, person, reason],
            (parse, client, cancellationToken) => AskAsync(
                client,
                parse.GetValue(person) ?? client.Credentials.Person
                    ?? throw new CommandFault("Who you are is not known here. Sign in, or name --person.", 2),
                new JsonObject
                {
                    ["change"] = "key_removed",
                    ["key"] = parse.GetValue(id),
                    ["reason"] = parse.GetValue(reason) ?? "",
                },
                cancellationToken),
            Tell);
    }

    /// <summary>A change that needs nothing but the person.</summary>
    public static Command Plain(string name, string change, string description)
    {
        var (person, reason) = (Person(), Reason());
        return Verb.Create(
            name, description, [person, reason],
            (parse, client, cancellationToken) => AskAsync(
                client, parse.GetValue(person)!,
                new JsonObject { ["change"] = change, ["reason"] = parse.GetValue(reason) ?? "" }, cancellationToken),
            Tell);
    }

    /// <summary>Says whether it is done or what it waits for.</summary>
    public static void Tell(JsonNode answer)
    {
        if (answer["waiting"] is { } waiting)
        {
            Print.Line(
                $"Waits for two signatures until {waiting["until"]}, {(waiting["signedBy"] as JsonArray)?.Count ?? 0} "
                + "so far. Approvers, compliance and platform administrators sign, not the person concerned:");
            Print.Line($"  provost people sign {waiting["id"]}");
        }
        else if (answer["id"] is null)
        {
            Print.Line("Done.");
        }

        if ((string?)answer["invite"] is { } invite)
        {
            var when = answer["waiting"] is null ? "" : " from when the change is signed";
            Print.Line($"Invitation, valid once{when}: {invite}");
        }
    }

    private static async Task<JsonNode> AskAsync(
        ControlClient client, string person, JsonObject change, CancellationToken cancellationToken)
    {
        var id = await FindAsync(client, person, cancellationToken);
        return await client.PostAsync($"/api/people/{Uri.EscapeDataString(id)}/changes", change, cancellationToken);
    }

    /// <summary>The id of a person named by id or mail address.</summary>
    internal static async Task<string> FindAsync(
        ControlClient client, string person, CancellationToken cancellationToken)
    {
        if (!person.Contains('@', StringComparison.Ordinal))
            return person;

        var people = (await client.GetAsync("/api/people", cancellationToken))["items"] as JsonArray ?? [];
        var found = people.Where(p =>
            string.Equals((string?)p?["mail"], person, StringComparison.OrdinalIgnoreCase)).ToList();
        return found switch
        {
            [var one] => (string)one!["person"]!,
            [] => throw new CommandFault($"Nobody has the address {person}. See 'provost people'."),
            _ => throw new CommandFault($"Several persons have had the address {person}. Name the id instead."),
        };
    }

    private static Argument<string> Person() => new("person") { Description = "Mail address or id of the person." };

    private static Option<string> Reason() => new("--reason") { Description = "Why; it is recorded." };
}
