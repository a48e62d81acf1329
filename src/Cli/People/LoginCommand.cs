using System.CommandLine;
using System.Text.Json.Nodes;
using Provost.Cli.Output;
using Provost.Cli.Session;
using Spectre.Console;

namespace Provost.Cli.People;

/// <summary><c>provost login</c>: with the setup code, with an invitation, or with mail and password.</summary>
internal static class LoginCommand
{
    public static Command Create()
    {
        var server = new Option<string>("--server") { Description = "Address of the console and API." };
        var setup = new Option<string>("--setup") { Description = "The code that the first start printed." };
        var invite = new Option<string>("--invite") { Description = "The invitation you were given." };
        var name = new Option<string>("--name") { Description = "Your name (with --setup)." };
        var mail = new Option<string>("--mail") { Description = "Your mail address." };
        var pipeline = new Option<string>("--pipeline")
        {
            Description = "A run's way in: the system it works on. Its issuer's token is read from PROVOST_ID_TOKEN.",
        };
        var command = new Command("login", "Sign in; the token is kept for the commands after it.")
        {
            server, setup, invite, name, mail, pipeline,
        };
        command.SetAction(async (parse, cancellationToken) =>
        {
            var credentials = Credentials.Load();
            credentials = credentials with { Server = parse.GetValue(server) ?? credentials.Server, Token = null };
            using var client = new ControlClient(credentials);
            if (parse.GetValue(pipeline) is { } system)
                return await EnterAsync(client, credentials, system, cancellationToken);

            var password = Password();
            var (path, body) = (parse.GetValue(setup), parse.GetValue(invite)) switch
            {
                ({ } code, _) => ("/api/setup", new JsonObject
                {
                    ["code"] = code,
                    ["name"] = Required(parse.GetValue(name), "--name"),
                    ["mail"] = Required(parse.GetValue(mail), "--mail"),
                    ["password"] = password,
                }),
                (_, { } token) => ("/api/invitations/accept", new JsonObject
                {
                    ["invite"] = token,
                    ["password"] = password,
                }),
                _ => ("/api/login", new JsonObject
                {
                    ["mail"] = Required(parse.GetValue(mail), "--mail"),
                    ["password"] = password,
                }),
            };
            var answer = await client.PostAsync(path, body, cancellationToken);
            (credentials with { Token = (string)answer["token"]!, Person = (string?)answer["person"] }).Save();
            Print.Line("Signed in.");
            return 0;
        });
        return command;
    }

    /// <summary>Changes the issuer's token for one of this server; it lasts a quarter of an hour.</summary>
    private static async Task<int> EnterAsync(
        ControlClient client, Credentials credentials, string system, CancellationToken cancellationToken)
    {
        var proof = Environment.GetEnvironmentVariable("PROVOST_ID_TOKEN")
            ?? throw new CommandFault("PROVOST_ID_TOKEN is not set. Ask the pipeline's issuer for a token first.", 2);
        var answer = await client.PostAsync(
            "/api/sessions/ci", new JsonObject { ["token"] = proof.Trim(), ["system"] = system }, cancellationToken);
        (credentials with { Token = (string)answer["token"]!, Person = null }).Save();
        Print.Line($"Signed in for {answer["system"]} until {answer["expires"]}.");
        return 0;
    }

    private static string Required(string? value, string option) =>
        value ?? throw new CommandFault($"{option} is missing.", 2);

    /// <summary>From the environment for programs, else asked without echo.</summary>
    private static string Password() => Environment.GetEnvironmentVariable("PROVOST_PASSWORD")
        ?? AnsiConsole.Prompt(new TextPrompt<string>("Password:").Secret());
}
