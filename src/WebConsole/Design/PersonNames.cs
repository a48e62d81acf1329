namespace Provost.WebConsole.Design;

/// <summary>People as pages write them: a name, or what can be said without one.</summary>
public sealed class PersonNames(ConsolePorts ports)
{
    /// <summary>The name; for an id that opens to none, its last characters; <c>nobody</c> for null.</summary>
    public string Of(string? person) => person switch
    {
        null => "nobody",
        "response" => "Provost by itself",
        "control" or "setup" => "Provost",
        _ when person.Contains('@') => person, // an address from the settings that nobody in the roster has
        _ => ports.NameOf(person) ?? $"person {Say.Tail(person)}",
    };

    /// <summary><c>Dana Okafor and Leo Marin</c>; <c>nobody</c> for none.</summary>
    public string Of(IEnumerable<string> people) => Say.List([.. people.Select(p => Of(p))], "nobody");
}
