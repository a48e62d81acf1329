using System.CommandLine;
using System.Text.Json.Nodes;
using Provost.Cli.Session;

namespace Provost.Cli.Output;

/// <summary>The frame that all commands share: open a client, do it, print the answer.</summary>
internal static class Verb
{
    /// <summary>A command that asks the server and prints what it answered.</summary>
    public static Command Create(
        string name, string description, IReadOnlyList<Symbol> symbols,
        Func<ParseResult, ControlClient, CancellationToken, Task<JsonNode>> ask, Action<JsonNode> forPeople)
    {
        var json = JsonOption.Create();
        var command = new Command(name, description) { json };
        foreach (var symbol in symbols)
        {
            if (symbol is Option option)
                command.Add(option);
            else if (symbol is Argument argument)
                command.Add(argument);
        }

        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ControlClient.Open();
            return Print.Answer(await ask(parse, client, cancellationToken), parse.GetValue(json), forPeople);
        });
        return command;
    }

    /// <summary>A query string of what was given; nothing for what was not.</summary>
    public static string Query(string path, params (string Name, string? Value)[] parameters)
    {
        var given = parameters.Where(p => !string.IsNullOrEmpty(p.Value))
            .Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}");
        var query = string.Join('&', given);
        return query.Length == 0 ? path : $"{path}?{query}";
    }

    /// <summary><c>system@version</c>, taken apart.</summary>
    public static (string System, string Version) Release(string text) => text.Split('@') is [var system, var version]
        ? (Uri.EscapeDataString(system), Uri.EscapeDataString(version))
        : throw new CommandFault($"'{text}' names no release. Write system@version, as refund-assistant@3.2.0.", 2);

    /// <summary>Any list or page of governance can be asked for as it stood then.</summary>
    public static Option<string> AsOf() => new("--as-of")
    {
        Description = "As it stood at this instant (UTC), folded again from the log.",
    };

    public static Option<string> Environment() => new("--environment", "-e", "--env")
    {
        Description = "The environment (default production).",
        DefaultValueFactory = _ => "production",
    };
}
