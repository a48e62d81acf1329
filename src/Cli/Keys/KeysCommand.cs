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
        var rate = new Option<int?>("--rate") { Description = "Calls a second (default 50)." };
        var burst = new Option<int?>("--burst")
        {
            Description = "Calls at once after a pause (default twice the rate).",
        };
        var concurrency = new Option<int?>("--concurrency") { Description = "Calls in flight (default 64)." };
        var spend = new Option<decimal?>("--spend") { Description = "US dollars a day, UTC (default 50)." };
        return Verb.Create(
            "issue", "Issue a key; it is shown once.", [system, environment, rate, burst, concurrency, spend],
            (parse, client, cancellationToken) => client.PostAsync(
                "/api/keys",
                new JsonObject
                {
                    ["system"] = parse.GetValue(system),
                    ["environment"] = parse.GetValue(environment),
                    ["caps"] = new JsonObject
                    {
                        ["requestsPerSecond"] = parse.GetValue(rate),
                        ["burst"] = parse.GetValue(burst),
                        ["concurrency"] = parse.GetValue(concurrency),
                        ["spendMicroUsdPerDay"] = MicroUsd(parse.GetValue(spend)),
                    },
                },
                cancellationToken),
            answer => Print.Line($"{answer["key"]}\nValid until {answer["expires"]}. It is not shown again."));
    }

    private static long? MicroUsd(decimal? dollars) => dollars switch
    {
        null => null,
        < 0 or > 9_000_000_000 => throw new CommandFault("--spend is between 0 and 9000000000 US dollars a day.", 2),
        { } given => (long)(given * 1_000_000),
    };

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
